"""Give every database its regions."""

from django.db import migrations

from portal.regions.domain import load_regions


def load(apps, schema_editor):
    load_regions(apps=apps)


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
