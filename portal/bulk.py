"""Writing many rows at once: their numbers before they are written, and over those that stand."""

from __future__ import annotations

import io
import json
import struct
from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
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


@models.CharField.register_lookup
class Among(models.Lookup):
    """`value__among=texts`: a column is one of the texts, however many, as one parameter.

    An array that is written out: of any other PostgreSQL does not see how many there are, and may
    look through all of them for each row.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """In SQLite's words."""
        column, parameters = self.process_lhs(compiler, connection)
        each = json.dumps(list(self.rhs))
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, each)  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """In PostgreSQL's."""
        column, parameters = self.process_lhs(compiler, connection)
        escaped = (text.replace("\\", r"\\").replace('"', r"\"") for text in self.rhs)
        each = ",".join(f'"{text}"' for text in escaped)
        return f"{column} = ANY(%s::varchar[])", (*parameters, f"{{{each}}}")


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
    columns = list(map(_packed, fields, zip(*values, strict=True)))
    width = repeat(_SHORT.pack(len(fields)))
    body = io.BytesIO(
        b"".join([_HEAD, *chain.from_iterable(zip(width, *columns, strict=False)), _SHORT.pack(-1)])
    )
    quoted = connection.ops.quote_name
    named = ", ".join(quoted(str(field.column)) for field in fields)
    table = quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({named}) FROM STDIN (FORMAT binary)", body)


def _columns(model: type[models.Model]) -> list[Any]:
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]


# PostgreSQL's binary form of COPY: a head, rows of a column count and the columns, each its length
# in bytes and its bytes, and -1 (its manual, "COPY", "Binary Format").
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_NOTHING = struct.pack(">i", -1)
_LENGTH, _SHORT = struct.Struct(">i"), struct.Struct(">h")
_LONG, _DAY = struct.Struct(">iq"), struct.Struct(">ii")
# The day from which PostgreSQL counts.
_FIRST_DAY = date(2000, 1, 1).toordinal()
_FIRST_MOMENT, _UNIT = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def _bytes(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


# How a value is written, by its type in the database.
_PACKED: dict[str, Callable[[Any], bytes]] = {
    "bigint": lambda value: _LONG.pack(8, value),
    "boolean": lambda value: b"\0\0\0\1\1" if value else b"\0\0\0\1\0",
    "bytea": _bytes,
    "date": lambda value: _DAY.pack(4, value.toordinal() - _FIRST_DAY),
    "integer": lambda value: _DAY.pack(4, value),
    "jsonb": lambda value: _bytes(b"\1" + json.dumps(value, ensure_ascii=False).encode()),
    "timestamp with time zone": lambda value: _LONG.pack(8, (value - _FIRST_MOMENT) // _UNIT),
    "varchar": lambda value: _bytes(str(value).encode()),
}


def _packed(field: Any, column: Sequence[Any]) -> list[bytes]:
    """A column's values as they are written."""
    packed = _PACKED[field.db_type(connection).partition("(")[0]]
    return [_NOTHING if value is None else packed(value) for value in column]
