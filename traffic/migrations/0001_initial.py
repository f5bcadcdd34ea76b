import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0001_initial'),
        ('ledger', '0001_initial'),
        ('regions', '0001_initial'),
        ('statements', '0001_initial'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Day',
            fields=[
                ('date', models.DateField(primary_key=True, serialize=False, verbose_name='day')),
                ('wanted', models.PositiveBigIntegerField(default=0)),
                ('closed', models.PositiveBigIntegerField(default=0)),
                ('inputs', models.CharField(blank=True, max_length=64)),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
            ],
            options={
                'verbose_name': 'day',
                'verbose_name_plural': 'days',
                'ordering': ['-date'],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('product', 'Product feed (产品导流)'), ('live', 'Live session (专题直播)'), ('creator', 'Creator (达人推介)')], max_length=10, verbose_name='channel')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('metric', models.CharField(choices=[('impressions', 'Impressions'), ('plays', 'Plays')], max_length=12, verbose_name='counted by')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='placement', to='ledger.account', verbose_name='account')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='campaigns.campaign', verbose_name='campaign')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='statements.source', verbose_name='counted by the report')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='submissions.submission', verbose_name='dossier')),
            ],
            options={
                'verbose_name': 'placement',
                'verbose_name_plural': 'placements',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['campaign', 'county'], name='placement_of_campaign'), models.Index(fields=['county', 'id'], name='placement_of_county')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='placement_ends_after_it_begins', violation_error_message='The last day lies before the first.')],
            },
        ),
        migrations.CreateModel(
            name='ExternalId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(choices=[('douyin', 'Douyin'), ('oceanengine', 'Ocean Engine'), ('toutiao', 'Toutiao'), ('other', 'Other')], max_length=16, verbose_name='platform')),
                ('kind', models.CharField(choices=[('material_id', 'Work or material id'), ('campaign_id', 'Plan or project id'), ('material_name', 'Work or material name'), ('campaign_name', 'Plan or project name'), ('product_id', 'Product id (a report of sales)'), ('product_name', 'Product name')], max_length=16, verbose_name='kind of id')),
                ('value', models.CharField(max_length=200, verbose_name='id')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='external_ids', to='traffic.placement')),
            ],
            options={
                'verbose_name': 'external id',
                'verbose_name_plural': 'external ids',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('platform', 'kind', 'value'), name='external_id_names_one_placement', violation_error_message='This id belongs to another placement already.')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('before', models.BigIntegerField(verbose_name='before')),
                ('after', models.BigIntegerField(verbose_name='after')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='traffic.placement')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PlacementDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('count', models.BigIntegerField(verbose_name='delivered')),
                ('hours', models.BinaryField(null=True)),
                ('approximate', models.BooleanField(default=False, verbose_name='rounded')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='traffic.placement')),
            ],
            options={
                'verbose_name': 'placement day',
                'verbose_name_plural': 'placement days',
                'ordering': ['-date', 'placement'],
                'indexes': [models.Index(fields=['date', 'placement'], name='placement_day_of_date')],
                'constraints': [models.UniqueConstraint(fields=('placement', 'date'), name='one_row_a_placement_day'), models.CheckConstraint(condition=models.Q(('count__gte', 0)), name='placement_day_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='UnmatchedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('external_id', models.CharField(max_length=200, verbose_name='id')),
                ('rows', models.PositiveBigIntegerField(verbose_name='rows')),
                ('impressions', models.BigIntegerField(verbose_name='impressions')),
                ('plays', models.BigIntegerField(verbose_name='plays')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='statements.source')),
            ],
            options={
                'verbose_name': 'unmatched id',
                'verbose_name_plural': 'unmatched ids',
                'ordering': ['-date', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('date', 'source', 'external_id'), name='one_unmatched_row_a_day')],
            },
        ),
        migrations.CreateModel(
            name='DayFate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('fate', models.CharField(choices=[('counted', 'Counted'), ('unmatched', 'Unmatched'), ('outside', 'Outside the window'), ('compared', 'Compared only'), ('sales', 'Counted as sales')], max_length=10, verbose_name='fate')),
                ('rows', models.PositiveBigIntegerField(verbose_name='rows')),
                ('impressions', models.BigIntegerField(verbose_name='impressions')),
                ('plays', models.BigIntegerField(verbose_name='plays')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fates', to='statements.statement')),
            ],
            options={
                'verbose_name': 'fate of rows',
                'verbose_name_plural': 'fates of rows',
                'ordering': ['date', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('date', 'statement', 'fate'), name='one_fate_a_day')],
            },
        ),
        migrations.CreateModel(
            name='DaySum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('channel', models.CharField(choices=[('product', 'Product feed (产品导流)'), ('live', 'Live session (专题直播)'), ('creator', 'Creator (达人推介)')], max_length=10, verbose_name='channel')),
                ('count', models.BigIntegerField(verbose_name='delivered')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.county')),
            ],
            options={
                'verbose_name': 'sum of a day',
                'verbose_name_plural': 'sums of days',
                'ordering': ['date', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('date', 'campaign', 'county', 'channel'), name='one_sum_per_grain')],
            },
        ),
    ]
