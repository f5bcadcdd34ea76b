"""What statements say of days, read from the partials of their parts. Pure reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from portal.statements import raw
from portal.statements.models import Part, Statement
from portal.statements.reading.partial import SCHEMA


@dataclass(frozen=True)
class Cell:
    """One row of a partial on the day: id, hour, metric, count."""

    external_id: str
    hour: int | None
    metric: str
    count: int
    approximate: bool


def cells_of(statement: Statement, day: date) -> Iterable[Cell]:
    """The partial rows of a statement that fall on `day`, in a fixed order."""
    for row in rows_of(statement, day).to_pylist():
        yield Cell(row["external_id"], row["hour"], row["metric"], row["count"], row["approximate"])


def rows_of(statement: Statement, day: date) -> pa.Table:
    """The same as a table like a partial's, in which each word stands once."""
    return on_day(tables_of(statement), day)


def on_day(tables: Iterable[pa.Table], day: date) -> pa.Table:
    """The rows of partials with `dated` days that fall on `day`, as one table."""
    wanted = pa.scalar(day, pa.date32())
    rows = [table.filter(pc.fill_null(pc.equal(table["day"], wanted), False)) for table in tables]
    return pa.concat_tables([SCHEMA.empty_table(), *rows]).unify_dictionaries().combine_chunks()


def tables_of(statement: Statement) -> Iterable[pa.Table]:
    """The partials of the statement's parts that count, in a fixed order, with `dated` days."""
    for part in statement.counting_parts:
        yield table_of(part, statement)


def table_of(part: Part, statement: Statement) -> pa.Table:
    """The partial of one part of the statement, with `dated` days."""
    table = raw.partial_of(
        sha256=part.sha256,
        name=part.name,
        id_kind=statement.source.id_kind,
        mapping=part.mapping,
    ).table
    return dated(table, statement.first_day, statement.last_day)


def dated(table: pa.Table, first_day: date, last_day: date) -> pa.Table:
    """Give rows without a day the period's, when the period is one day.

    A report without a day column speaks of its whole period; of several days that is no day.
    """
    if first_day != last_day:
        return table
    days = pc.fill_null(table["day"], first_day)
    return table.set_column(table.schema.get_field_index("day"), "day", days)


def sums(tables: Iterable[pa.Table], days: Collection[date]) -> Counter[str]:
    """Metric → sum over the rows that fall on `days`; "rows" counts the rows themselves."""
    found: Counter[str] = Counter()
    wanted = pa.array(sorted(days), pa.date32())
    for table in tables:
        rows = table.filter(pc.is_in(table["day"], value_set=wanted))
        for row in rows.group_by("metric").aggregate([("count", "sum")]).to_pylist():
            found[row["metric"]] += row["count_sum"]
    return found
