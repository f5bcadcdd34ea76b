"""Stage 5: data rows become figures, or are rejected with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.statements.reading import words
from portal.statements.reading.columns import Columns
from portal.statements.reading.days import Moment, parse_day, parse_hour
from portal.statements.reading.figures import Reject, as_count, as_fen, parse_number
from portal.statements.reading.ids import parse_id
from portal.statements.reading.tables import Cell, Table, as_text

# So much is kept of a cell of a rejected row.
LONGEST_KEPT = 2_000


class Fact(NamedTuple):
    """What one row says: metric → (count, approximate); money in fen. What is missing is absent."""

    external_id: str
    day: date | None
    hour: int | None
    counts: dict[str, tuple[int, bool]]


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot be counted: its number in the sheet, why, and its cells as text.

    `impressions` is what it says of them, None where no number could be read. `rows`: how many rows
    it stands for, where a file has too many to keep each.
    """

    row: int
    reason: str | Promise
    cells: list[str]
    impressions: int | None = None
    rows: int = 1


def fill_merged(table: Table, columns: Columns, *, below: int) -> list[list[Cell]]:
    """Repeat what a merged cell names in each of its rows; merged figures count once.

    Only ids, days and hours are repeated, and only where cells are merged: a blank is no ditto.
    """
    rows = list(table.rows)
    named = {
        columns.place[each] for each in (columns.id_column, "date", "hour") if each in columns.place
    }
    for top, left, bottom, right in table.merged:
        if top <= below:
            continue
        for place in named & set(range(left, right + 1)):
            value = table.rows[top][left] if left < len(table.rows[top]) else None
            for index in range(top, min(bottom + 1, len(rows))):
                row = rows[index] + [None] * (place + 1 - len(rows[index]))
                rows[index] = [*row[:place], value, *row[place + 1 :]]
    return rows


def parse_row(row: Sequence[Cell], columns: Columns, *, hour_in_day: bool) -> Fact | Reject:
    """Read a data row. `hour_in_day` when the day's column carries the hour."""
    external_id = parse_id(
        _cell(row, columns, columns.id_column), is_code=columns.id_column in words.CODE_COLUMNS
    )
    if isinstance(external_id, Reject):
        return _in_column(columns, columns.id_column, external_id)
    moment = Moment(day=date.min)
    if "date" in columns.place:
        read = parse_day(_cell(row, columns, "date"))
        if isinstance(read, Reject):
            return _in_column(columns, "date", read)
        moment = read
    hour = moment.hour if hour_in_day else None
    if "hour" in columns.place:
        read_hour = parse_hour(_cell(row, columns, "hour"))
        if isinstance(read_hour, Reject):
            return _in_column(columns, "hour", read_hour)
        hour = read_hour
    counts = parse_counts(row, columns)
    if isinstance(counts, Reject):
        return counts
    return Fact(external_id, moment.day if "date" in columns.place else None, hour, counts)


def parse_counts(row: Sequence[Cell], columns: Columns) -> dict[str, tuple[int, bool]] | Reject:
    """Read the figures of a row; the first one that is none rejects the row."""
    counts: dict[str, tuple[int, bool]] = {}
    for metric, place in columns.metrics.items():
        number = parse_number(row[place] if place < len(row) else None)
        if isinstance(number, Reject):
            return _in_column(columns, metric, number)
        convert = as_fen if metric in words.MONEY else as_count
        count = convert(number, columns.factors[metric])
        if isinstance(count, Reject):
            return _in_column(columns, metric, count)
        if count is not None:
            counts[metric] = count
    return counts


def carries_hours(rows: Iterable[Sequence[Cell]], columns: Columns) -> bool:
    """True when the day's column says times of day, and not midnight in every row."""
    if "date" not in columns.place or "hour" in columns.place:
        return False
    for row in rows:
        moment = parse_day(_cell(row, columns, "date"))
        if isinstance(moment, Moment) and moment.striking:
            return True
    return False


def parse_rows(
    rows: Mapping[int, Sequence[Cell]],
    columns: Columns,
    *,
    hour_in_day: bool,
    rejected: list[RejectedRow],
) -> Iterator[Fact]:
    """Read data rows, by place (from 0), one by one; what cannot be read joins `rejected`."""
    for place, row in rows.items():
        fact = parse_row(row, columns, hour_in_day=hour_in_day)
        if isinstance(fact, Reject):
            cells = [as_text(cell)[:LONGEST_KEPT] for cell in row]
            rejected.append(RejectedRow(place + 1, fact.reason, cells, _impressions(row, columns)))
        else:
            yield fact


def _impressions(row: Sequence[Cell], columns: Columns) -> int | None:
    """What a rejected row says of impressions, so that it can be told how much is missing."""
    place = columns.metrics.get("impressions")
    number = parse_number(row[place] if place is not None and place < len(row) else None)
    if isinstance(number, Reject):
        return None
    count = as_count(number, columns.factors.get("impressions", Decimal(1)))
    return count[0] if isinstance(count, tuple) else None


def _cell(row: Sequence[Cell], columns: Columns, name: str) -> Cell:
    place = columns.place[name]
    return row[place] if place < len(row) else None


def _in_column(columns: Columns, name: str, why: Reject) -> Reject:
    return Reject(
        format_lazy(
            _("Column {column}: {reason}."), column=columns.headings[name][:40], reason=why.reason
        )
    )
