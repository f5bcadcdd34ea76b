"""Who may read the record."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from portal.audit.enums import READER_ROLES
from portal.verdict import YES, Verdict, no


class Reader(Protocol):
    """Who asks; `portal.accounts.actor.Actor` fits."""

    def has(self, *roles: Any) -> bool:
        """True when one of `roles` is worn."""
        ...


def may_read(actor: Reader) -> Verdict:
    """Auditors and system administrators read the whole record; nobody else any of it."""
    if actor.has(*READER_ROLES):
        return YES
    return no(_("Only auditors and system administrators may read the audit record."))
