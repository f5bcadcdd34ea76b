import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='kind')),
                ('rows', models.PositiveIntegerField(verbose_name='rows')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
            ],
            options={
                'verbose_name': 'clearance of what is over',
                'verbose_name_plural': 'clearances of what is over',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('rows__gt', 0)), name='clearance_cleared_something')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=20, verbose_name='version of the privacy text')),
                ('kind', models.CharField(choices=[('given', 'Agreed'), ('withdrawn', 'Consent withdrawn')], max_length=10, verbose_name='consent')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('version', ''), _negated=True), name='consent_names_a_version')],
            },
        ),
        migrations.CreateModel(
            name='DataExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked at')),
                ('ready_at', models.DateTimeField(null=True, verbose_name='ready at')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='can be downloaded until')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'export of own data',
                'verbose_name_plural': 'exports of own data',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('ready_at__isnull', True)), models.Q(('expires_at__gt', models.F('ready_at')), ('ready_at__isnull', False)), _connector='OR'), name='ready_export_expires', violation_error_message='An export that is ready has a day on which it goes.'), models.UniqueConstraint(condition=models.Q(('ready_at__isnull', True)), fields=('user',), name='one_export_in_the_making', violation_error_message='Your data is being put together already.')],
            },
        ),
    ]
