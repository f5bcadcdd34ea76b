"""Who exports products, and who reads what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.verdict import YES, Verdict, no, yes_as

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def may_read(actor: Actor) -> Verdict:
    """Roles of the province."""
    return YES if actor.sees_province else no(_("Only the programme office exports products."))


def may_export(actor: Actor) -> Verdict:
    """The programme office."""
    if actor.is_staff:
        return yes_as(Role.STAFF)
    return no(_("Only the programme office exports products."))
