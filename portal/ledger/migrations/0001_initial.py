import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(choices=[('impressions', 'impressions'), ('fen', 'fen')], max_length=12, verbose_name='unit')),
                ('level', models.CharField(choices=[('pledge', 'Pledge'), ('pool', 'Pool'), ('action', 'Action'), ('campaign', 'Campaign'), ('county', 'County'), ('placement', 'Placement'), ('budget', 'Budget'), ('share', 'County share'), ('application', 'Application')], max_length=12, verbose_name='level')),
                ('key', models.CharField(max_length=60, verbose_name='key')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('balance', models.BigIntegerField(default=0, verbose_name='balance')),
                ('county', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='ledger.account', verbose_name='above')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['unit', 'level', 'key', 'id'], name='account_of_level')],
                'constraints': [models.UniqueConstraint(fields=('parent', 'key'), name='account_key_below_parent'), models.UniqueConstraint(condition=models.Q(('parent__isnull', True)), fields=('unit', 'key'), name='account_root_key'), models.CheckConstraint(condition=models.Q(('balance__gte', 0), ('parent__isnull', True), _connector='OR'), name='account_never_overdrawn', violation_error_message='More would be passed on than the account holds.')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('act', models.UUIDField(db_index=True, verbose_name='act')),
                ('form_key', models.UUIDField(editable=False, null=True)),
                ('at', models.DateTimeField(verbose_name='when')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.transfer', verbose_name='reverses')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='ledger.account', verbose_name='from')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='received', to='ledger.account', verbose_name='to')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['source', 'target'], name='transfer_given'), models.Index(fields=['target', 'source'], name='transfer_received')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='transfer_moves_something', violation_error_message='The amount is more than zero.'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='transfer_between_two_accounts'), models.UniqueConstraint(condition=models.Q(('form_key__isnull', False)), fields=('form_key',), name='transfer_once_a_form')],
            },
        ),
    ]
