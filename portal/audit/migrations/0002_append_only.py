from django.db import migrations

from portal.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """From here on the record only grows."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        AppendOnly("audit_entry", keys=["id"]),
        AppendOnly("audit_seal", keys=["number", "entry_id"]),
    ]
