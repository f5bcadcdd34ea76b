"""The list of organisations as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.phones import mask_name, mask_phone
from portal.organisations.models import Organisation
from portal.spreadsheet import Column

COLUMNS = [
    Column(_("Unified social credit code"), 22),
    Column(_("Organisation name"), 36),
    Column(_("Kind"), 14),
    Column(_("City"), 10),
    Column(_("County-level unit"), 18),
    Column(_("Address"), 36),
    Column(_("Contact person"), 12),
    Column(_("Contact mobile number"), 16),
    Column(_("On file since"), 20),
]


def rows_of(organisations: Iterable[Organisation]) -> Iterator[list[Any]]:
    """One row each; names and numbers of contacts are masked."""
    for row in organisations:
        yield [
            row.credit_code,
            row.name,
            row.get_kind_display(),
            row.county.city.name,
            row.county.name,
            row.address,
            mask_name(row.contact_name),
            mask_phone(row.contact_phone),
            row.created_at,
        ]
