"""Who may register, publish tasks, take and judge them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from datetime import date

    from creators.models import Creator, Take, Task
    from portal.submissions.models import Submission


# The number of a work in its address, such as /video/7390000000000000017 or ?modal_id=…
WORK_IN_LINK = re.compile(r"(?<![0-9A-Za-z_])[0-9]{15,}(?![0-9A-Za-z_])")


def may_register(actor: Actor) -> Verdict:
    """Creators, for themselves."""
    return YES if actor.has(Role.CREATOR) else no(_("This is for creators."))


def may_publish_task(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office publishes tasks."))


def is_promotable(row: Submission, day: date) -> Verdict:
    """A task is about something published that may be promoted on `day`."""
    if row.state != State.PUBLISHED or row.kind == "creator":
        return no(_("A task is about a published product, spot or route."))
    return kinds.get(row.kind).readiness(row.record, day)


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
    """Link and number of the work are there, and name the same work."""
    if not row.link or not row.work_id:
        return no(_("Give the link and the number of the work first."))
    return link_names_work(row.link, row.work_id)


def link_names_work(link: str, work_id: str) -> Verdict:
    """The number stands in the link, when the link carries the number of a work at all.

    A shared short link carries none; other digits in an address, such as times, are shorter.
    """
    named = WORK_IN_LINK.findall(link)
    if named and work_id not in named:
        return no(_("The link names another work: %(found)s.") % {"found": "、".join(named)})
    return YES


def may_judge(row: Take, actor: Actor) -> Verdict:
    """Programme staff who did not make the work."""
    if not actor.is_staff:
        return no(_("Only the programme office can do this."))
    if is_taker(row, actor):
        return no(_("A colleague judges your own work."))
    return YES
