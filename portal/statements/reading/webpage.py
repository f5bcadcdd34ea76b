"""Reading the tables of a web page that was saved as .xls, by the standard library's parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Cell, Limits, Table

MARKUP = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|meta|table|style|div|\?xml|!--)", re.I)
SILENT = {"script", "style"}
# A cell may say it spans any number of rows; no report does.
WIDEST_SPAN = 1_000


def looks_like(text: str) -> bool:
    """True for a text that begins as a web page or another kind of markup does."""
    return MARKUP.match(text) is not None


def read(text: str, *, name: str, limits: Limits) -> list[Table]:
    """Read each table; a table inside a cell is one of its own. Raises: Unreadable."""
    parser = _Tables(limits, name)
    parser.feed(text)
    parser.close()
    if not any(table.rows for table in parser.tables):
        raise Unreadable(
            "not_a_table",
            _(
                "“{name}” is a web page or XML without a table. Open it in Excel or WPS, save it "
                "as .xlsx and upload it again."
            ).format(name=name),
        )
    return [table for table in parser.tables if table.rows]


class _Tables(HTMLParser):
    """Rows and cells as the page lays them out; spanned places are blank and noted as merged."""

    def __init__(self, limits: Limits, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.limits, self.name = limits, name
        self.tables: list[Table] = []
        self.open: list[Table] = []
        self.words: list[str] | None = None
        self.span = (1, 1)
        self.silent = self.cells = 0
        # Of each open table: column → the last row that a cell above still covers.
        self.covered: list[dict[int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self._end_cell()
            self.open.append(Table(name="", rows=[]))
            self.covered.append({})
            self.tables.append(self.open[-1])
        elif tag == "br" and self.words is not None:
            self.words.append("\n")
        elif self.open and tag == "tr":
            self._end_cell()
            self._begin_row()
        elif self.open and tag in {"td", "th"}:
            self._end_cell()
            if not self.open[-1].rows:
                self._begin_row()
            said = dict(attrs)
            self.span = (_span(said.get("rowspan")), _span(said.get("colspan")))
            self.words = []

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in {"td", "th", "tr"}:
            self._end_cell()
        elif tag == "table" and self.open:
            self._end_cell()
            self.open.pop()
            self.covered.pop()

    def handle_data(self, data: str) -> None:
        if self.words is not None and not self.silent:
            self.words.append(data)

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _begin_row(self) -> None:
        if len(self.open[-1].rows) >= self.limits.rows:
            raise self.limits.too_many_rows(self.name)
        self.open[-1].rows.append([])

    def _end_cell(self) -> None:
        if self.words is None or not self.open:
            return
        table, covered = self.open[-1], self.covered[-1]
        number, row = len(table.rows) - 1, table.rows[-1]
        while covered.get(len(row), -1) >= number:
            row.append(None)
        column = len(row)
        tall, wide = self.span
        self.limits.check_width(column + wide, self.name)
        self.cells += wide
        self.limits.check_cells(self.cells, column + wide, self.name)
        value: Cell = "".join(self.words).strip() or None
        row.extend([value, *[None] * (wide - 1)])
        if (tall, wide) != (1, 1):
            table.merged.append((number, column, number + tall - 1, column + wide - 1))
            covered.update(dict.fromkeys(range(column, column + wide), number + tall - 1))
        self.words = None


def _span(said: str | None) -> int:
    return min(max(int(said), 1), WIDEST_SPAN) if said and said.isdecimal() else 1
