"""Lifting the triggers of append-only tables, for tests alone.

Transactional tests empty every table at their end; that is what the triggers refuse. So the
emptying runs with the triggers lifted. A test that plays the attacker who got past them asks for
`lift_append_only`. The product has no way to do this: here it is done as its database's owner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import transaction

from portal.audit.append_only import PREFIX


@contextmanager
def lifted(connection) -> Iterator[None]:
    """Lift every append-only trigger of one database, and put all of them back."""
    found = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    lift, restore = found(connection)
    _run(connection, lift)
    try:
        yield
    finally:
        _run(connection, restore)


@pytest.fixture
def lift_append_only(db: None) -> Callable[[], AbstractContextManager[None]]:
    """`with lift_append_only(): ...` changes what is never changed."""
    from django.db import connection

    return lambda: lifted(connection)


@pytest.fixture(scope="session", autouse=True)
def _emptying_lifts_append_only() -> Iterator[None]:
    from django.db import connections
    from django.test import TransactionTestCase

    def empty_lifted(self: TransactionTestCase) -> None:
        for alias in self._databases_names(include_mirrors=False):
            with lifted(connections[alias]):
                empty(connections[alias])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_lifted)
        yield


# What migrations wrote and no test changes: regions, and Django's own lists.
KEPT = (
    "regions_",
    "products_category",
    "django_migrations",
    "django_content_type",
    "auth_permission",
)


def empty(connection) -> None:
    """Delete every row but what stands in all databases from the first.

    Django's own emptying truncates every table, also those without a row, and writes its lists and
    the regions again: half a second, hundreds of times in a run.
    """
    with connection.cursor() as cursor, transaction.atomic(using=connection.alias):
        tables = [
            connection.ops.quote_name(table)
            for table in connection.introspection.table_names(cursor)
            if not table.startswith(KEPT)
        ]
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables
        )
        cursor.execute(asked)
        # Foreign keys are looked at when all is done, so any order will do.
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


def _on_postgresql(connection) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger "
            "WHERE starts_with(tgname, %s) AND NOT tgisinternal AND tgenabled <> 'D'",
            [PREFIX],
        )
        triggers = cursor.fetchall()
    if not triggers:
        return [], []
    # Foreign keys that wait for the end of the transaction would hold the table.
    settle, wait = "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"

    def switch(act: str) -> list[str]:
        each = [f"ALTER TABLE {table} {act} TRIGGER {name}" for table, name in triggers]
        return [settle, *each, wait] if connection.in_atomic_block else each

    return switch("DISABLE"), switch("ENABLE")


def _on_sqlite(connection) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
            "AND substr(name, 1, %s) = %s",
            [len(PREFIX), PREFIX],
        )
        triggers = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _sql in triggers], [sql for _name, sql in triggers]


def _run(connection, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
