from typing import Any

from django.db import migrations, models


def name_keys(apps: Any, _schema_editor: Any) -> None:
    """Give every source its key, in the order they were added."""
    from portal.statements.models import free_key

    rows = apps.get_model("statements", "Source").objects
    taken: set[str] = set()
    for row in rows.order_by("pk"):
        row.key = free_key(row.name, taken)
        taken.add(row.key)
        row.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("statements", "0004_meanings_of_columns")]

    operations = [
        migrations.AddField(
            "source",
            "key",
            models.SlugField(editable=False, max_length=64, default="", verbose_name="short name"),
            preserve_default=False,
        ),
        migrations.RunPython(name_keys, migrations.RunPython.noop),
    ]
