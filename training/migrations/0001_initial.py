import django.core.validators
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
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='course name')),
                ('field', models.CharField(choices=[('business', 'Business management'), ('media', 'Digital new media'), ('industry', 'Industry digitisation')], max_length=10, verbose_name='field')),
                ('summary', models.TextField(help_text='For whom, and what they can do after.', max_length=1000, verbose_name='what is learnt')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ClassSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='begins')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('place', models.CharField(max_length=120, verbose_name='place')),
                ('teacher', models.CharField(max_length=40, verbose_name='teacher')),
                ('seats', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='seats')),
                ('release_on', models.DateField(blank=True, help_text='From this day on every free seat is for everyone.', null=True, verbose_name='county seats are kept until')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'class',
                'verbose_name_plural': 'classes',
                'ordering': ['starts_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='class_ends_after_it_begins', violation_error_message='The class ends before it begins.'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='class_has_a_seat', violation_error_message='A class has at least one seat.')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'On the waiting list'), ('offered', 'A seat is offered'), ('enrolled', 'Enrolled'), ('cancelled', 'Cancelled'), ('expired', 'Offer expired')], editable=False, max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('offer_until', models.DateTimeField(editable=False, null=True, verbose_name='offer holds until')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='signed up')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='training.classsession', verbose_name='class')),
                ('trainee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to=settings.AUTH_USER_MODEL, verbose_name='trainee')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['trainee', 'state'], name='enrolment_of_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('offered', 'enrolled', 'waiting'))), fields=('session', 'trainee'), name='one_open_enrolment_a_class', violation_error_message='You have signed up for this class already.'), models.CheckConstraint(condition=models.Q(models.Q(('offer_until__isnull', False), ('state', 'offered')), models.Q(models.Q(('state', 'offered'), _negated=True), ('offer_until__isnull', True)), _connector='OR'), name='offer_has_a_time_limit')],
            },
        ),
        migrations.CreateModel(
            name='CountySeats',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seats', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='seats')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='county_seats', to='training.classsession')),
            ],
            options={
                'verbose_name': 'seats of a county',
                'verbose_name_plural': 'seats of counties',
                'ordering': ['county'],
                'constraints': [models.UniqueConstraint(fields=('session', 'county'), name='one_share_of_seats_a_county', violation_error_message='This county has its seats already.')],
            },
        ),
    ]
