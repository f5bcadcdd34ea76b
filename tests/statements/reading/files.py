"""Making report files for tests."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from portal.statements.reading import Partial


def csv_bytes(
    rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ","
) -> bytes:
    """Rows as delimited text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(
    rows: Sequence[Sequence[Any]], *, dress: Callable[[Any, Any], None] | None = None
) -> bytes:
    """Rows as the first sheet; `dress(workbook, sheet)` adds what else a test needs."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value)
    if dress:
        dress(book, sheet)
    book.close()
    return out.getvalue()


def xls_bytes(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as a workbook of Excel 97: its records in the one stream of a compound file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    end, name = record(0x0A, b""), "报表"
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = len(begin(5)) + 4 + 6 + len(title) + len(end)
    book = begin(5) + record(0x85, struct.pack("<IH", start, 0) + title) + end + begin(0x10)
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            at = struct.pack("<HHH", number, place, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                book += record(0x0204, at + text)
            elif value is not None:
                book += record(0x0203, at + struct.pack("<d", value))
    return _compound(book + end)


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream, Workbook: header, one table of sectors, one directory."""
    sectors = max(-(-len(stream) // 512), 8)  # below 4,096 bytes a stream would lie elsewhere
    free, last = 0xFFFFFFFF, 0xFFFFFFFE
    chain = [0xFFFFFFFD, last, *range(3, 2 + sectors), last]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
        return head + struct.pack("<III36xIQ", free, free, child, first, size)

    directory = entry("Root Entry", 5, 1, last, 0)
    directory += entry("Workbook", 2, free, 2, sectors * 512)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)
    header += struct.pack("<IIIIII", 0, 4096, last, 0, last, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + table + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def html_bytes(table: str, *, encoding: str = "utf-8") -> bytes:
    """A page around a table."""
    head = f'<head><meta charset="{encoding}"><title>报表</title></head>'
    return f"<html>{head}<body>{table}</body></html>".encode(encoding)


def facts(partial: Partial) -> list[tuple[Any, ...]]:
    """The partial's rows without those that count rows: id, day, hour, metric, count, ≈."""
    return [tuple(row.values()) for row in partial.table.to_pylist() if row["metric"] != "rows"]
