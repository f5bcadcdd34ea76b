"""What the creator matrix adds to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from creators import queries, rules
from creators.enums import TakeState
from portal.accounts.actor import Actor
from portal.registry import MenuItem, Task


def task_menu(actor: Actor) -> Iterable[MenuItem]:
    """Tasks, for everyone signed in."""
    if actor.user is not None:
        yield MenuItem(_("Works wanted"), reverse("tasks"), reverse("tasks"), more=("/takes/",))


def take_tasks(actor: Actor) -> Iterable[Task]:
    """Works that wait to be made or judged, one line each."""
    if actor.user is None:
        return
    rows = queries.takes(actor.user)
    if rules.may_publish_task(actor):
        for row in rows.filter(state=TakeState.HANDED_IN)[:20]:
            yield Task(_("Judge a work"), 1, reverse("take", args=[row.pk]), hint=str(row))
    mine = rows.filter(creator__submission__owner=actor.user)
    for row in mine.filter(state__in=[TakeState.TAKEN, TakeState.RETURNED])[:20]:
        yield Task(_("Hand in a work"), 1, reverse("take", args=[row.pk]), hint=row.task.name)
