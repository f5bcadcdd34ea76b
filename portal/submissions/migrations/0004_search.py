"""Words to find a dossier by, for those that are there already too."""

from typing import Any

from django.db import migrations

import portal.search

CHUNK = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the words of every row, in chunks."""
    rows = apps.get_model("submissions", "Submission").objects.only("pk", "code", "title")
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        # By `update`, one by one: `bulk_update` would take the words of the empty field.
        for row in chunk:
            words = portal.search.words_of(row.title, row.code)
            rows.filter(pk=row.pk).update(words=words)


def index(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL find words without reading every row."""
    portal.search.create_index(
        schema_editor, table="submissions_submission", column="words", name="submission_words"
    )


class Migration(migrations.Migration):
    """A search field, its words, its index."""

    dependencies = [("submissions", "0003_order_of_lists")]
    operations = [
        migrations.AddField("submission", "words", portal.search.SearchField()),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, migrations.RunPython.noop),
    ]
