"""Consents given before there were rows for them get theirs; then rows are only ever added."""

from django.db import migrations

from portal.audit.append_only import AppendOnly


def keep_consents(apps, schema_editor):
    """One row for each person who agreed at sign-up, with the time it was."""
    consent = apps.get_model("privacy", "Consent")
    agreed = apps.get_model("accounts", "User").objects.exclude(privacy_version="")
    consent.objects.bulk_create(
        (
            consent(user=user, version=user.privacy_version, kind="given", at=user.privacy_agreed_at)
            for user in agreed.filter(privacy_agreed_at__isnull=False).order_by("pk")
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [
        migrations.RunPython(keep_consents, migrations.RunPython.noop),
        AppendOnly("privacy_consent"),
    ]
