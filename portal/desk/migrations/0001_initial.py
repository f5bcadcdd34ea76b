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
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('missing', 'Missing'), ('unclear', 'Unclear'), ('wrong', 'Not correct'), ('photo', 'Photo not usable'), ('paper', 'Certificate does not match'), ('wording', 'Wording not allowed'), ('other', 'Other')], max_length=10, verbose_name='reason')),
                ('text', models.CharField(max_length=500, verbose_name='text')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
            ],
            options={
                'verbose_name': 'letter template',
                'verbose_name_plural': 'letter templates',
                'ordering': ['reason', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('reason', 'text'), name='one_letter_of_a_text', violation_error_message='This template is there already.')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('query', models.CharField(max_length=500, verbose_name='filter')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='one_view_of_a_name', violation_error_message='You have a view of this name already.')],
            },
        ),
    ]
