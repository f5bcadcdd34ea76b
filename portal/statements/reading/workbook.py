"""Reading .xlsx and .xls workbooks, whatever they are named."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace

from django.utils.translation import gettext as _

from portal.statements.reading import apart
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Limits, Sieve, Table, keep_all

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Where a cell stands, as a sheet's XML says it: r="XFD1048576".
PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")
CHUNK = 1 << 20


def read(data: bytes, *, name: str, limits: Limits, sieve: Sieve = keep_all) -> list[Table]:
    """Read all sheets, hidden ones marked, in a process of its own. Raises: Unreadable."""
    if data.startswith(ZIP):
        _check_archive(data, name, limits)

    def refuse(failure: str, _about: str) -> Unreadable:
        return _locked(name) if failure == "locked" else _damaged(name)

    tables = apart.read(data, name=name, limits=limits, refuse=refuse, sieve=sieve)
    return [_within(table, name) for table in tables]


def _within(table: Table, name: str) -> Table:
    """Cut merged ranges to the sheet. Ranges that overlap, as no program writes them, are damage:
    each would be gone through, however many there are.
    """
    height, width = len(table.rows), max(map(len, table.rows), default=0)
    inside = [
        (top, left, min(bottom, height - 1), min(right, width - 1))
        for top, left, bottom, right in table.merged
        if top < height and left < width
    ]
    area = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in inside)
    if area > height * width:
        raise _damaged(name)
    return replace(table, merged=inside)


def _locked(name: str) -> Unreadable:
    return Unreadable(
        "locked",
        _("“{name}” is locked with a password. Save it without one and upload it again.").format(
            name=name
        ),
    )


def _damaged(name: str) -> Unreadable:
    return Unreadable(
        "damaged",
        _(
            "“{name}” cannot be opened: it is damaged or not an Excel workbook. Open it in Excel "
            "or WPS, save it as .xlsx and upload it again."
        ).format(name=name),
    )


def _check_archive(data: bytes, name: str, limits: Limits) -> None:
    """Refuse other archives, and sheets that would unpack to more than a machine holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            if "xl/workbook.bin" in names or not any(each.startswith("xl/") for each in names):
                raise Unreadable(
                    "not_a_table",
                    _(
                        "“{name}” is an archive or another kind of document, not an .xlsx "
                        "workbook. Unpack it or save it anew, and upload each report as .xlsx or "
                        ".csv."
                    ).format(name=name),
                )
            if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
                raise limits.too_many_rows(name)
            for entry in entries:
                if entry.filename.lower().startswith("xl/worksheets/"):
                    _check_area(archive, entry, name, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
    ) as error:
        raise _damaged(name) from error


def _check_area(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, limits: Limits
) -> None:
    """Measure the used area before it is laid out: one cell far away makes it enormous."""
    letters: set[bytes] = set()
    rows = 0
    with archive.open(entry) as file:
        rest = b""
        while chunk := file.read(CHUNK):
            places = PLACE.findall(rest + chunk)
            letters.update(column for column, _row in places)
            rows = max(rows, max((int(row) for _column, row in places), default=0))
            rest = chunk[-32:]
    columns = max((_column_number(column) for column in letters), default=0)
    if rows > limits.rows:
        raise limits.too_many_rows(name)
    if columns > limits.columns or rows * columns > limits.cells:
        raise limits.too_many_cells(name, columns)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
