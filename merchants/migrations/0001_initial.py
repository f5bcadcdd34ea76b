import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0001_initial'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='scheme name')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('summary', models.TextField(help_text='Who may apply, for what, and how much at most; applicants read this.', max_length=1000, verbose_name='what is subsidised')),
            ],
            options={
                'verbose_name': 'subsidy scheme',
                'verbose_name_plural': 'subsidy schemes',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='round name')),
                ('opens', models.DateField(verbose_name='opens')),
                ('closes', models.DateField(verbose_name='closes')),
                ('promised_days', models.PositiveSmallIntegerField(default=10, help_text='Counted from the approval; the applicant is told the day.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='paid within working days')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('budget', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='subsidy_round', to='ledger.account', verbose_name='budget')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='merchants.scheme', verbose_name='scheme')),
            ],
            options={
                'verbose_name': 'subsidy round',
                'verbose_name_plural': 'subsidy rounds',
                'ordering': ['-opens', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gte', models.F('opens'))), name='round_closes_after_it_opens', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(('promised_days__gte', 1)), name='round_promises_a_day', violation_error_message='Promise at least one working day.'), models.UniqueConstraint(fields=('scheme', 'name'), name='round_name_once_a_scheme', violation_error_message='This scheme has a round of that name already.')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='application', serialize=False, to='submissions.submission')),
                ('name', models.CharField(help_text='For example: cold store for tea leaves.', max_length=60, verbose_name='what for')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), 'The amount is more than zero.')], verbose_name='amount asked for, in yuan')),
                ('purpose', models.TextField(blank=True, help_text='What is bought or done, where, and until when.', max_length=1000, verbose_name='what the money is spent on')),
                ('contact_name', models.CharField(blank=True, max_length=40, verbose_name='contact person')),
                ('contact_phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mainland mobile number of 11 digits, for example 13800000000.')], verbose_name='contact mobile number')),
                ('pay_by', models.DateField(editable=False, null=True, verbose_name='to be paid by')),
                ('account', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='ledger.account')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='merchants.round', verbose_name='subsidy round')),
            ],
            options={
                'verbose_name': 'subsidy application',
                'verbose_name_plural': 'subsidy applications',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gt', 0), _connector='OR'), name='application_amount_is_positive', violation_error_message='The amount is more than zero.'), models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('pay_by__isnull', True)), models.Q(('account__isnull', False), ('pay_by__isnull', False)), _connector='OR'), name='application_committed_has_day', violation_error_message='Committed money has a day by which it is paid.')],
            },
        ),
    ]
