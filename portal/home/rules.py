"""Who reads the programme board."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import OWN_ROLES, Role
from portal.verdict import YES, Verdict, no


def may_read_board(actor: Actor) -> Verdict:
    """The province's roles, and officials for their own county or city."""
    if actor.sees_province or actor.has(Role.OFFICIAL):
        return YES
    return no(_("The programme board is for the office, auditors and officials."))


def may_read_effect(actor: Actor) -> Verdict:
    """The same; merchants and creators for their own."""
    if may_read_board(actor) or actor.has(*OWN_ROLES):
        return YES
    return no(_("The effect is for the office, auditors, officials, merchants and creators."))
