"""Lists as .xlsx files that Excel and WPS open without changing a value.

Text stays text: "=1+1" is no formula, a web address is no link, a code of 18 digits keeps its
last digits. Moments are shown in Asia/Shanghai.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.clock import SHANGHAI

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A sheet holds 1,048,576 rows; the first is the heading.
ROWS_PER_SHEET = 1_048_575
LONGEST_TEXT = 32_767
# A cell's number has 15 digits that are true; a whole number beyond is written as text.
LARGEST_NUMBER = 10**15
# Sheets count days from 1900; an earlier day is written as text.
FIRST_YEAR = 1900
# Characters that XML 1.0 has no place for.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """The heading of a column, its width in characters, and how to read its cell off a row.

    Without `value`, rows are sequences of cells in the order of the columns.
    """

    title: str | Promise
    width: int = 16
    value: Callable[[Any], Any] | None = None


# What a list of columns may hold: a column, a bare heading, or a heading with its `value`.
ColumnLike = Column | str | Promise | tuple[str | Promise, Callable[[Any], Any]]


def write_xlsx(
    target: IO[bytes] | str,
    columns: Sequence[ColumnLike],
    rows: Iterable[Any],
    *,
    title: str = "",
    rows_per_sheet: int = ROWS_PER_SHEET,
) -> int:
    """Write `rows` under `columns` to `target` (a path or an open file); return how many.

    Cells may be text, int, Decimal, float, bool, date, datetime or None. Rows are taken one by
    one, so any number fits into memory; what one sheet cannot hold goes on in the next.
    """
    book = _new_book(target)
    writer = _Writer(book, [_column(like) for like in columns], title)
    try:
        return writer.write_all(rows, rows_per_sheet)
    finally:
        book.close()


@dataclass(frozen=True)
class Sheet:
    """One list of a book of several."""

    title: str | Promise
    columns: Sequence[ColumnLike]
    rows: Iterable[Any]


def write_book(target: IO[bytes] | str, sheets: Iterable[Sheet]) -> None:
    """Write several lists to one book, each under its own title; titles differ.

    Sheets are taken one by one, and their rows too.
    """
    book = _new_book(target)
    try:
        for sheet in sheets:
            writer = _Writer(book, [_column(like) for like in sheet.columns], str(sheet.title))
            writer.write_all(sheet.rows, ROWS_PER_SHEET)
    finally:
        book.close()


def _new_book(target: IO[bytes] | str) -> Any:
    return xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )


def xlsx_response(
    filename: str | Promise,
    columns: Sequence[ColumnLike],
    rows: Iterable[Any],
    *,
    title: str = "",
) -> FileResponse:
    """Return the list as a download named `filename`, which ends in .xlsx or is made to."""
    # The response closes the file, and closing deletes it.
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115
    try:
        write_xlsx(target, columns, rows, title=title)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    name = f"{str(filename).removesuffix('.xlsx')}.xlsx"
    response = FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "private, no-store"
    return response


def _column(like: ColumnLike) -> Column:
    if isinstance(like, Column):
        return like
    if isinstance(like, tuple):
        return Column(like[0], value=like[1])
    return Column(like)


class _Writer:
    """Writes cells by their type into the present sheet of a book."""

    def __init__(self, book: Any, columns: list[Column], title: str) -> None:
        self.book = book
        self.columns = columns
        self.title = title
        self.sheet: Any = None
        self.sheets = 0
        self.heading = book.add_format({"bold": True, "bg_color": "#E3EFF0", "text_wrap": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write_all(self, rows: Iterable[Any], rows_per_sheet: int) -> int:
        """Write every row, on as many sheets as that takes; return how many rows."""
        count = 0
        self.begin_sheet()
        for row in rows:
            if count and count % rows_per_sheet == 0:
                self.begin_sheet()
            self.write(count % rows_per_sheet + 1, row)
            count += 1
        return count

    def begin_sheet(self) -> None:
        """Add a sheet with the headings, which stay in sight."""
        self.sheets += 1
        name = self.title if self.sheets == 1 else f"{self.title} {self.sheets}".strip()
        self.sheet = self.book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31] or None)
        self.sheet.freeze_panes(1, 0)
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, column.width)
            self.sheet.write_string(0, index, str(column.title), self.heading)

    def write(self, number: int, row: Any) -> None:
        """Write one row of the list at row `number` of the sheet."""
        for index, column in enumerate(self.columns):
            self._cell(number, index, column.value(row) if column.value else row[index])

    def _cell(self, row: int, index: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self.sheet.write_string(row, index, _("Yes") if value else _("No"))
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            self._day(row, index, value)
        elif _is_exact_number(value):
            self.sheet.write_number(row, index, value)
        else:
            self.sheet.write_string(row, index, _text(value))

    def _day(self, row: int, index: int, value: date) -> None:
        if not isinstance(value, datetime):
            self.sheet.write_datetime(row, index, value, self.day)
            return
        local = value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
        self.sheet.write_datetime(row, index, local.replace(microsecond=0), self.moment)


def _is_exact_number(value: Any) -> bool:
    """Whether a cell can hold the number as it is."""
    if isinstance(value, int):
        return abs(value) < LARGEST_NUMBER
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= 15
    return isinstance(value, float) and isfinite(value)


def _text(value: Any) -> str:
    text = UNWRITABLE.sub("", str(value)).replace("\r\n", "\n")
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
