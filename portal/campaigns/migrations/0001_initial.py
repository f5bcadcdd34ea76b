from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('action', models.CharField(choices=[('products', 'Rural e-commerce'), ('tourism', 'Rural tourism'), ('merchants', 'Merchant growth'), ('creators', 'Rural image'), ('training', 'Rural talent')], max_length=12, verbose_name='action')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
            ],
            options={
                'verbose_name': 'campaign',
                'verbose_name_plural': 'campaigns',
                'ordering': ['first_day', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='campaign_ends_after_it_begins', violation_error_message='The last day lies before the first.')],
            },
        ),
    ]
