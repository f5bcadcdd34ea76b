"""Reads of one's own data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from portal import personal
from portal.privacy.models import Consent, ConsentQuerySet, DataExport, DataExportQuerySet

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from portal.accounts.models import User

# How many rows of a kind the page shows; the export holds all.
SHOWN = 10


@dataclass(frozen=True)
class Section:
    """One kind of row on the page: headings, the newest rows as (heading, value), and whether
    there are more."""

    label: str | Promise
    columns: list[str | Promise]
    rows: list[list[tuple[str | Promise, Any]]]
    more: bool


def sections_of(user: User) -> list[Section]:
    """Everything kept of `user`, a few rows of each kind; a fixed number of queries a kind."""
    sections = []
    for kind in personal.kept():
        found = list(islice(_first(kind.rows(user)), SHOWN + 1))
        rows = [[(title, read(row)) for title, read in kind.columns] for row in found[:SHOWN]]
        titles = [title for title, _read in kind.columns]
        sections.append(Section(kind.label, titles, rows, len(found) > SHOWN))
    return sections


def _first(rows: Any) -> Any:
    """No more rows of a query than the page needs."""
    return rows[: SHOWN + 1] if hasattr(rows, "query") else rows


def consents_of(user: User) -> ConsentQuerySet:
    """What `user` agreed to, newest first."""
    return Consent.objects.visible_to(user).order_by("-pk")


def exports_of(user: User) -> DataExportQuerySet:
    """The copies `user` asked for, newest first."""
    return DataExport.objects.visible_to(user).order_by("-pk")
