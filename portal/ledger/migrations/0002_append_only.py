"""Transfers are only ever added."""

from django.db import migrations

from portal.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [AppendOnly("ledger_transfer", keys=["id", "reverses_id", "form_key"])]
