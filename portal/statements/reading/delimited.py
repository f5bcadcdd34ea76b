"""Delimited text in any encoding a Chinese office meets, a line at a time."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Limits, Sieve, Table, keep_all

BOM = "\ufeff"
DELIMITERS = "\t,;|"
# Records, and characters, looked at to tell the delimiter.
SAMPLE = 200
SAMPLE_LENGTH = 1 << 18
# Bytes that are decoded at once, so that a text never lies in memory as a whole beside its bytes.
PIECE = 1 << 20
CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
SENTINEL = "end of the file 7f3a"


def encoding_of(data: bytes, *, name: str) -> str:
    """UTF-8 or UTF-16 with its mark, UTF-8 without, GB18030 else. Raises: Unreadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            _check(_pieces(data, encoding), name)
        except UnicodeDecodeError:
            continue
        return encoding
    if b"\x00" in data:
        raise _binary(name)
    raise Unreadable(
        "encoding",
        _(
            "The characters of “{name}” are neither UTF-8 nor GB18030, or the file is cut off. "
            "Export it again, or open it and save it as .xlsx."
        ).format(name=name),
    )


def _pieces(data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for place in range(0, len(data), PIECE):
        yield decoder.decode(data[place : place + PIECE])
    yield decoder.decode(b"", final=True)


def _check(pieces: Iterable[str], name: str) -> None:
    length = control = 0
    is_binary = says_something = False
    for piece in pieces:
        length += len(piece)
        control += len(CONTROL.findall(piece))
        is_binary = is_binary or "\x00" in piece
        says_something = says_something or bool(piece.strip().strip(BOM))
    if is_binary or control > length // 100:
        raise _binary(name)
    if not says_something:
        raise Unreadable(
            "empty",
            _("“{name}” is empty. Export the report again and upload the new file.").format(
                name=name
            ),
        )


def _binary(name: str) -> Unreadable:
    return Unreadable(
        "binary",
        _(
            "“{name}” is not a table: it holds binary data. Upload the report as .xlsx or .csv."
        ).format(name=name),
    )


def to_text(data: bytes, encoding: str) -> str:
    """All of a text, without a mark at its beginning."""
    return data.decode(encoding).lstrip(BOM)


def beginning(data: bytes, encoding: str) -> str:
    """So much of a text as tells what it is."""
    return next(_pieces(data, encoding)).lstrip(BOM)[:SAMPLE_LENGTH]


def read(
    data: bytes, encoding: str, *, name: str, limits: Limits, sieve: Sieve = keep_all
) -> Table:
    """Read a text as one table; `sieve` says what stays of each row. Raises: Unreadable."""
    table = Table(name="", rows=[])
    last_line = cells = 0
    delimiter = _delimiter(beginning(data, encoding))
    lines = _Lines(data, encoding, delimiter, name, limits)
    reader = _records(lines, delimiter, len(data))
    for record in reader:
        lines.delimiters = 0
        if len(table.rows) > limits.rows:
            raise limits.too_many_rows(name)
        limits.check_width(len(record), name)
        cells += len(record)
        limits.check_cells(cells, len(record), name)
        table.rows.append(sieve(table, record))
        if record and record[-1] != SENTINEL and SENTINEL in record[-1]:
            raise Unreadable(
                "quote",
                _(
                    "Row {row} of “{name}” (line {line}) opens a quotation mark that is never "
                    "closed, so everything behind it reads as one cell. Mend it and upload again."
                ).format(row=len(table.rows), name=name, line=last_line + 1),
            )
        last_line = reader.line_num
    table.rows.pop()
    return table


class _Lines:
    """The lines of a text, counting the delimiters of the record that takes them: a record is laid
    out as a whole before anybody can see how wide it is.

    Behind them stands a record of our own: when it is swallowed, a quotation mark was never closed.
    """

    def __init__(
        self, data: bytes, encoding: str, delimiter: str, name: str, limits: Limits
    ) -> None:
        self._lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
        self._delimiter, self._name, self._limits = delimiter, name, limits
        self.delimiters = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._lines):
            self.delimiters += line.count(self._delimiter)
            if self.delimiters > self._limits.delimiters:
                raise self._limits.too_many_cells(self._name, self.delimiters)
            yield line if number else line.lstrip(BOM)
        yield SENTINEL


def _records(lines: Iterable[str], delimiter: str, longest: int) -> Any:
    csv.field_size_limit(max(csv.field_size_limit(), longest + 1))
    return csv.reader(lines, delimiter=delimiter)


def _delimiter(sample: str) -> str:
    """The delimiter under which most rows have one and the same width.

    Its first wide row is a heading, all words: thousands commas in a file with tabs are not.
    """
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
