import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('regions', '0001_initial'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Numbering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last', models.BigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'numbering of changes',
                'verbose_name_plural': 'numbering of changes',
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='change', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event', models.CharField(blank=True, choices=[('changed', 'Published or changed'), ('deleted', 'No longer published')], max_length=10, verbose_name='event')),
                ('body', models.TextField(blank=True, verbose_name='message')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Arrived'), ('failed', 'Failed'), ('superseded', 'Overtaken by a later change'), ('cancelled', 'Subscription ended')], default='waiting', max_length=10, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='times tried')),
                ('created_at', models.DateTimeField(verbose_name='when')),
                ('next_at', models.DateTimeField(null=True, verbose_name='next try')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['-created_at', '-id'], name='delivery_newest'), models.Index(fields=['state', '-created_at'], name='delivery_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('next_at__isnull', True), _connector='OR'), name='only_waiting_delivery_has_next_try', violation_error_message='Only what waits is tried again.')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='answer')),
                ('fault', models.CharField(blank=True, max_length=120, verbose_name='error')),
                ('milliseconds', models.PositiveIntegerField(verbose_name='milliseconds')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='api.delivery')),
            ],
            options={
                'verbose_name': 'try',
                'verbose_name_plural': 'tries',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Which system uses it.', max_length=60, verbose_name='name')),
                ('scopes', models.JSONField(default=list, verbose_name='may')),
                ('prefix', models.CharField(editable=False, max_length=12, unique=True, verbose_name='begins with')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='issued at')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked at')),
                ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.city', verbose_name='city')),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to=settings.AUTH_USER_MODEL, verbose_name='acts for')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('city__isnull', True), ('county__isnull', True), _connector='OR'), name='key_is_bound_to_one_region', violation_error_message='A key is bound to one county, one city or neither.'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='key_ends_after_it_begins', violation_error_message='The key would end before it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('text', models.CharField(max_length=64, verbose_name='reference')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='references', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'reference of an outside system',
                'verbose_name_plural': 'references of outside systems',
                'constraints': [models.UniqueConstraint(fields=('owner', 'kind', 'text'), name='one_dossier_of_a_reference', violation_error_message='This reference is taken already.'), models.UniqueConstraint(fields=('owner', 'submission'), name='one_reference_of_a_dossier', violation_error_message='This record has another reference already.')],
            },
        ),
        migrations.CreateModel(
            name='RememberedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.CharField(max_length=40)),
                ('token', models.CharField(max_length=255)),
                ('digest', models.CharField(max_length=64)),
                ('body', models.JSONField(default=dict)),
                ('headers', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'remembered answer',
                'verbose_name_plural': 'remembered answers',
                'constraints': [models.UniqueConstraint(fields=('caller', 'token'), name='one_answer_of_a_token')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('events', models.JSONField(default=list, verbose_name='events')),
                ('secret', models.CharField(editable=False, max_length=255)),
                ('created_at', models.DateTimeField(editable=False, verbose_name='since')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='until')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='api.key')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='api.subscription'),
        ),
        migrations.CreateModel(
            name='Touched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'change without a number',
                'verbose_name_plural': 'changes without a number',
            },
        ),
    ]
