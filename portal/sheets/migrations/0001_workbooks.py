import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('submissions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('name', models.CharField(max_length=255, verbose_name='file')),
                ('created_at', models.DateTimeField(verbose_name='uploaded at')),
                ('headings', models.JSONField(default=list, verbose_name='headings')),
                ('mapping', models.JSONField(default=list, verbose_name='columns')),
                ('rows', models.JSONField(default=list, verbose_name='rows')),
                ('archive', models.CharField(blank=True, max_length=255, verbose_name='files as a zip')),
                ('files', models.JSONField(default=dict, verbose_name='files')),
                ('refused_files', models.JSONField(default=dict, verbose_name='files that were refused')),
                ('given_files', models.JSONField(default=list, verbose_name='files given to a row')),
                ('checked', models.JSONField(default=list, verbose_name='what each row would do')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='checked at')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='taken in at')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='taken back at')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'workbook',
                'verbose_name_plural': 'workbooks',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['owner', '-id'], name='workbooks_of_a_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('taken_at__isnull', True), ('checked_at__isnull', False), _connector='OR'), models.Q(('undone_at__isnull', True), ('taken_at__isnull', False), _connector='OR')), name='workbook_steps_in_order', violation_error_message='A workbook is checked, then taken in, then undone.')],
            },
        ),
        migrations.CreateModel(
            name='KnownHeading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('heading', models.CharField(max_length=100, verbose_name='heading')),
                ('field', models.CharField(blank=True, max_length=40, verbose_name='field')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': "heading of a person's workbooks",
                'verbose_name_plural': "headings of people's workbooks",
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'heading'), name='one_meaning_of_a_heading', violation_error_message='This heading has a meaning already.')],
            },
        ),
        migrations.CreateModel(
            name='TakenRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('is_new', models.BooleanField(verbose_name='new')),
                ('before', models.JSONField(default=dict, verbose_name='values before')),
                ('version', models.PositiveIntegerField(verbose_name='version afterwards')),
                ('undone', models.BooleanField(default=False, verbose_name='taken back')),
                ('intake', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken', to='sheets.intake')),
                ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='submissions.revision')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'row taken in',
                'verbose_name_plural': 'rows taken in',
                'ordering': ['row'],
                'constraints': [models.UniqueConstraint(fields=('intake', 'row'), name='one_dossier_of_a_row', violation_error_message='This row was taken in already.')],
            },
        ),
    ]
