"""The log of moves is only ever added to."""

from django.db import migrations

from portal.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("moves", "0001_initial")]

    operations = [
        AppendOnly("moves_movelog", keys=["id", ["subject_type", "subject_id", "version"]])
    ]
