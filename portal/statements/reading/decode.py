"""Stage 1: bytes and a file name become tables of cells.

Workbooks, delimited text in any encoding a Chinese office meets, web pages saved as .xls, JSON of a
report API, and Parquet. What a file is, its first bytes say; its name is never trusted.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from portal.statements.reading import records, webpage, workbook
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Cell, Limits, Table

DELIMITERS = "\t,;|"
# Records, and characters, looked at to tell the delimiter.
SAMPLE = 200
SAMPLE_LENGTH = 1 << 18
# What stands first in files that are no table, and what such a file is.
FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)
CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
SENTINEL = "end of the file 7f3a"


def decode(data: bytes, *, name: str, limits: Limits | None = None) -> list[Table]:
    """Read every table of the file; rows keep the numbers a spreadsheet shows.

    Raises: Unreadable.
    """
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise Unreadable(
            "too_large",
            _(
                "“{name}” has {size} MB; up to {limit} MB can be read. Export a shorter period, "
                "or upload it in parts."
            ).format(name=name, size=len(data) >> 20, limit=limits.file_bytes >> 20),
        )
    _refuse_foreign(data, name)
    if data.startswith((workbook.ZIP, workbook.COMPOUND)):
        return workbook.read(data, name=name, limits=limits)
    if data.startswith(records.PARQUET):
        return records.read(data, name=name, limits=limits)
    text = to_text(data, name=name)
    if records.looks_like(text):
        return records.read(text.encode(), name=name, limits=limits)
    if webpage.looks_like(text):
        return webpage.read(text, name=name, limits=limits)
    return [_delimited(text, name=name, limits=limits)]


def _refuse_foreign(data: bytes, name: str) -> None:
    for first, kind in FOREIGN:
        if data.startswith(first):
            raise Unreadable(
                "not_a_table",
                _(
                    "“{name}” is a {kind} file, not a table. Upload the report as .xlsx or .csv."
                ).format(name=name, kind=kind),
            )


def to_text(data: bytes, *, name: str) -> str:
    """Decode as UTF-8 or UTF-16 with its mark, UTF-8 without, GB18030 else. Raises: Unreadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _checked(text.lstrip("\ufeff"), name)
    if b"\x00" in data:
        raise _binary(name)
    raise Unreadable(
        "encoding",
        _(
            "The characters of “{name}” are neither UTF-8 nor GB18030, or the file is cut off. "
            "Export it again, or open it and save it as .xlsx."
        ).format(name=name),
    )


def _checked(text: str, name: str) -> str:
    if "\x00" in text or len(CONTROL.findall(text)) > len(text) // 100:
        raise _binary(name)
    if not text.strip():
        raise Unreadable(
            "empty",
            _("“{name}” is empty. Export the report again and upload the new file.").format(
                name=name
            ),
        )
    return text


def _binary(name: str) -> Unreadable:
    return Unreadable(
        "binary",
        _(
            "“{name}” is not a table: it holds binary data. Upload the report as .xlsx or .csv."
        ).format(name=name),
    )


def _delimited(text: str, *, name: str, limits: Limits) -> Table:
    rows: list[list[Cell]] = []
    last_line = cells = 0
    # A last record of our own: when it is swallowed, a quotation mark was never closed.
    end = "" if text.endswith(("\n", "\r")) else "\n"
    delimiter = _delimiter(text)
    lines = _Lines(f"{text}{end}{SENTINEL}", delimiter, name, limits)
    reader = _records(lines, delimiter, len(text))
    for record in reader:
        lines.delimiters = 0
        if len(rows) > limits.rows:
            raise limits.too_many_rows(name)
        limits.check_width(len(record), name)
        cells += len(record)
        limits.check_cells(cells, len(record), name)
        rows.append(list(record))
        if record and record[-1] != SENTINEL and SENTINEL in record[-1]:
            raise Unreadable(
                "quote",
                _(
                    "Row {row} of “{name}” (line {line}) opens a quotation mark that is never "
                    "closed, so everything behind it reads as one cell. Mend it and upload again."
                ).format(row=len(rows), name=name, line=last_line + 1),
            )
        last_line = reader.line_num
    return Table(name="", rows=rows[:-1])


class _Lines:
    """The lines of a text, counting the delimiters of the record that takes them: a record is laid
    out as a whole before anybody can see how wide it is."""

    def __init__(self, text: str, delimiter: str, name: str, limits: Limits) -> None:
        self._lines = io.StringIO(text, newline="")
        self._delimiter, self._name, self._limits = delimiter, name, limits
        self.delimiters = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.delimiters += line.count(self._delimiter)
            if self.delimiters > self._limits.delimiters:
                raise self._limits.too_many_cells(self._name, self.delimiters)
            yield line


def _records(lines: Iterable[str], delimiter: str, longest: int) -> Any:
    csv.field_size_limit(max(csv.field_size_limit(), longest + 1))
    return csv.reader(lines, delimiter=delimiter)


def _delimiter(text: str) -> str:
    """The delimiter under which most rows have one and the same width.

    Its first wide row is a heading, all words: thousands commas in a file with tabs are not.
    """
    sample = text[:SAMPLE_LENGTH]
    return max(DELIMITERS, key=lambda mark: (_fitness(sample, mark), -DELIMITERS.index(mark)))


def _fitness(text: str, delimiter: str) -> tuple[bool, int]:
    sample = list(islice(_records(io.StringIO(text, newline=""), delimiter, len(text)), SAMPLE))
    widths = Counter(len(record) for record in sample if len(record) > 1)
    if not widths:
        return False, 0
    width, often = widths.most_common(1)[0]
    first = next(record for record in sample if len(record) == width)
    words = not any(cell.strip().replace(".", "").isdigit() for cell in first)
    return words, often * (width - 1)
