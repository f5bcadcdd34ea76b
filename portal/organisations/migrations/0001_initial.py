import django.core.validators
import django.db.models.deletion
import portal.organisations.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credit_code', models.CharField(error_messages={'unique': 'This code is already on file: pick the organisation from the list.'}, help_text='18 characters, as printed on the business licence.', max_length=18, unique=True, validators=[portal.organisations.validators.validate_credit_code], verbose_name='unified social credit code')),
                ('name', models.CharField(max_length=100, verbose_name='organisation name')),
                ('kind', models.CharField(choices=[('enterprise', 'Enterprise'), ('cooperative', "Farmers' cooperative"), ('family_farm', 'Family farm'), ('individual', 'Individual business'), ('office', 'Office or public body')], max_length=12, verbose_name='kind')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('legal_person', models.CharField(blank=True, max_length=40, verbose_name='legal representative')),
                ('contact_name', models.CharField(blank=True, max_length=40, verbose_name='contact person')),
                ('contact_phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mainland mobile number of 11 digits, for example 13800000000.')], verbose_name='contact mobile number')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(fields=['name', 'id'], name='organisation_by_name')],
            },
        ),
    ]
