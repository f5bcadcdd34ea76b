import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('files', '0001_initial'),
        ('organisations', '0001_initial'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('licence', 'Business licence'), ('food_production', 'Food production licence'), ('food_trade', 'Food trade licence'), ('lodging', 'Lodging licence'), ('hygiene', 'Hygiene licence'), ('test_report', 'Test report'), ('conformity', 'Certificate of promised conformity'), ('gi_use', 'Authorisation to use a geographical indication'), ('green', 'Green food certificate'), ('organic', 'Organic product certificate'), ('yue', '“Yue” brand number'), ('famous', 'National famous, special, excellent and new product number'), ('gi', 'Geographical indication number'), ('other', 'Another paper')], max_length=16, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=40, verbose_name='name of the paper')),
                ('number', models.CharField(max_length=60, verbose_name='number')),
                ('issuer', models.CharField(blank=True, max_length=80, verbose_name='issuing authority')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('check_due_on', models.DateField(blank=True, null=True, verbose_name='next yearly check')),
                ('checked_on', models.DateField(editable=False, null=True, verbose_name='last yearly check')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('entered_at', models.DateTimeField(editable=False, verbose_name='entered')),
                ('verified_at', models.DateTimeField(editable=False, null=True, verbose_name='checked')),
                ('removed_at', models.DateTimeField(editable=False, null=True, verbose_name='taken off the file')),
                ('removed_because', models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason')),
                ('entered_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='scan')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='organisations.organisation', verbose_name='organisation')),
                ('removed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('renews', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='qualifications.qualification', verbose_name='renews')),
                ('submission', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='submissions.submission', verbose_name='dossier')),
                ('verified_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by')),
            ],
            options={
                'verbose_name': 'paper',
                'verbose_name_plural': 'papers',
                'ordering': ['valid_until', 'pk'],
                'indexes': [models.Index(condition=models.Q(('removed_at__isnull', True), ('valid_until__isnull', False)), fields=['valid_until', 'submission', 'organisation'], name='qualification_lapse'), models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['kind', 'submission', 'organisation'], name='qualification_of_kind'), models.Index(condition=models.Q(('check_due_on__isnull', False), ('removed_at__isnull', True)), fields=['check_due_on'], name='qualification_check')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('submission__isnull', True)), models.Q(('organisation__isnull', True), ('submission__isnull', False)), _connector='OR'), name='qualification_has_one_holder', violation_error_message='A paper belongs to one organisation or one dossier.'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='qualification_ends_after_its_beginning', violation_error_message='The last valid day is not before the first.'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', False), ('kind__in', ('licence', 'other', 'yue', 'famous', 'gi')), _connector='OR'), name='qualification_has_an_end', violation_error_message='A paper of this kind has a last valid day.'), models.CheckConstraint(condition=models.Q(('check_due_on__isnull', True), ('kind__in', ('yue', 'famous', 'gi')), _connector='OR'), name='qualification_check_is_of_brands', violation_error_message='Only brand numbers have a yearly check.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'other'), _negated=True), models.Q(('title', ''), _negated=True), _connector='OR'), name='qualification_other_has_a_name', violation_error_message='Say what paper it is.'), models.CheckConstraint(condition=models.Q(models.Q(('verified_at__isnull', True), ('verified_by__isnull', True)), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='qualification_check_has_person_and_day', violation_error_message='A check has a person and a day.'), models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), models.Q(('verified_by', models.F('entered_by')), _negated=True), _connector='OR'), name='qualification_is_checked_by_a_second_person', violation_error_message='A second person checks what you have entered.'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_because', ''), ('removed_by__isnull', True)), models.Q(models.Q(('removed_because', ''), _negated=True), ('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='qualification_removal_has_a_reason', violation_error_message='What is taken off the file has a person and a reason.'), models.CheckConstraint(condition=models.Q(('renews__isnull', True), models.Q(('renews', models.F('id')), _negated=True), _connector='OR'), name='qualification_renews_another', violation_error_message='A paper does not renew itself.'), models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('renews',), name='one_renewal_of_a_qualification', violation_error_message='This paper has a renewal already.'), models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True), ('renews__isnull', True)), fields=('organisation', 'kind', 'number'), name='one_qualification_of_a_number_organisation', violation_error_message='A paper of this kind and number is on file.'), models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True), ('renews__isnull', True)), fields=('submission', 'kind', 'number'), name='one_qualification_of_a_number_submission', violation_error_message='A paper of this kind and number is on file.')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told', models.CharField(choices=[('soon', 'Lapses soon'), ('lapsed', 'Lapsed'), ('back', 'Valid again'), ('check_soon', 'Yearly check soon'), ('check_due', 'Yearly check due')], max_length=12, verbose_name='what')),
                ('day', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('qualification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='qualifications.qualification')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'constraints': [models.UniqueConstraint(fields=('qualification', 'person', 'told', 'day'), name='one_reminder_a_person', violation_error_message='This person has been told already.')],
            },
        ),
    ]
