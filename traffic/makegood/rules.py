"""Who may do what with a make-good, and what may be made good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.enums import Role
from portal.templatetags.figures import wan_text
from portal.verdict import YES, Verdict, no, yes_as

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from traffic.makegood.models import MakeGood
    from traffic.makegood.queries import Shortfall
    from traffic.models import Placement


def may_handle(row: MakeGood, actor: Actor) -> Verdict:
    """Programme staff adjust and refuse."""
    if actor.is_staff:
        return yes_as(Role.STAFF)
    return no(_("Only the programme office decides on make-goods."))


def may_approve(row: MakeGood, actor: Actor) -> Verdict:
    """Programme staff, but not who set the amount or the placement: that is a second person's."""
    if actor.user is not None and row.adjusted_by_id == actor.user.pk:
        return no(_("You set this make-good yourself: a colleague approves it."))
    return may_handle(row, actor)


def is_portal(row: MakeGood, actor: Actor) -> Verdict:
    """What follows from figures and days alone."""
    return YES if actor.is_system else no(_("This step is not possible in the present state."))


def can_be_given(row: MakeGood, actor: Actor) -> Verdict:
    """A make-good names who gets it, and is decided in time."""
    if row.due_on < clock.today():
        return no(_("The day by which it was to be decided is over."))
    if row.target_id is None:
        return no(_("Choose first which placement gets the impressions."))
    return YES


def may_be_made_good(found: Shortfall) -> Verdict:
    """What is short, but not what was itself a make-good: compensation is given once."""
    if found.short > 0:
        return YES
    if found.missing <= 0:
        return no(_("Nothing is short: what was promised was delivered."))
    return no(
        _("What is short here, %(missing)s, was itself a make-good: it is not made good again.")
        % {"missing": wan_text(found.missing)}
    )


def fits(row: MakeGood, target: Placement) -> Verdict:
    """A make-good goes to a placement of the same county whose window is not over."""
    if target.pk == row.placement_id or target.last_day < clock.today():
        return no(_("The window of this placement is over: choose one that still runs."))
    if target.county_id != row.placement.county_id:
        return no(_("A make-good stays in the county that was short."))
    return YES
