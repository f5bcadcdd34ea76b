"""Tables to which rows are only ever added, held by triggers of the database itself.

Use in a migration after the one that creates the table:

    operations = [AppendOnly("audit_seal", keys=["number", "entry_id"])]

`keys` names every unique column, or list of columns that are unique together. SQLite's INSERT OR
REPLACE deletes the row in its way without firing any DELETE trigger, so there an INSERT that meets
a row with the same key is refused before it begins.

Where rows change until something is decided, `final` names the column and the values at which a row
stays as it is, and only such rows are held:

    operations = [AppendOnly("shop_order", final=("state", ["paid", "refused"]))]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Every trigger made here begins with this; whoever must lift them finds them by it.
PREFIX = "append_only_"
# PostgreSQL cuts names off after 63 characters; "append_only_truncate_" takes 21 of them.
LONGEST_TABLE = 42


class AppendOnly(Operation):
    """Refuse UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE on `table`; reversible.

    With `final`, (column, values), rows that have another value there are free.

    SQLite forgets triggers when Django rebuilds a table (most changes of a column): repeat the
    operation after such a migration. `unprotected` tells which tables have lost theirs.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        table: str,
        keys: Sequence[str | Sequence[str]] = ("id",),
        final: tuple[str, Sequence[str]] | None = None,
    ) -> None:
        if len(table) > LONGEST_TABLE:
            raise ValueError(f"{table}: triggers need a table name of {LONGEST_TABLE} at most.")
        self.table = table
        self.keys = [[key] if isinstance(key, str) else list(key) for key in keys]
        self.final = final

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what a migration file needs to write this operation again."""
        more = {"final": self.final} if self.final else {}
        return (type(self).__name__, [self.table], {"keys": self.keys, **more})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the triggers; creating them again replaces them."""
        if not _lives_here(app_label, schema_editor.connection):
            return
        quote = schema_editor.quote_name
        for statement in [*_drop(self.table, schema_editor), *self._create(schema_editor, quote)]:
            # No parameters at all: a % of the statement is a %.
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        if _lives_here(app_label, schema_editor.connection):
            for statement in _drop(self.table, schema_editor):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return the line `migrate --plan` shows."""
        return f"Let rows of {self.table} only be added"

    @property
    def migration_name_fragment(self) -> str:
        """Return a name for the migration file."""
        return f"append_only_{self.table}"

    def _create(self, schema_editor: BaseDatabaseSchemaEditor, quote: Any) -> Iterable[str]:
        held = ""
        if self.final:
            column, values = self.final
            listed = ", ".join(f"'{value}'" for value in values)
            held = f"{quote(column)} IN ({listed})"
        if schema_editor.connection.vendor == "postgresql":
            return _postgresql(self.table, held, quote)
        return _sqlite(self.table, self.keys, held, quote)


def unprotected(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> list[str]:
    """Return those of `tables` that lack an enabled trigger against UPDATE and DELETE."""
    question = (
        "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
    )
    missing = []
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(table, connection.vendor):
                cursor.execute(question, [name])
                if cursor.fetchone() is None:
                    missing.append(table)
                    break
    return missing


def _lives_here(app_label: str, connection: BaseDatabaseWrapper) -> bool:
    from django.db import router

    return router.allow_migrate(connection.alias, app_label)


def _names(table: str, vendor: str) -> list[str]:
    acts = ["row", "truncate"] if vendor == "postgresql" else ["update", "delete", "insert"]
    return [f"{PREFIX}{act}_{table}" for act in acts]


def _drop(table: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    quote = schema_editor.quote_name
    vendor = schema_editor.connection.vendor
    names = _names(table, vendor)
    if vendor == "postgresql":
        drops = [f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(table)}" for name in names]
        return [*drops, f"DROP FUNCTION IF EXISTS {quote(PREFIX + table)}()"]
    return [f"DROP TRIGGER IF EXISTS {quote(name)}" for name in names]


def _postgresql(table: str, held: str, quote: Any) -> list[str]:
    function = quote(PREFIX + table)
    row, truncate = (quote(name) for name in _names(table, "postgresql"))
    body = f"""
        CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'Rows of % are only ever added; % is refused.', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END $$"""
    when = f"WHEN (OLD.{held})" if held else ""
    on_rows = f"""
        CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON {quote(table)}
            FOR EACH ROW {when} EXECUTE FUNCTION {function}()"""
    on_table = f"""
        CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {quote(table)}
            FOR EACH STATEMENT EXECUTE FUNCTION {function}()"""
    return [body, on_rows, on_table]


def _sqlite(table: str, keys: list[list[str]], held: str, quote: Any) -> list[str]:
    update, delete, insert = (quote(name) for name in _names(table, "sqlite"))
    same = " OR ".join(
        "(" + " AND ".join(f"{quote(column)} = NEW.{quote(column)}" for column in key) + ")"
        for key in keys
    )
    same = f"({same}) AND {held}" if held else same
    there = f"EXISTS (SELECT 1 FROM {quote(table)} WHERE {same})"  # noqa: S608 (names of ours)
    when = f"WHEN OLD.{held}" if held else ""

    def trigger(name: str, act: str, when: str = "") -> str:
        sentence = f"Rows of {table} are only ever added; {act} is refused."
        return (
            f"CREATE TRIGGER {name} BEFORE {act} ON {quote(table)} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )

    return [
        trigger(update, "UPDATE", when),
        trigger(delete, "DELETE", when),
        # Only in the way of a row that is there: this is what INSERT OR REPLACE would delete.
        trigger(insert, "INSERT", f"WHEN {there}"),
    ]
