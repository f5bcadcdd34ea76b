"""A form books once. SQLite's triggers name every unique column, so they are made again."""

from typing import Any

from django.db import migrations, models

from portal.audit.append_only import AppendOnly

BEFORE = AppendOnly("ledger_transfer", keys=["id", "reverses_id"])


def protect_as_before(apps: Any, schema_editor: Any) -> None:
    """Going back: the column is gone, and transfers are still only ever added."""
    BEFORE.database_forwards("ledger", schema_editor, None, None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, protect_as_before),
        migrations.AddField(
            model_name="transfer",
            name="form_key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("form_key__isnull", False)),
                fields=("form_key",),
                name="transfer_once_a_form",
            ),
        ),
        AppendOnly("ledger_transfer", keys=["id", "reverses_id", "form_key"]),
    ]
