"""What the creator matrix adds to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creators import queries, rules
from creators.models import TakeQuerySet
from portal.accounts.actor import Actor
from portal.registry import Link, MenuGroup, MenuItem, Task


def task_menu(actor: Actor) -> Iterable[MenuItem]:
    """Tasks, for everyone signed in."""
    if actor.user is not None:
        url = reverse("tasks")
        yield MenuItem(_("Works wanted"), url, url, more=("/takes/",), group=MenuGroup.ACTIONS)


def take_tasks(actor: Actor) -> Iterable[Task]:
    """Works that wait to be judged, and those that wait to be made: how many, and where."""
    if actor.user is None:
        return
    if rules.may_publish_task(actor):
        yield _line(_("Judge a work"), queries.to_judge(actor.user), "judge")
    yield _line(_("Hand in a work"), queries.to_hand_in(actor.user), "hand_in")


def _line(label: str | Promise, rows: TakeQuerySet, turn: str) -> Task:
    """One work leads to its page, several lead to their list; none is no line."""
    count = rows.count()
    first = rows.order_by("task__due_on", "pk").first()
    due = first.task.due_on if first and turn == "hand_in" else None
    if count == 1 and first:
        return Task(label, 1, reverse("take", args=[first.pk]), hint=first.task.name, due=due)
    return Task(label, count, f"{reverse('takes')}?turn={turn}", due=due)


def work_links(actor: Actor) -> Iterable[Link]:
    """Find a task, or publish one."""
    if rules.may_publish_task(actor):
        yield Link(_("Publish a task"), reverse("task-new"), _("Call creators to make works."))
    elif rules.may_register(actor):
        yield Link(_("Works wanted"), reverse("tasks"), _("Tasks you can take."))
