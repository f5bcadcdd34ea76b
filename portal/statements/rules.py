"""Who may read and land statements."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.verdict import YES, Verdict, no


def may_read(actor: Actor) -> Verdict:
    """Province roles: statements hold every county's figures."""
    return YES if actor.sees_province else no(_("Only the programme office reads statements."))


def may_land(actor: Actor) -> Verdict:
    """Programme staff, and the portal itself with what lies in its inbox."""
    return (
        YES
        if actor.is_staff or actor.is_system
        else no(_("Only the programme office can do this."))
    )
