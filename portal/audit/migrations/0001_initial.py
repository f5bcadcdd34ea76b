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
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='when')),
                ('role', models.CharField(blank=True, max_length=12, verbose_name='role')),
                ('on_behalf_of', models.CharField(blank=True, max_length=64, verbose_name='on behalf of (digest)')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='from where')),
                ('act', models.CharField(max_length=60, verbose_name='act')),
                ('subject_type', models.CharField(max_length=60, verbose_name='kind of subject')),
                ('subject_id', models.CharField(max_length=40, verbose_name='subject')),
                ('data', models.JSONField(default=dict, verbose_name='details')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_entry_of_subject'), models.Index(fields=['at', 'id'], name='audit_entry_in_time'), models.Index(fields=['act', 'at'], name='audit_entry_of_act')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='audit.entry', verbose_name='entry')),
            ],
            options={
                'verbose_name': 'seal',
                'verbose_name_plural': 'seals',
                'ordering': ['number'],
            },
        ),
    ]
