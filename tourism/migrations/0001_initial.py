import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('regions', '0001_initial'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Route',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='route', serialize=False, to='submissions.submission')),
                ('name', models.CharField(max_length=40, verbose_name='route name')),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='number of days')),
                ('theme', models.CharField(blank=True, help_text='For example: 绿美广东.', max_length=40, verbose_name='theme')),
                ('description', models.TextField(blank=True, max_length=1000, verbose_name='what the route is about')),
            ],
            options={
                'verbose_name': 'route',
                'verbose_name_plural': 'routes',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Spot',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='spot', serialize=False, to='submissions.submission')),
                ('name', models.CharField(max_length=40, verbose_name='spot name')),
                ('category', models.CharField(blank=True, choices=[('sight', 'Sight'), ('food', 'Food'), ('hotel', 'Hotel'), ('homestay', 'Homestay'), ('picking', 'Fruit picking')], max_length=10, verbose_name='category')),
                ('address', models.CharField(blank=True, help_text='So that a stranger finds it.', max_length=120, verbose_name='address')),
                ('description', models.TextField(blank=True, max_length=1000, verbose_name='what there is to see and do')),
                ('opening_hours', models.CharField(blank=True, help_text='For example: 9:00–17:30 daily.', max_length=80, verbose_name='opening hours')),
                ('transport', models.CharField(blank=True, max_length=200, verbose_name='how to get there')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='visitors a day at most')),
                ('contact_name', models.CharField(blank=True, max_length=40, verbose_name='contact person')),
                ('contact_phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mainland mobile number of 11 digits, for example 13800000000.')], verbose_name='contact mobile number')),
                ('closed_until', models.DateField(blank=True, help_text='That day included; empty when open.', null=True, verbose_name='closed until')),
                ('closed_because', models.CharField(blank=True, max_length=100, verbose_name='closed because')),
                ('town', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.town', verbose_name='town')),
            ],
            options={
                'verbose_name': 'spot',
                'verbose_name_plural': 'spots',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_because', ''), ('closed_until__isnull', True)), models.Q(('closed_until__isnull', False), models.Q(('closed_because', ''), _negated=True)), _connector='OR'), name='spot_closed_says_until_and_because', violation_error_message='A closed spot says until when and why.')],
            },
        ),
        migrations.CreateModel(
            name='RouteStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('route', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='tourism.route')),
                ('spot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tourism.spot', verbose_name='spot')),
            ],
            options={
                'verbose_name': 'stop',
                'verbose_name_plural': 'stops',
                'ordering': ['route', 'position'],
                'constraints': [models.UniqueConstraint(fields=('route', 'position'), name='one_stop_a_position'), models.UniqueConstraint(fields=('route', 'spot'), name='a_spot_once_a_route')],
            },
        ),
    ]
