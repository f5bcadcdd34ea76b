"""Writing many rows at once: their numbers before they are written, and over those that stand."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models


def reserve_numbers(model: type[models.Model], count: int) -> list[int]:
    """Return `count` numbers that nobody else gets, for rows of `model` to be written now.

    For rows that hold something made of their own number. Call it inside the transaction that
    writes them: on SQLite, which has one writer at a time, that is what keeps them.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, model._meta.pk.column, count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return list(range(first, first + count))


def overwrite(rows: Sequence[models.Model]) -> None:
    """Write rows of one model that stand, with all their values; one query, and fields of their
    own making are made anew as by `save`.

    The caller holds their lock: a row that was deleted meanwhile would be there again. An `UPDATE`
    of many rows with values of their own is one long CASE for each column; an upsert is not.
    """
    if not rows:
        return
    model = type(rows[0])
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[f.name for f in model._meta.concrete_fields if not f.primary_key],
    )
