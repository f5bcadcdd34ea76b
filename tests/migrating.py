"""Run as a child: every migration up (where they are not), ours down to nothing, and up again.

Prints one line of JSON: the tables, columns, keys and triggers after each of the three.
"""

from __future__ import annotations

import json
from typing import Any

import django
from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def up() -> None:
    """Bring every app up to date."""
    call_command("migrate", database=DEFAULT_DB_ALIAS, verbosity=0, interactive=False)


def is_ours(app: AppConfig) -> bool:
    """True for an app of this repository, not of a library."""
    return "site-packages" not in app.path


def down() -> None:
    """Take back every migration of ours, and those of libraries that stand on them."""
    executor = MigrationExecutor(connection)
    ours = {app.label for app in apps.get_app_configs() if is_ours(app)}
    targets = [(label, None) for label in sorted(ours & executor.loader.migrated_apps)]
    executor.migrate(targets)


def schema() -> dict[str, Any]:
    """What the database holds: on SQLite in its own words, else in those of Django's introspection.

    On SQLite Django would read each table's words through a parser, which takes seconds.
    """
    with connection.cursor() as cursor:
        tables = _on_sqlite(cursor) if connection.vendor == "sqlite" else _introspected(cursor)
        cursor.execute(TRIGGERS[connection.vendor])
        return {"tables": tables, "triggers": sorted(name for (name,) in cursor.fetchall())}


def _on_sqlite(cursor: Any) -> dict[str, list[Any]]:
    cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type <> 'trigger'")
    tables: dict[str, list[Any]] = {}
    for table, name, sql in sorted(cursor.fetchall(), key=lambda row: row[:2]):
        tables.setdefault(table, []).append([name, sql])
    return tables


def _introspected(cursor: Any) -> dict[str, list[Any]]:
    look = connection.introspection
    return {
        name: [
            sorted(row.name for row in look.get_table_description(cursor, name)),
            sorted(look.get_constraints(cursor, name)),
        ]
        for name in sorted(look.table_names(cursor))
    }


def main() -> None:
    """Do all three and say what stood there after each."""
    django.setup()
    found = []
    for act in (up, down, up):
        act()
        found.append(schema())
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
