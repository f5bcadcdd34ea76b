"""What stage 1 hands on: tables of cells, and how much of a file is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from portal.statements.reading.errors import Unreadable

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Table:
    """One sheet. Row 0 of `rows` is row 1 of the sheet; no row is left out.

    `merged` are the merged ranges as (first row, first column, last row, last column), from 0:
    only the first cell of a range has a value.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False


# What stays of the next row of a table: the row, or nothing where nobody will look at it.
Sieve = Callable[[Table, list[Cell]], list[Cell]]


def keep_all(_table: Table, row: list[Cell]) -> list[Cell]:
    """The sieve that keeps every row."""
    return row


@dataclass(frozen=True)
class Limits:
    """What is read at most; a file beyond is refused whole, never cut off."""

    file_bytes: int = 200 << 20
    # What a workbook may unpack to.
    unpacked_bytes: int = 2 << 30
    # As many as a sheet of Excel has.
    rows: int = 1_048_576
    columns: int = 1_000
    # Rows × columns of one sheet, empty cells included.
    cells: int = 15_000_000
    # What all cells may say together: one text that a million cells show is said a million times.
    said_bytes: int = 512 << 20
    # Delimiters of one record, those inside quotation marks among them.
    delimiters: int = 100_000

    def too_many_rows(self, name: str) -> Unreadable:
        """The refusal of a file with too many rows."""
        return Unreadable(
            "too_many_rows",
            _(
                "“{name}” has more than {limit} rows. Export a shorter period, or upload it in "
                "parts."
            ).format(name=name, limit=self.rows),
        )

    def too_many_cells(self, name: str, columns: int) -> Unreadable:
        """The refusal of a sheet whose used area is far larger than any report."""
        return Unreadable(
            "too_many_cells",
            _(
                "“{name}” reaches over {columns} columns and too many rows: a cell far from the "
                "table is probably filled by mistake. Copy the table alone into a new sheet."
            ).format(name=name, columns=columns),
        )

    def check_width(self, columns: int, name: str) -> None:
        """Refuse a row that no report has. Raises: Unreadable."""
        if columns > self.columns:
            raise self.too_many_cells(name, columns)

    def check_cells(self, cells: int, columns: int, name: str) -> None:
        """Refuse more cells than can be held, the last row being so wide. Raises: Unreadable."""
        if cells > self.cells:
            raise self.too_many_cells(name, columns)


def as_text(cell: Cell) -> str:
    """A cell as a person would read it; whole numbers without their .0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\x00", "")


def is_blank(cell: Cell) -> bool:
    """True for an empty cell and for one of blanks only."""
    return cell is None or (
        isinstance(cell, str) and not cell.strip(" \t\r\n\u00a0\u3000\u200b\ufeff")
    )
