import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('pdf', 'PDF')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=120, verbose_name='file name')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('path', models.CharField(max_length=120)),
                ('thumb_path', models.CharField(blank=True, max_length=120)),
                ('size', models.PositiveBigIntegerField(verbose_name='bytes')),
                ('width', models.PositiveIntegerField(null=True, verbose_name='width in pixels')),
                ('height', models.PositiveIntegerField(null=True, verbose_name='height in pixels')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded at')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'ordering': ['-created_at'],
            },
        ),
    ]
