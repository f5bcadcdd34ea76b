"""Who may do what with traffic."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.submissions.models import Submission
from portal.verdict import YES, Verdict, no


def may_allot(actor: Actor) -> Verdict:
    """Programme staff, and the portal itself."""
    if actor.is_staff or actor.is_system:
        return YES
    return no(_("Only the programme office allots impressions."))


def may_place(submission: Submission, actor: Actor) -> Verdict:
    """Programme staff, and only what is published in a county."""
    if not actor.is_staff:
        return no(_("Only the programme office makes placements."))
    if submission.state != State.PUBLISHED:
        return no(_("Only what is published can be promoted."))
    if submission.county_id is None:
        return no(_("A placement needs a county; this dossier has none."))
    return YES


def is_ready(submission: Submission, *, first_day: date, last_day: date) -> Verdict:
    """Whether the dossier may be promoted when a window begins, as its kind judges it: on the
    window's first day that is not over yet."""
    day = min(max(first_day, clock.today()), last_day)
    return kinds.get(submission.kind).readiness(submission.record, day)
