import django.db.models.deletion
import portal.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=60, verbose_name='event')),
                ('msgid', models.CharField(max_length=300, verbose_name='text')),
                ('params', models.JSONField(default=dict, verbose_name='values')),
                ('url', models.CharField(blank=True, max_length=200, verbose_name='link')),
                ('quiet', models.BooleanField(default=False, verbose_name='quiet')),
                ('created_at', models.DateTimeField(default=portal.clock.now, verbose_name='when')),
                ('read_at', models.DateTimeField(null=True, verbose_name='read at')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='to')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['recipient', 'id'], name='notice_of_person'), models.Index(condition=models.Q(('quiet', False), ('read_at', None)), fields=['recipient'], name='notice_new')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('sms', 'Text message'), ('email', 'E-mail')], default='sms', max_length=5, verbose_name='channel')),
                ('phone', models.CharField(blank=True, max_length=11, verbose_name='mobile number')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('event', models.CharField(blank=True, max_length=60, verbose_name='event')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('once', models.CharField(editable=False, max_length=80, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=portal.clock.now, verbose_name='when')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='to')),
                ('work', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.work', verbose_name='work')),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='notices.notice', verbose_name='notice')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['created_at'], name='message_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('channel', 'sms'), ('email', ''), models.Q(('phone', ''), _negated=True)), models.Q(('channel', 'email'), ('phone', ''), models.Q(('email', ''), _negated=True)), _connector='OR'), name='message_has_the_address_of_its_channel', violation_error_message='A text needs a number, a mail an address.')],
            },
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('email_confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                ('digest', models.CharField(choices=[('off', 'No digest'), ('daily', 'A digest on working days at 8:30, and single messages'), ('only', 'The digest instead of single messages; urgent ones still come at once')], default='off', max_length=5, verbose_name='digest')),
                ('ways', models.JSONField(default=dict, verbose_name='ways')),
            ],
            options={
                'verbose_name': 'message preferences',
                'verbose_name_plural': 'message preferences',
                'constraints': [models.CheckConstraint(condition=models.Q(('email_confirmed_at__isnull', True), models.Q(('email', ''), _negated=True), _connector='OR'), name='confirmed_email_is_there', violation_error_message='Only an address that is there can be confirmed.')],
            },
        ),
    ]
