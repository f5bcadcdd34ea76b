"""Tables that a process of its own reads, so that a damaged file ends that process and no other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Cell, Limits, Sieve, Table, keep_all

PROCESS = Path(__file__).with_name("table_process.py")
# What the process says went wrong, and of what; "damaged" when it ended without a word.
Refuse = Callable[[str, str], Unreadable]


def read(
    data: bytes, *, name: str, limits: Limits, refuse: Refuse, sieve: Sieve = keep_all
) -> list[Table]:
    """Read every table; `name` stands in messages, `sieve` says what stays of each row.

    Raises: Unreadable, what `refuse` makes of a failure among them. table_process.py says why it is
    a process of its own.
    """
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own file, run by our own interpreter
            [sys.executable, "-I", str(PROCESS)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                return _tables(process.stdout or (), name, limits, refuse, sieve)
            finally:
                process.kill()  # it has ended by itself unless we stopped listening


def _tables(
    lines: Iterable[bytes], name: str, limits: Limits, refuse: Refuse, sieve: Sieve
) -> list[Table]:
    """What the process says, up to its last line: a silence before is its end by damage."""
    tables: list[Table] = []
    said = 0
    try:
        for text in lines:
            said += len(text)
            if said > limits.said_bytes:
                raise limits.too_many_rows(name)
            line = json.loads(text)
            if isinstance(line, list):
                row = [_from_json(value) for value in line] if dict in map(type, line) else line
                tables[-1].rows.append(sieve(tables[-1], row))
            elif "sheet" in line:
                _check_size(line, name, limits)
                merged = [(*first, *last) for first, last in line["merged"]]
                tables.append(Table(line["sheet"], [], merged, hidden=line["hidden"]))
            elif "failure" in line:
                raise refuse(line["failure"], str(line["about"]))
            else:
                return tables
    except ValueError as error:
        raise refuse("damaged", "") from error
    raise refuse("damaged", "")


def _check_size(sheet: dict[str, Any], name: str, limits: Limits) -> None:
    if sheet["height"] > limits.rows:
        raise limits.too_many_rows(name)
    limits.check_width(sheet["width"], name)
    limits.check_cells(sheet["height"] * sheet["width"], sheet["width"], name)


def _from_json(value: Any) -> Cell:
    """A cell; a formula without its value and an error are blank."""
    if isinstance(value, dict):
        moment = value.get("moment")
        return datetime.fromisoformat(moment) if moment else date.fromisoformat(value["day"])
    return value
