"""Back from a sum to the file: the rows that say it, with their numbers and cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.statements.reading import words
from portal.statements.reading.classify import RowClass, Sorter, classify
from portal.statements.reading.columns import Columns, map_columns
from portal.statements.reading.days import Moment, parse_day
from portal.statements.reading.decode import decode
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.figures import Reject
from portal.statements.reading.heading import SEARCHED, find_heading
from portal.statements.reading.ids import parse_id
from portal.statements.reading.parse import Fact, fill_merged, parse_row
from portal.statements.reading.tables import Cell, Limits, Table, as_text, is_blank

Tells = Callable[[int, list[Cell]], bool]


class FileRow(NamedTuple):
    """A row of figures: its number in the sheet from 1, its cells as text, and what it says."""

    row: int
    cells: list[str]
    fact: Fact


@dataclass(frozen=True)
class FileRows:
    """Rows of one table, and its headings by column; `whole`: there are no further rows."""

    headings: list[str]
    rows: list[FileRow]
    whole: bool


def rows_of(
    data: bytes,
    *,
    name: str,
    id_column: str,
    ids: Collection[str],
    days: Collection[date | None],
    has_hour: bool,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    most: int = 10_000,
) -> FileRows:
    """The first `most` rows of figures that name one of `ids` on one of `days`, None for rows
    without a day.

    Goes through the stages of `read` with the same arguments, so that what it finds adds up to the
    partial; `has_hour` is what that reading says. Of a file of any size only the rows that matter
    are held. A pure function. Raises: Unreadable.
    """
    known = words.given(mapping)
    sieve = _Sieve(id_column, known, ids, days, most)
    tables = decode(data, name=name, limits=limits, sieve=sieve)
    heading = find_heading(tables, name=name, id_column=id_column, mapping=known)
    columns = map_columns(heading, name=name, id_column=id_column, mapping=known)
    table = tables[heading.sheet]
    classes, _totals = classify(table, heading, columns, mapping=known)
    filled = fill_merged(table, columns, below=heading.last)
    hour_in_day = has_hour and "hour" not in columns.place
    found = []
    for place, kind in enumerate(classes):
        if kind is not RowClass.DATA:
            continue
        fact = parse_row(filled[place], columns, hour_in_day=hour_in_day)
        if not isinstance(fact, Reject) and fact.external_id in ids and fact.day in days:
            cells = [as_text(cell) for cell in filled[place]]
            found.append(FileRow(place + 1, cells, fact))
    return FileRows(list(heading.labels), found[:most], sieve.whole and len(found) <= most)


class _Sieve:
    """Leaves blank what says nothing of the ids and the days: of a large table, nearly all of it.

    What stays: all rows among which a heading is looked for, those that may name an id on a day,
    and those that tell where another table begins or what merged cells say.
    """

    def __init__(
        self,
        id_column: str,
        mapping: Mapping[str, str],
        ids: Collection[str],
        days: Collection[date | None],
        most: int,
    ) -> None:
        self.whole = True
        self._id_column, self._mapping = id_column, mapping
        self._ids, self._days = frozenset(ids), frozenset(days)
        self._is_code = id_column in words.CODE_COLUMNS
        self._most, self._kept = most, 0
        self._table: Table | None = None
        self._tells: Tells | None = None

    def __call__(self, table: Table, row: list[Cell]) -> list[Cell]:
        if table is not self._table:
            self._table, self._tells = table, None
        place = len(table.rows)
        # A heading has at most one row below the last one that is looked at.
        if place <= SEARCHED:
            return row
        if self._tells is None:
            self._tells = self._of(table)
        return row if self._tells(place, row) else []

    def _of(self, table: Table) -> Tells:
        """What tells the rows of a table that matter, by its first rows."""
        how = {"id_column": self._id_column, "mapping": self._mapping}
        try:
            heading = find_heading([table], **how)
            columns = map_columns(heading, **how)
        except Unreadable:
            # Not the table that is read.
            return lambda _place, _row: False
        sorter = Sorter(table, heading, columns, self._mapping)
        # The first cell of a merged range speaks for the rows below, whose own are blank.
        tops = {top for top, _left, _bottom, _right in table.merged}
        named = columns.place[columns.id_column]

        def tells(place: int, row: list[Cell]) -> bool:
            cell = row[named] if named < len(row) else None
            if self._names(cell):
                return self._on_days(row, columns) and self._may_keep()
            if tops and (place in tops or is_blank(cell)):
                return True
            return sorter.begins_table(row)

        return tells

    def _names(self, cell: Cell) -> bool:
        if isinstance(cell, str):
            plain = cell.strip()
            # Letters and digits have no other spelling.
            if plain.isascii() and plain.isalnum():
                return plain in self._ids
        found = parse_id(cell, is_code=self._is_code)
        return isinstance(found, str) and found in self._ids

    def _on_days(self, row: list[Cell], columns: Columns) -> bool:
        """Whether the row may speak of one of the days."""
        place = columns.place.get("date", len(row))
        said = parse_day(row[place]) if place < len(row) else None
        return not isinstance(said, Moment) or said.day in self._days

    def _may_keep(self) -> bool:
        self._kept += 1
        self.whole = self.whole and self._kept <= self._most
        return self._kept <= self._most
