"""Back from a sum to the file: the rows that say it, with their numbers and cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.statements.reading import words
from portal.statements.reading.classify import RowClass, classify
from portal.statements.reading.columns import map_columns
from portal.statements.reading.decode import decode
from portal.statements.reading.figures import Reject
from portal.statements.reading.heading import find_heading
from portal.statements.reading.parse import Fact, carries_hours, fill_merged, parse_row
from portal.statements.reading.tables import Limits, as_text


class FileRow(NamedTuple):
    """A row of figures: its number in the sheet from 1, its cells as text, and what it says."""

    row: int
    cells: list[str]
    fact: Fact


@dataclass(frozen=True)
class FileRows:
    """Rows of one table, and its headings by column."""

    headings: list[str]
    rows: list[FileRow]


def rows_of(
    data: bytes,
    *,
    name: str,
    id_column: str,
    ids: Collection[str],
    days: Collection[date | None],
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> FileRows:
    """The rows of figures that name one of `ids` on one of `days`, None for rows without a day.

    Goes through the stages of `read` with the same arguments, so that what it finds adds up to the
    partial. A pure function. Raises: Unreadable.
    """
    known = words.given(mapping)
    tables = decode(data, name=name, limits=limits)
    heading = find_heading(tables, name=name, id_column=id_column, mapping=known)
    columns = map_columns(heading, name=name, id_column=id_column, mapping=known)
    table = tables[heading.sheet]
    classes, _totals = classify(table, heading, columns, mapping=known)
    filled = fill_merged(table, columns, below=heading.last)
    rows = {place: filled[place] for place, kind in enumerate(classes) if kind is RowClass.DATA}
    hour_in_day = carries_hours(rows.values(), columns)
    found = []
    for place, row in rows.items():
        fact = parse_row(row, columns, hour_in_day=hour_in_day)
        if not isinstance(fact, Reject) and fact.external_id in ids and fact.day in days:
            found.append(FileRow(place + 1, [as_text(cell) for cell in row], fact))
    return FileRows(list(heading.labels), found)
