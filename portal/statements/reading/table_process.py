"""Reads what is packed or nested (workbooks, JSON, Parquet) in a process of its own: bytes in, one
line of JSON out for each row.

Such a file says how much memory to take before it says what for, so a damaged one of a few
kilobytes can ask for all of a machine and end the process that reads it. Here it ends this one.
Run as a file, alone: it imports nothing of the portal.
"""

import contextlib
import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

# A million rows of a dozen columns fit.
MEMORY = 2 << 30
SECONDS = 300
# Where an answer of the API keeps its rows, and the sums of all pages.
WRAPPINGS = ("data", "list", "rows", "items")
TOTALS = ("total_metrics", "statistics", "total")
TOTAL = "总计"
# What an answer without rows has, and no row.
NO_ROW = {"code", "page_info", "request_id"}
# Half of a character, as only an escape can write it.
HALVES = re.compile("[\ud800-\udfff]")
ROWS_AT_ONCE = 10_000
# Shanghai's clocks, which are never changed.
AHEAD = timedelta(hours=8)
Row = dict[str, Any]


class Failure(Exception):
    """Why there is no table: a word for the parent, and what it is about."""

    def __init__(self, failure: str, about: object = "") -> None:
        super().__init__(failure)
        self.line = {"failure": failure, "about": about}


def cell(value: Any) -> Any:
    """A value as JSON has it; moments and days are told apart by a key. Empty cells are null."""
    if value == "" or value is None:
        return None
    if isinstance(value, str | float):
        return value
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, int) else str(value)


def workbook_lines(data: bytes) -> Iterator[Any]:
    """For each sheet what it is called and which cells are merged, then its rows from row 1."""
    import python_calamine

    try:
        opened = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except python_calamine.PasswordError:
        raise Failure("locked") from None
    with opened as book:
        for index, about in enumerate(book.sheets_metadata):
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            yield {
                "sheet": about.name,
                "hidden": about.visible != python_calamine.SheetVisibleEnum.Visible,
                "height": sheet.total_height,
                "width": sheet.total_width,
                "merged": sheet.merged_cell_ranges or [],
            }
            left = [None] * (sheet.start[1] if sheet.start else 0)
            for row in sheet.iter_rows():
                yield [*left, *map(cell, row)]


def documents(text: str) -> Iterator[Any]:
    """Every JSON value of the text: one, several pages in a row, or one on each line. Whole numbers
    stay the digits they are."""
    decoder = json.JSONDecoder(parse_int=str, parse_constant=str)
    place = 0
    while place < len(text):
        if text[place] in " \t\r\n,\x1e":
            place += 1
            continue
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise Failure("json", error.lineno) from error
        yield value


def records(value: Any, totals: list[Row]) -> Iterator[Row]:
    """The rows of an answer, of a list of answers or rows, or of a row itself."""
    if isinstance(value, list):
        for each in value:
            yield from records(each, totals)
        return
    if not isinstance(value, dict):
        raise Failure("no_rows")
    if str(value.get("code", "0")) not in {"0", "200"} and not value.get("data"):
        raise Failure("answer", str(value.get("message") or value.get("msg") or value["code"]))
    wrapped = [key for key in WRAPPINGS if isinstance(value.get(key), list | dict)]
    if not wrapped:
        if value and value.keys().isdisjoint(NO_ROW):
            yield flat(value)
        return
    totals.extend(flat(value[key]) for key in TOTALS if isinstance(value.get(key), dict))
    yield from records(value[wrapped[0]], totals)


def flat(row: Row) -> Row:
    """A row whose groups (dimensions, metrics) are taken apart; of one name the first stays."""
    found: Row = {}
    for key, value in row.items():
        if isinstance(value, dict):
            for name, inner in flat(value).items():
                found[f"{key}.{name}" if name in found else name] = inner
        else:
            found[f".{key}" if key in found else key] = plain(value)
    return found


def plain(value: Any) -> Any:
    """A value of a record: digits stay text, what is missing or nested is no figure."""
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list | dict | bytes):
        return json.dumps(value, ensure_ascii=False, default=str)[:200]
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    return HALVES.sub("\ufffd", value) if isinstance(value, str) and value else cell(value)


def sheet(height: int, width: int) -> Row:
    """What the parent is told of the table before its rows."""
    return {"sheet": "", "hidden": False, "height": height, "width": width, "merged": []}


def json_lines(data: bytes) -> Iterator[Any]:
    """The table of a file of JSON: a heading of all names, the rows, and the sums of all pages."""
    totals: list[Row] = []
    rows = [row for value in documents(data.decode()) for row in records(value, totals)]
    if not rows:
        raise Failure("no_rows")
    names = list(dict.fromkeys(name for row in (*rows, *totals) for name in row))
    mark = [None] if totals else []
    yield sheet(1 + len(rows) + len(totals), len(mark) + len(names))
    yield [*mark, *map(plain, names)]
    for row in rows:
        yield [*mark, *map(row.get, names)]
    for row in totals:
        yield [TOTAL, *map(row.get, names)]


def parquet_lines(data: bytes) -> Iterator[Any]:
    """The table of a Parquet file, a piece at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    file = pq.ParquetFile(pa.BufferReader(data))
    names = file.schema_arrow.names
    yield sheet(1 + file.metadata.num_rows, len(names))
    yield names
    for batch in file.iter_batches(ROWS_AT_ONCE, use_threads=False):
        columns = [map(plain, values(column, pa)) for column in batch.columns]
        yield from map(list, zip(*columns, strict=True))


def values(column: Any, pa: Any) -> list[Any]:
    """A column's values; moments that name a zone are told by Shanghai's clocks."""
    if not pa.types.is_timestamp(column.type):
        return column.to_pylist()
    zone = column.type.tz
    moments = column.cast(pa.timestamp("us", zone and "UTC"), safe=False).to_pylist()
    return [moment and moment + AHEAD for moment in moments] if zone else moments


def lines(data: bytes) -> Iterator[Any]:
    """For each table what it is, then its rows."""
    if data.startswith(b"PAR1"):
        return parquet_lines(data)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return workbook_lines(data)
    return json_lines(data)


def main() -> None:
    """Read standard input; write the lines, or what fails, to standard output."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for line in lines(sys.stdin.buffer.read()):
            sys.stdout.write(f"{json.dumps(line)}\n")
        sys.stdout.write('{"end": true}\n')
    except Failure as failure:
        sys.stdout.write(f"{json.dumps(failure.line)}\n")


if __name__ == "__main__":
    main()
