"""Who may change the calendar."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.verdict import YES, Verdict, no


def may_plan(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office plans campaigns."))
