"""Reading a platform's report: from bytes to figures, in five pure stages.

decode (bytes → tables) → heading (where the table is) → columns (what each column means) →
classify (what each row is) → parse (what each data row says). No database, no clock: the same bytes
give the same reading. How to add a spelling: docs/statements-reading.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.statements.reading import words
from portal.statements.reading.classify import RowClass, classify
from portal.statements.reading.columns import Columns, map_columns
from portal.statements.reading.decode import decode
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.heading import Heading, find_heading, guess_heading
from portal.statements.reading.ids import LONGEST_ID, normalise_external_id
from portal.statements.reading.parse import (
    RejectedRow,
    carries_hours,
    fill_merged,
    parse_counts,
    parse_rows,
)
from portal.statements.reading.partial import Partial, add_up
from portal.statements.reading.records import PARQUET
from portal.statements.reading.samples import SampleRow, SeenColumn, sample_rows, seen_columns
from portal.statements.reading.tables import Cell, Limits, Table

__all__ = [
    "LONGEST_ID",
    "PARQUET",
    "Limits",
    "Partial",
    "Reading",
    "RejectedRow",
    "RowClass",
    "SampleRow",
    "SeenColumn",
    "Unreadable",
    "normalise_external_id",
    "read",
]


@dataclass(frozen=True)
class Reading:
    """What a file says, and an account of every row of it.

    rows_in = rows in the partial + rejected + the sum of ignored. `period` comes from the lines
    above the heading, never from the rows. `own_totals` are what the file's own total row says,
    exact figures only; `totals` what was counted. Cost is in fen.
    """

    period: tuple[date, date] | None
    columns: dict[str, str]
    unknown_headings: list[str]
    # Canonical field → further headings of the same meaning, which were not counted.
    passed_over: dict[str, list[str]]
    id_column: str
    has_day: bool
    has_hour: bool
    partial: Partial
    rejected: list[RejectedRow]
    ignored: Counter[str]
    rows_in: int
    own_totals: dict[str, int] | None
    totals: dict[str, int]
    approximate: bool
    # Every column under the heading, and class of row → its first rows; events have neither.
    seen: list[SeenColumn] = field(default_factory=list)
    samples: dict[str, list[SampleRow]] = field(default_factory=dict)

    @property
    def rows_rejected(self) -> int:
        """How many rows were rejected."""
        return sum(each.rows for each in self.rejected)


def read(
    data: bytes,
    *,
    name: str,
    id_column: str | None = None,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Read a report. A pure function of its arguments; `name` stands in messages only.

    `id_column` is the field that names a row (else the most exact one present); `mapping` gives
    headings a meaning the alias table does not know, or knows otherwise ("derived" leaves one out).
    Raises: Unreadable with a sentence that says what to do, and what was seen of the columns when a
    mapping may mend it.
    """
    known = words.given(mapping)
    tables = decode(data, name=name, limits=limits)
    heading, columns = _matched(tables, name=name, id_column=id_column, mapping=known)
    table = tables[heading.sheet]
    classes, total_rows = classify(table, heading, columns, mapping=known)
    filled = fill_merged(table, columns, below=heading.last)
    rows = {place: filled[place] for place, kind in enumerate(classes) if kind is RowClass.DATA}
    hour_in_day = carries_hours(rows.values(), columns)
    rejected: list[RejectedRow] = []
    partial = add_up(parse_rows(rows, columns, hour_in_day=hour_in_day, rejected=rejected))
    ignored = Counter(kind.value for kind in classes if kind is not RowClass.DATA)
    ignored[RowClass.OTHER_SHEET.value] += sum(
        len(each.rows) for each in tables if each is not table
    )
    return Reading(
        period=heading.period,
        columns=columns.headings,
        unknown_headings=columns.unknown,
        passed_over=columns.passed_over,
        id_column=columns.id_column,
        has_day="date" in columns.place,
        has_hour="hour" in columns.place or hour_in_day,
        partial=partial,
        rejected=rejected,
        ignored=+ignored,
        rows_in=sum(len(each.rows) for each in tables),
        own_totals=own_totals(table.rows, total_rows, columns),
        totals={metric: partial.sum(metric) for metric in columns.metrics},
        approximate=any(partial.table["approximate"].to_pylist()),
        seen=seen_columns(tables, heading, known),
        samples=sample_rows(tables, table, classes, {each.row for each in rejected}),
    )


def _matched(
    tables: Sequence[Table], *, name: str, id_column: str | None, mapping: Mapping[str, str]
) -> tuple[Heading, Columns]:
    """The heading and what its columns mean; a refusal says what was seen."""
    heading = None
    try:
        heading = find_heading(tables, name=name, id_column=id_column, mapping=mapping)
        return heading, map_columns(heading, name=name, id_column=id_column, mapping=mapping)
    except Unreadable as error:
        error.seen = seen_columns(tables, heading or guess_heading(tables), mapping)
        raise


def own_totals(
    rows: Sequence[Sequence[Cell]], total_rows: Mapping[int, str], columns: Columns
) -> dict[str, int] | None:
    """What the file says its sums are, 总计 before 合计; None for nothing or two things."""
    for word in ("grand", "total"):
        said: list[dict[str, int]] = []
        for index, kind in total_rows.items():
            counts = parse_counts(rows[index], columns) if kind == word else {}
            if isinstance(counts, dict):
                exact = {
                    metric: count for metric, (count, rounded) in counts.items() if not rounded
                }
                said.extend([exact] if exact and exact not in said else [])
        if said:
            return said[0] if len(said) == 1 else None
    return None
