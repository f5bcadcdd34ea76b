"""The columns of the record as a sheet."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.audit import acts
from portal.audit.models import Entry, Seal
from portal.audit.queries import kind_label, role_label, who_label
from portal.spreadsheet import Column


def _seal(entry: Entry) -> Seal | None:
    return getattr(entry, "seal", None)


def _number(entry: Entry) -> int | None:
    seal = _seal(entry)
    return seal.number if seal else None


def _hash(entry: Entry) -> str:
    seal = _seal(entry)
    return seal.hash if seal else ""


def _details(entry: Entry) -> Any:
    return json.dumps(entry.data, ensure_ascii=False, sort_keys=True) if entry.data else ""


COLUMNS = (
    Column(_("Seal number"), 10, _number),
    Column(_("When"), 20, lambda entry: entry.at),
    Column(_("Who"), 16, who_label),
    Column(_("User name"), 16, lambda entry: entry.user.username if entry.user else ""),
    Column(_("Role"), 14, lambda entry: role_label(entry.role)),
    Column(_("On behalf of (digest)"), 24, lambda entry: entry.on_behalf_of),
    Column(_("From where"), 18, lambda entry: entry.address),
    Column(_("Act"), 24, lambda entry: acts.label(entry.act)),
    Column(_("Kind of subject"), 16, lambda entry: kind_label(entry.subject_type)),
    Column(_("Number of the subject"), 20, lambda entry: entry.subject_id),
    Column(_("Details"), 60, _details),
    Column(_("Hash"), 68, _hash),
)
