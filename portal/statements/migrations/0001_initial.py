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
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('platform', models.CharField(choices=[('douyin', 'Douyin'), ('oceanengine', 'Ocean Engine'), ('toutiao', 'Toutiao'), ('other', 'Other')], max_length=16, verbose_name='platform')),
                ('id_kind', models.CharField(choices=[('material_id', 'Work or material id'), ('campaign_id', 'Plan or project id'), ('material_name', 'Work or material name'), ('campaign_name', 'Plan or project name'), ('product_id', 'Product id (a report of sales)'), ('product_name', 'Product name')], default='material_id', max_length=16, verbose_name='what names the row')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('landed_at', models.DateTimeField(verbose_name='landed at')),
                ('held', models.BooleanField(default=False, verbose_name='waits for confirmation')),
                ('set_aside', models.BooleanField(default=False, verbose_name='set aside')),
                ('landed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='statements.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('source', 'version'), name='statement_version'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='statement_period_runs_forward', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(('held', False), ('set_aside', False), _connector='OR'), name='statement_waits_or_is_set_aside', violation_error_message='A report that is set aside waits for nothing.')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('size', models.PositiveBigIntegerField(verbose_name='bytes')),
                ('landing', models.PositiveIntegerField(default=1)),
                ('read_at', models.DateTimeField(null=True, verbose_name='read at')),
                ('rows_in', models.PositiveBigIntegerField(default=0, verbose_name='rows in the file')),
                ('rows_data', models.PositiveBigIntegerField(default=0, verbose_name='rows with figures')),
                ('rows_rejected', models.PositiveBigIntegerField(default=0, verbose_name='rejected rows')),
                ('ignored', models.JSONField(default=dict, verbose_name='ignored rows')),
                ('totals', models.JSONField(default=dict, verbose_name='sums')),
                ('own_totals', models.JSONField(null=True, verbose_name="the file's own sums")),
                ('columns', models.JSONField(default=dict, verbose_name='recognised columns')),
                ('has_hour', models.BooleanField(default=False)),
                ('approximate', models.BooleanField(default=False, verbose_name='rounded figures')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='statements.statement')),
            ],
            options={
                'verbose_name': 'part',
                'verbose_name_plural': 'parts',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('statement', 'sha256'), name='file_once_per_statement')],
            },
        ),
        migrations.CreateModel(
            name='RejectedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('cells', models.JSONField(verbose_name='cells')),
                ('impressions', models.BigIntegerField(null=True, verbose_name='impressions')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rejected', to='statements.part')),
            ],
            options={
                'verbose_name': 'rejected row',
                'verbose_name_plural': 'rejected rows',
                'ordering': ['part', 'row'],
                'constraints': [models.UniqueConstraint(fields=('part', 'row'), name='row_rejected_once')],
            },
        ),
    ]
