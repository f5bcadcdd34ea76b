"""Who may do what with traffic."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
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
