import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('regions', '0001_initial'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Creator',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='creator', serialize=False, to='submissions.submission')),
                ('name', models.CharField(help_text='As viewers see it.', max_length=40, verbose_name='name on the platform')),
                ('handle', models.CharField(blank=True, help_text='The Douyin number on your own page.', max_length=40, verbose_name='account number on the platform')),
                ('topic', models.CharField(blank=True, choices=[('food', 'Food and produce'), ('travel', 'Travel'), ('craft', 'Crafts and folk culture'), ('farm', 'Farming life'), ('other', 'Other')], max_length=10, verbose_name='topic')),
                ('followers', models.PositiveIntegerField(blank=True, null=True, verbose_name='followers')),
                ('introduction', models.TextField(blank=True, max_length=500, verbose_name='about you')),
                ('contact_phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1[3-9]\\d{9}$', 'Enter a mainland mobile number of 11 digits, for example 13800000000.')], verbose_name='contact mobile number')),
                ('verified', models.BooleanField(default=False, editable=False)),
                ('county', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.county', verbose_name='county you film in')),
            ],
            options={
                'verbose_name': 'creator',
                'verbose_name_plural': 'creators',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('handle'), condition=models.Q(('verified', True)), name='one_verified_creator_a_handle', violation_error_message='A verified creator has this account number already.')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='task name')),
                ('brief', models.JSONField(blank=True, editable=False, verbose_name='brief')),
                ('wishes', models.TextField(help_text='Two or three sentences.', max_length=500, verbose_name='what the work should show')),
                ('due_on', models.DateField(verbose_name='hand in by')),
                ('published_at', models.DateTimeField(editable=False, verbose_name='published')),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                ('published_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='submissions.submission', verbose_name='about')),
            ],
            options={
                'verbose_name': 'task',
                'verbose_name_plural': 'tasks',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Take',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('taken', 'Taken'), ('handed_in', 'Handed in'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('cancelled', 'Given back')], default='taken', editable=False, max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('link', models.URLField(blank=True, max_length=300, verbose_name='link to the work')),
                ('work_id', models.CharField(blank=True, max_length=40, verbose_name='number of the work')),
                ('taken_at', models.DateTimeField(verbose_name='taken')),
                ('creator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='creators.creator', verbose_name='creator')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='creators.task', verbose_name='task')),
            ],
            options={
                'verbose_name': 'taken task',
                'verbose_name_plural': 'taken tasks',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('task', 'creator'), name='a_task_once_a_creator', violation_error_message='You have taken this task already.'), models.UniqueConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('work_id', ''), _negated=True)), fields=('work_id',), name='a_work_for_one_task', violation_error_message='This work was handed in already, for this or for another task.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['handed_in', 'accepted']), _negated=True), models.Q(models.Q(('link', ''), _negated=True), models.Q(('work_id', ''), _negated=True)), _connector='OR'), name='handed_in_work_has_link_and_number', violation_error_message='A work that is handed in has a link and a number.')],
            },
        ),
    ]
