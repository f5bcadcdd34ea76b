"""Writing many rows at once: their numbers before they are written, and over those that stand."""

from __future__ import annotations

import io
import json
from collections import namedtuple
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

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


def plain(model: type[models.Model]) -> Any:
    """A named tuple with a place for each column that the database does not number.

    What an instance costs to make is most of the cost of writing very many rows.
    """
    return namedtuple(model.__name__, [field.attname for field in _columns(model)])


def write(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Write new rows whose numbers the database gives, instances or `plain`: by COPY on PostgreSQL.

    Attributes are written as they stand: no signal is sent, and no field makes its own value.
    """
    if not rows:
        return
    fields = _columns(model)
    names = [field.attname for field in fields]
    values = map(attrgetter(*names), rows)
    if connection.vendor != "postgresql":
        made = [model(**dict(zip(names, each, strict=True))) for each in values]
        model._default_manager.bulk_create(made, batch_size=1000)
        return
    lines = io.StringIO()
    lines.writelines("\t".join(map(copied, each)) + "\n" for each in values)
    lines.seek(0)
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN", lines)


def _columns(model: type[models.Model]) -> list[Any]:
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]


def copied(value: Any) -> str:
    """One value in the text form of PostgreSQL's COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    for each, escaped in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        text = text.replace(each, escaped)
    return text
