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
            name='MoveLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=40)),
                ('move', models.CharField(max_length=30, verbose_name='move')),
                ('from_state', models.CharField(blank=True, max_length=20, verbose_name='from')),
                ('to_state', models.CharField(max_length=20, verbose_name='to')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('role', models.CharField(blank=True, max_length=12, verbose_name='role')),
                ('on_behalf_of', models.CharField(blank=True, max_length=40, verbose_name='on behalf of')),
                ('note', models.TextField(blank=True, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'move',
                'verbose_name_plural': 'moves',
                'indexes': [models.Index(fields=['subject_type', 'at'], name='move_in_time')],
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'version'), name='one_move_per_version')],
            },
        ),
    ]
