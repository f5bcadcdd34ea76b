"""An index for the words of dossiers."""

from typing import Any

from django.db import migrations

from portal.search import create_index


def index(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL find words without reading every row."""
    create_index(
        schema_editor, table="submissions_submission", column="words", name="submission_words"
    )


class Migration(migrations.Migration):
    """Django knows no index of this kind that SQLite may leave out."""

    dependencies = [("submissions", "0001_initial")]
    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
