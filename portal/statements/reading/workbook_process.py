"""Reads a workbook in a process of its own: bytes in, one line of JSON out for each row.

A workbook says how much memory to take before it says what for, so a damaged file of a few
kilobytes can ask for all of a machine and end the process that reads it. Here it ends this one.
Run as a file, alone: it imports nothing of the portal.
"""

import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import python_calamine

# A million rows of a dozen columns fit.
MEMORY = 2 << 30
SECONDS = 300


def plain(value: Any) -> Any:
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


def lines(data: bytes) -> Iterator[Any]:
    """For each sheet what it is called and which cells are merged, then its rows from row 1."""
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
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
                yield [*left, *map(plain, row)]
    yield {"end": True}


def main() -> None:
    """Read standard input; write the lines, or the kind of failure, to standard output."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for line in lines(sys.stdin.buffer.read()):
            sys.stdout.write(f"{json.dumps(line)}\n")
    except python_calamine.PasswordError:
        sys.stdout.write('{"failure": "locked"}\n')


if __name__ == "__main__":
    main()
