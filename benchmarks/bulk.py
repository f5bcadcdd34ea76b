"""Writing many rows into PostgreSQL at once, and the days of a bulk-made year."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import NOT_PROVIDED

TODAY = date(2024, 9, 23)
DAYS = [TODAY - timedelta(days=n) for n in range(365, 0, -1)]
CHUNK = 50_000

Row = dict[str, Any]


def copy(model: type[models.Model], rows: Iterable[Row]) -> None:
    """Write rows by COPY; what a row does not say is its field's default, or empty."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.attname in first or not isinstance(field, models.AutoField)
    ]
    defaults = {field.attname: _default(field) for field in fields}
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    command = f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN"
    chunk = [first, *islice(rows, CHUNK)]
    while chunk:
        lines = "".join(
            "\t".join(
                copied(row[name] if name in row else default())
                for name, default in defaults.items()
            )
            + "\n"
            for row in chunk
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(command, io.StringIO(lines))
        chunk = list(islice(rows, CHUNK))
    if isinstance(model._meta.pk, models.AutoField):
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)


def _default(field: models.Field[Any, Any]) -> Callable[[], Any]:
    if field.default is not NOT_PROVIDED:
        return field.get_default
    if field.null:
        return lambda: None
    if isinstance(field, models.DateTimeField):
        return lambda: moment(DAYS[0])
    if isinstance(field, models.UUIDField):
        return uuid.uuid4
    return lambda: ""


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


def moment(day: date, hour: int = 9) -> datetime:
    """An aware moment of a day."""
    return datetime(day.year, day.month, day.day, hour % 24, tzinfo=UTC)
