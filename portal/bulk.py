"""What writing many rows at once needs: their numbers before they are written."""

from __future__ import annotations

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
