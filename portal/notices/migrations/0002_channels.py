# Texts become messages of any channel; the rows that are there keep everything.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def link_texts_to_their_work(apps, schema_editor):
    """A text that was written before knows its row of work by key only."""
    Message = apps.get_model('notices', 'Message')
    Work = apps.get_model('jobs', 'Work')
    for pk, key in Work.objects.filter(kind='notices.sms').order_by('pk').values_list('pk', 'key'):
        if key.isdecimal():
            Message.objects.filter(pk=int(key)).update(work_id=pk)


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
        ('notices', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            },
        ),
        migrations.AlterModelOptions(
            name='message',
            options={'ordering': ['-pk'], 'verbose_name': 'message', 'verbose_name_plural': 'messages'},
        ),
        migrations.AddField(
            model_name='message',
            name='channel',
            field=models.CharField(choices=[('sms', 'Text message'), ('email', 'E-mail')], default='sms', max_length=5, verbose_name='channel'),
        ),
        migrations.AddField(
            model_name='message',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='e-mail address'),
        ),
        migrations.AddField(
            model_name='message',
            name='event',
            field=models.CharField(blank=True, max_length=60, verbose_name='event'),
        ),
        migrations.AddField(
            model_name='message',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notices.notice', verbose_name='notice'),
        ),
        migrations.AddField(
            model_name='message',
            name='once',
            field=models.CharField(editable=False, max_length=80, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='message',
            name='recipient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='to'),
        ),
        migrations.AddField(
            model_name='message',
            name='subject',
            field=models.CharField(blank=True, max_length=200, verbose_name='subject'),
        ),
        migrations.AddField(
            model_name='message',
            name='work',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.work', verbose_name='work'),
        ),
        migrations.AddField(
            model_name='notice',
            name='quiet',
            field=models.BooleanField(default=False, verbose_name='quiet'),
        ),
        migrations.AlterField(
            model_name='message',
            name='body',
            field=models.TextField(verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='message',
            name='phone',
            field=models.CharField(blank=True, max_length=11, verbose_name='mobile number'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['created_at'], name='message_day'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'sms'), ('email', ''), models.Q(('phone', ''), _negated=True)), models.Q(('channel', 'email'), ('phone', ''), models.Q(('email', ''), _negated=True)), _connector='OR'), name='message_has_the_address_of_its_channel', violation_error_message='A text needs a number, a mail an address.'),
        ),
        migrations.AddConstraint(
            model_name='preferences',
            constraint=models.CheckConstraint(condition=models.Q(('email_confirmed_at__isnull', True), models.Q(('email', ''), _negated=True), _connector='OR'), name='confirmed_email_is_there', violation_error_message='Only an address that is there can be confirmed.'),
        ),
        migrations.RunPython(link_texts_to_their_work, migrations.RunPython.noop, elidable=True),
    ]
