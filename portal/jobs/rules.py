"""Who may do what with work."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from portal.audit.domain import ActorLike
from portal.jobs.models import OFFICE_ROLES, Work, WorkState
from portal.verdict import YES, Verdict, no

NEWER_WAITS = _("The same work was asked for again and is waiting already.")


class Retrier(ActorLike, Protocol):
    """What this room needs to know of who acts; `portal.accounts.actor.Actor` fits."""

    def has(self, *roles: Any) -> bool:
        """True when one of `roles` is worn."""
        ...


def looks_after_work(actor: Retrier) -> bool:
    """True for those who see all work, with kind and place of its errors."""
    return actor.has(*OFFICE_ROLES)


def may_retry(*, work: Work, actor: Retrier) -> Verdict:
    """Programme staff and administrators may try parked work again."""
    if not looks_after_work(actor):
        return no(_("Only programme staff can try this again. Please call the programme office."))
    if work.state != WorkState.PARKED:
        return no(_("This work is not parked any more. Reload the page to see where it stands."))
    return YES
