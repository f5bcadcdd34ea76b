import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import portal.accounts.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('organisations', '0001_initial'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('full_name', models.CharField(blank=True, max_length=40, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mainland mobile number of 11 digits, for example 13800000000.')], verbose_name='mobile number')),
                ('phone_verified', models.BooleanField(default=False, verbose_name='mobile number confirmed')),
                ('is_demonstration', models.BooleanField(default=False, verbose_name='demonstration account')),
                ('privacy_version', models.CharField(blank=True, max_length=20, verbose_name='privacy text agreed to')),
                ('privacy_agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='agreed at')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'indexes': [models.Index(fields=['full_name', 'id'], name='user_by_name'), models.Index(condition=models.Q(('is_active', False)), fields=['id'], name='users_who_left')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('phone_verified', True)), fields=('phone',), name='one_account_per_confirmed_phone', violation_error_message='Another account already uses this mobile number.'), models.CheckConstraint(condition=models.Q(('phone_verified', False), models.Q(('phone', ''), _negated=True), _connector='OR'), name='confirmed_phone_is_there', violation_error_message='Only a number that is there can be confirmed.')],
            },
            managers=[
                ('objects', portal.accounts.models.PeopleManager()),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('admin', 'System administrator'), ('staff', 'Programme staff'), ('official', 'County official'), ('auditor', 'Auditor'), ('merchant', 'Merchant'), ('creator', 'Creator'), ('trainee', 'Trainee'), ('platform', 'Platform client')], max_length=12, verbose_name='role')),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.city', verbose_name='city')),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county-level unit')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='organisations.organisation', verbose_name='organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['admin', 'auditor', 'staff']), _negated=True), models.Q(('city__isnull', True), ('county__isnull', True), ('organisation__isnull', True)), _connector='OR'), name='province_role_is_bound_to_nothing', violation_error_message='A province role is not bound to a region.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'official'), _negated=True), models.Q(('city__isnull', False), ('county__isnull', True), ('organisation__isnull', True)), models.Q(('city__isnull', True), ('county__isnull', False), ('organisation__isnull', True)), _connector='OR'), name='official_is_bound_to_one_region', violation_error_message='An official belongs to one city or one county.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'merchant'), _negated=True), ('organisation__isnull', False), _connector='OR'), name='merchant_is_bound_to_an_organisation', violation_error_message='A merchant belongs to an organisation.'), models.UniqueConstraint(models.F('user'), models.F('role'), django.db.models.functions.comparison.Coalesce('city', models.Value('')), django.db.models.functions.comparison.Coalesce('county', models.Value('')), django.db.models.functions.comparison.Coalesce('organisation', models.Value(0)), condition=models.Q(('ended_at__isnull', True)), name='one_active_membership_of_a_kind', violation_error_message='This person already holds this role there.')],
            },
        ),
        migrations.CreateModel(
            name='StandIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('absent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stand_ins', to=settings.AUTH_USER_MODEL, verbose_name='who is away')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='stand-in')),
            ],
            options={
                'verbose_name': 'stand-in',
                'verbose_name_plural': 'stand-ins',
                'ordering': ['-first_day', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('absent', models.F('deputy')), _negated=True), name='nobody_stands_in_for_oneself', violation_error_message='Choose somebody else: nobody stands in for oneself.'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='stand_in_ends_after_it_begins', violation_error_message='The last day is before the first day.')],
            },
        ),
    ]
