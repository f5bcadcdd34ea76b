"""Stage 1: bytes and a file name become tables of cells.

Workbooks, delimited text in any encoding a Chinese office meets, web pages saved as .xls, JSON of a
report API, and Parquet. What a file is, its first bytes say; its name is never trusted.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.statements.reading import delimited, records, webpage, workbook
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Limits, Sieve, Table, keep_all

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


def decode(
    data: bytes, *, name: str, limits: Limits | None = None, sieve: Sieve = keep_all
) -> list[Table]:
    """Read every table of the file; rows keep the numbers a spreadsheet shows.

    `sieve` says what stays of a row; a web page, small as it is, is read whole.
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
        return workbook.read(data, name=name, limits=limits, sieve=sieve)
    if data.startswith(records.PARQUET):
        return records.read(data, name=name, limits=limits, sieve=sieve)
    encoding = delimited.encoding_of(data, name=name)
    begins = delimited.beginning(data, encoding)
    if records.looks_like(begins):
        text = delimited.to_text(data, encoding).encode()
        return records.read(text, name=name, limits=limits, sieve=sieve)
    if webpage.looks_like(begins):
        return webpage.read(delimited.to_text(data, encoding), name=name, limits=limits)
    return [delimited.read(data, encoding, name=name, limits=limits, sieve=sieve)]


def _refuse_foreign(data: bytes, name: str) -> None:
    for first, kind in FOREIGN:
        if data.startswith(first):
            raise Unreadable(
                "not_a_table",
                _(
                    "“{name}” is a {kind} file, not a table. Upload the report as .xlsx or .csv."
                ).format(name=name, kind=kind),
            )
