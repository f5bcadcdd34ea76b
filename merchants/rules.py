"""Who may open rounds, apply and approve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.submissions import rules as dossiers
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from merchants.models import Round
    from portal.submissions.models import Submission


def may_open(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office opens subsidy rounds."))


def may_apply(actor: Actor) -> Verdict:
    """Merchants, for their organisation."""
    return YES if actor.has(Role.MERCHANT) else no(_("Subsidies are for merchants on file."))


def may_read_support(actor: Actor) -> Verdict:
    """The office, auditors, and officials for their own merchants."""
    if actor.sees_province or actor.has(Role.OFFICIAL):
        return YES
    return no(_("Only the office and the counties read who was supported."))


def is_open(row: Round) -> Verdict:
    """Whether applications are taken today."""
    if row.opens <= clock.today() <= row.closes:
        return YES
    return no(_("This round does not take applications today."))


def may_submit(row: Submission, actor: Actor) -> Verdict:
    """Complete, and while the round is open; a returned one may come back later."""
    verdict = dossiers.is_complete(row, actor)
    record = row.application
    if verdict and row.state == "draft" and record.round is not None:
        return is_open(record.round)
    return verdict
