"""A few cells and rows of a file as they came, for the person who decides whether it is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from portal.statements.reading import words
from portal.statements.reading.classify import RowClass
from portal.statements.reading.columns import match
from portal.statements.reading.figures import shown
from portal.statements.reading.heading import Heading
from portal.statements.reading.tables import Cell, Table, is_blank

# Cells shown of a column, and rows of a class.
SAMPLES = 3
# Rows below the heading, and cells of a row, that are looked at for samples.
SEARCHED = 50
WIDEST = 40


@dataclass(frozen=True)
class SeenColumn:
    """A heading, its first filled cells, and the field it is taken for; "" where it is not used."""

    heading: str
    samples: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class SampleRow:
    """A row: its number in the sheet, its cells, and the sheet when it is not the one read."""

    row: int
    cells: list[str]
    sheet: str = ""


def seen_columns(
    tables: Sequence[Table], heading: Heading, mapping: Mapping[str, str]
) -> list[SeenColumn]:
    """The columns under a heading, of equal headings the first one. `mapping` is from `given`."""
    rows = tables[heading.sheet].rows[heading.last + 1 :][:SEARCHED]
    columns = match(heading, mapping)
    taken = {place: canonical for canonical, place in columns.place.items()}
    found: dict[str, SeenColumn] = {}
    for place, label in enumerate(heading.labels):
        if not label:
            continue
        cells = [row[place] for row in rows if place < len(row) and not is_blank(row[place])]
        samples = tuple(dict.fromkeys(shown(cell) for cell in cells))[:SAMPLES]
        field = taken.get(place, "")
        found.setdefault(words.normalise_heading(label), SeenColumn(label, samples, field))
    return list(found.values())


def sample_rows(
    tables: Sequence[Table], read: Table, classes: Sequence[RowClass], rejected: Collection[int]
) -> dict[str, list[SampleRow]]:
    """Class of row → its first rows; rejected rows of figures, by number, are left out."""
    found: dict[str, list[SampleRow]] = defaultdict(list)
    for number, (kind, row) in enumerate(zip(classes, read.rows, strict=True), start=1):
        mine = found[kind.value]
        if len(mine) < SAMPLES and number not in rejected:
            mine.append(_sample(number, row))
    for table in tables:
        mine = found[RowClass.OTHER_SHEET.value]
        if table is not read and len(mine) < SAMPLES:
            rows = enumerate(table.rows[: SAMPLES - len(mine)], start=1)
            mine.extend(_sample(number, row, table.name) for number, row in rows)
    return {kind: rows for kind, rows in found.items() if rows}


def _sample(number: int, row: Sequence[Cell], sheet: str = "") -> SampleRow:
    return SampleRow(number, [shown(cell) for cell in row[:WIDEST]], sheet)
