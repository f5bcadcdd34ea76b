"""Consents are only ever added."""

from django.db import migrations

from portal.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [AppendOnly("privacy_consent")]
