"""Who may register, publish tasks, take and judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.submissions.enums import State
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from creators.models import Creator, Take, Task
    from portal.submissions.models import Submission


def may_register(actor: Actor) -> Verdict:
    """Creators, for themselves."""
    return YES if actor.has(Role.CREATOR) else no(_("This is for creators."))


def may_publish_task(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office publishes tasks."))


def is_promotable(row: Submission) -> Verdict:
    """A task is about something published."""
    if row.state == State.PUBLISHED and row.kind != "creator":
        return YES
    return no(_("A task is about a published product, spot or route."))


def may_take(task: Task, creator: Creator | None) -> Verdict:
    """A verified creator, until the day it is due."""
    if creator is None or creator.submission.state != State.PUBLISHED:
        return no(_("Register as a creator and have your county verify it first."))
    if task.due_on < clock.today():
        return no(_("The time for this task is over."))
    return YES


def is_taker(row: Take, actor: Actor) -> Verdict:
    """The creator who took it."""
    if actor.user is not None and row.creator.submission.owner_id == actor.user.pk:
        return YES
    return no(_("Only the creator who took the task can do this."))


def has_work(row: Take, actor: Actor) -> Verdict:
    """Link and number of the work are there."""
    if row.link and row.work_id:
        return YES
    return no(_("Give the link and the number of the work first."))


def may_judge(row: Take, actor: Actor) -> Verdict:
    """Programme staff who did not make the work."""
    if not actor.is_staff:
        return no(_("Only the programme office can do this."))
    if is_taker(row, actor):
        return no(_("A colleague judges your own work."))
    return YES
