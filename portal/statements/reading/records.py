"""Tables made of records: answers of a report API as JSON, and Parquet whose rows are a report."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from portal.statements.reading import apart
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Limits, Sieve, Table, keep_all

PARQUET = b"PAR1"
# How JSON begins that holds objects; a line of text may begin with a bracket too.
OBJECTS = re.compile(r"\s*(?:\[\s*)*\{\s*[\"}]")
EMPTY = re.compile(r"\s*\[\s*\]\s*")


def looks_like(text: str) -> bool:
    """True for a text that begins as JSON with objects in it."""
    return OBJECTS.match(text) is not None or EMPTY.fullmatch(text) is not None


def read(data: bytes, *, name: str, limits: Limits, sieve: Sieve = keep_all) -> list[Table]:
    """Read JSON in UTF-8, or Parquet, as one table: a heading of names, then a row for each record.

    Of JSON every page counts, one after the other or in a list; whole numbers stay text, so that
    ids keep their digits; the sums an answer gives of all pages are a total row.
    Raises: Unreadable.
    """

    def refuse(failure: str, about: str) -> Unreadable:
        return Unreadable(failure, _sentence(failure).format(name=name, about=about[:200]))

    return apart.read(data, name=name, limits=limits, refuse=refuse, sieve=sieve)


def _sentence(failure: str) -> str:
    if failure == "no_rows":
        return _("“{name}” has no rows: there is nothing to count.")
    if failure == "answer":
        return _(
            "“{name}” is no report: the platform answered “{about}”. Ask it for the report again."
        )
    if failure == "json":
        return _(
            "“{name}” is not whole: its JSON breaks off or goes wrong on line {about}. Export it "
            "again."
        )
    return _("“{name}” cannot be opened: it is damaged or far too large. Export it again.")
