"""Stage 4: every physical row gets exactly one class; only data rows are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.statements.reading import words
from portal.statements.reading.columns import Columns
from portal.statements.reading.figures import Number, parse_number
from portal.statements.reading.heading import Heading, is_heading
from portal.statements.reading.tables import Cell, Table, as_text, is_blank


class RowClass(TextChoices):
    """What a row of a file is."""

    DATA = "data", _("Row with figures")
    PREAMBLE = "preamble", _("Above the heading")
    HEADING = "heading", _("Heading row")
    BLANK = "blank", _("Blank row")
    TOTAL = "total", _("Total row")
    SUBTOTAL = "subtotal", _("Subtotal row")
    NOTE = "note", _("Note or signature")
    OTHER_TABLE = "other_table", _("Another table")
    OTHER_SHEET = "other_sheet", _("Another sheet")


# Words that end a subtotal's cell: 清远市小计.
SUBTOTAL_ENDS = ("小计", "合计", "总计", "共计")
TOTALS = {"grand", "total", "subtotal"}


def classify(
    table: Table,
    heading: Heading,
    columns: Columns,
    *,
    mapping: Mapping[str, str] | None = None,
) -> tuple[list[RowClass], dict[int, str]]:
    """Class of each row, and of the rows that total the whole file: row (from 0) → its word.

    The word is "grand" (总计) or "total" (合计).
    """
    sorter = Sorter(table, heading, columns, mapping or {})
    classes: list[RowClass] = []
    for index, row in enumerate(table.rows):
        classes.append(sorter.class_of(index, row))
    return classes, sorter.totals


class Sorter:
    """Goes down the rows and remembers whether another table has begun."""

    def __init__(
        self, table: Table, heading: Heading, columns: Columns, mapping: Mapping[str, str]
    ) -> None:
        self.heading, self.columns, self.mapping = heading, columns, mapping
        self.metrics = list(columns.metrics.values())
        self.id_place = columns.place[columns.id_column]
        self.time_places = [
            columns.place[each] for each in ("date", "hour") if each in columns.place
        ]
        self.words_of_heading = [
            _words_by_place(table.rows[index]) for index in range(heading.first, heading.last + 1)
        ]
        self.width = sum(1 for label in heading.labels if label)
        self.elsewhere = False
        self.totals: dict[int, str] = {}

    def class_of(self, index: int, row: Sequence[Cell]) -> RowClass:
        """The class of the next row."""
        if all(is_blank(cell) for cell in row):
            return RowClass.BLANK
        if self.heading.first <= index <= self.heading.last:
            self.elsewhere = False
            return RowClass.HEADING
        figures = self.has_figures(row)
        if not figures and self._is_again(row):
            self.elsewhere = index < self.heading.first
            return RowClass.HEADING
        if not figures and is_heading(row, self.mapping):
            self.elsewhere = True
        if self.elsewhere:
            return RowClass.OTHER_TABLE
        if index < self.heading.first:
            return RowClass.PREAMBLE
        total = self._total_word(row)
        if total:
            if total != "subtotal":
                self.totals[index] = total
                return RowClass.TOTAL
            return RowClass.SUBTOTAL
        if not figures and self._is_note(row):
            return RowClass.NOTE
        return RowClass.DATA

    def begins_table(self, row: Sequence[Cell]) -> bool:
        """True for a row behind which the rows may belong to another table, or again to this."""
        for place in self.metrics:
            cell = row[place] if place < len(row) else None
            # What most rows hold, told without a detour.
            if isinstance(cell, str) and cell.isascii() and cell.isdecimal() and len(cell) < 19:
                return False
        return not self.has_figures(row) and (self._is_again(row) or is_heading(row, self.mapping))

    def has_figures(self, row: Sequence[Cell]) -> bool:
        """True when a column of figures holds one."""
        for place in self.metrics:
            if place < len(row) and not is_blank(row[place]):
                number = parse_number(row[place])
                if isinstance(number, Number) and number.value is not None:
                    return True
        return False

    def _is_again(self, row: Sequence[Cell]) -> bool:
        """True for the heading once more, or for one that says the same in other words."""
        said = _words_by_place(row)
        if len(said) >= 2 and any(said.items() <= known.items() for known in self.words_of_heading):
            return True
        meant = {
            place: field.canonical
            for place, text in said.items()
            if (field := words.lookup(text, self.mapping)) is not None
        }
        ours = {place: canonical for canonical, place in self.columns.place.items()}
        agreed = {place for place, canonical in meant.items() if ours.get(place) == canonical}
        return len(agreed) >= 2 and not agreed.isdisjoint(self.metrics)

    def _total_word(self, row: Sequence[Cell]) -> str:
        """grand, total or subtotal when the row sums others, else nothing.

        A sum for one day or one thing among many (its own day or id is there) is a subtotal.
        """
        said = {
            place: kind
            for place, cell in enumerate(row)
            if isinstance(cell, str)
            and place not in self.metrics
            and (kind := words.mark(cell)) in TOTALS
        }
        named = self._is_filled(row, self.id_place) and self.id_place not in said
        dated = any(self._is_filled(row, place) and place not in said for place in self.time_places)
        if not said:
            return "" if named or not self._ends_like_a_subtotal(row) else "subtotal"
        first = next(place for place, cell in enumerate(row) if not is_blank(cell))
        if self.id_place in said or not said.keys().isdisjoint(self.time_places):
            narrowed = named or dated
        elif not named:
            narrowed = dated
        elif first in said and not (dated and self.time_places):
            narrowed = False
        else:
            return ""  # a thing that happens to be called Total
        kinds = set(said.values())
        if narrowed or "subtotal" in kinds:
            return "subtotal"
        return "grand" if "grand" in kinds else "total"

    def _is_filled(self, row: Sequence[Cell], place: int) -> bool:
        if place >= len(row) or is_blank(row[place]):
            return False
        return words.mark(as_text(row[place])) != "missing"

    def _ends_like_a_subtotal(self, row: Sequence[Cell]) -> bool:
        return any(
            isinstance(cell, str) and cell.strip().endswith(SUBTOTAL_ENDS)
            for place, cell in enumerate(row)
            if place not in self.metrics
        )

    def _is_note(self, row: Sequence[Cell]) -> bool:
        """True for signatures and remarks: 填表人：…, or one lone text under a wide table."""
        said = [as_text(cell) for cell in row if not is_blank(cell)]
        if len(said) == 1 and self.width > 2:
            return True
        return any(
            colon and words.row_words().get(before) == "note"
            for before, colon, _after in (words.normalise(text).partition(":") for text in said)
        )


def _words_by_place(row: Sequence[Cell]) -> dict[int, str]:
    return {
        place: words.normalise_heading(as_text(cell))
        for place, cell in enumerate(row)
        if not is_blank(cell)
    }
