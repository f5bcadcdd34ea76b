"""Who may sit at the desk, and what each may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.submissions.queries import is_under_review
from portal.submissions.rules import has_declared
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.models import Submission


def may_review(actor: Actor) -> Verdict:
    """Programme staff and officials."""
    if actor.has(Role.STAFF, Role.OFFICIAL):
        return YES
    return no(_("The desk is for those who review."))


def may_read_statistics(actor: Actor) -> Verdict:
    """Who reviews, and who sees the whole province."""
    return YES if actor.sees_province else may_review(actor)


def may_assign(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office gives out work."))


def is_assignable(row: Submission, reviewer: User, actor: Actor) -> Verdict:
    """Open work, given out by staff to who may decide it."""
    if not is_under_review(row):
        return no(_("This is not under review any more."))
    return may_assign(actor) & may_have(row, reviewer)


def may_have(row: Submission, reviewer: User) -> Verdict:
    """Who neither filed it, nor decided it before an appeal, nor declared an interest."""
    if reviewer.pk in {row.owner_id, row.first_decider_id if row.appealed_at else None}:
        return no(_("%(name)s may not decide this one.") % {"name": reviewer})
    if has_declared(row, reviewer):
        return no(_("%(name)s has declared an interest in this.") % {"name": reviewer})
    return YES


def may_hand_over(leaver: User, actor: Actor) -> Verdict:
    """Who leaves, or an administrator for who has left already."""
    if actor.user is not None and actor.user.pk == leaver.pk:
        return YES
    if actor.has(Role.ADMIN):
        return YES
    return no(_("Only the person concerned or a system administrator can do this."))
