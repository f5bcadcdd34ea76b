import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('key', models.CharField(max_length=120, verbose_name='key')),
                ('payload', models.JSONField(default=dict, verbose_name='input')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('parked', 'Parked'), ('replaced', 'Replaced')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('deaths', models.PositiveSmallIntegerField(default=0, verbose_name='lost workers')),
                ('run_after', models.DateTimeField(verbose_name='not before')),
                ('lease_until', models.DateTimeField(null=True, verbose_name='lease until')),
                ('lease_token', models.CharField(blank=True, max_length=32)),
                ('done', models.PositiveBigIntegerField(default=0, verbose_name='done')),
                ('total', models.PositiveBigIntegerField(default=0, verbose_name='total')),
                ('result', models.JSONField(null=True, verbose_name='result')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('fault', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'work',
                'verbose_name_plural': 'work',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'run_after'], name='work_due'), models.Index(fields=['kind', 'key'], name='work_of_key')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('kind', 'key'), name='one_waiting_work_per_key', violation_error_message='This work is waiting already.'), models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('kind', 'key'), name='one_running_work_per_key', violation_error_message='This work is running already.'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='work_runs_under_a_lease', violation_error_message='Running work has a lease, other work has none.'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['done', 'parked', 'replaced'])), models.Q(models.Q(('state__in', ['done', 'parked', 'replaced']), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='work_ends_at_a_time', violation_error_message='Ended work has a time of ending, open work has none.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'parked'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='parked_work_says_why', violation_error_message='Parked work needs a reason.')],
            },
        ),
    ]
