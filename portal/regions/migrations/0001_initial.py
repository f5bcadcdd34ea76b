import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='City',
            fields=[
                ('code', models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name='code')),
                ('name', models.CharField(max_length=20, verbose_name='name')),
                ('pinyin', models.CharField(max_length=60, verbose_name='pinyin')),
                ('area', models.CharField(choices=[('珠三角', 'Pearl River Delta'), ('粤东', 'Eastern Guangdong'), ('粤西', 'Western Guangdong'), ('粤北', 'Northern Guangdong')], max_length=10, verbose_name='area')),
            ],
            options={
                'verbose_name': 'city',
                'verbose_name_plural': 'cities',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='County',
            fields=[
                ('code', models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name='code')),
                ('name', models.CharField(max_length=20, verbose_name='name')),
                ('kind', models.CharField(max_length=10, verbose_name='kind')),
                ('pinyin', models.CharField(max_length=80, verbose_name='pinyin')),
                ('tile_x', models.PositiveSmallIntegerField(verbose_name='tile column')),
                ('tile_y', models.PositiveSmallIntegerField(verbose_name='tile row')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counties', to='regions.city', verbose_name='city')),
            ],
            options={
                'verbose_name': 'county-level unit',
                'verbose_name_plural': 'county-level units',
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('tile_x', 'tile_y'), name='county_has_a_tile_of_its_own', violation_error_message='Two counties stand on the same tile.')],
            },
        ),
        migrations.CreateModel(
            name='Town',
            fields=[
                ('code', models.CharField(max_length=9, primary_key=True, serialize=False, verbose_name='code')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='towns', to='regions.county', verbose_name='county-level unit')),
            ],
            options={
                'verbose_name': 'town',
                'verbose_name_plural': 'towns',
                'ordering': ['code'],
            },
        ),
    ]
