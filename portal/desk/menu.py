"""What the desk adds to the menu and to “my tasks”."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.desk import queries, rules
from portal.registry import Link, MenuItem, Task
from portal.submissions.enums import State
from portal.submissions.models import SubmissionQuerySet
from portal.submissions.queries import pending_revisions, to_decide
from portal.submissions.tasklist import by_state

# What who reviews has to do with a dossier in each state in which it is their turn.
TO_DO = {
    State.SUBMITTED: _("Check and endorse"),
    State.ENDORSED: _("Review and decide"),
    State.APPROVED: _("Publish what was approved"),
}


def desk_menu(actor: Actor) -> Iterable[MenuItem]:
    """The desk, for those who review."""
    if rules.may_review(actor):
        url = reverse("desk")
        yield MenuItem(_("Review desk"), url, url)


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """What waits for who reviews; for the office also changes, overdue steps, and what nobody has.

    Each line opens the desk under the filter that counts it.
    """
    if actor.user is None or not rules.may_review(actor):
        return
    rows, desk = queries.queue(actor.user), reverse("desk")
    yield from by_state(
        to_decide(rows, actor), TO_DO, lambda state: f"{desk}?turn=me&state={state}"
    )
    if not rules.may_assign(actor):
        return
    yield from _changes(actor)
    over = queries.by_clock(rows, "over")
    yield _first_due(_("Overdue at the counties and the office"), over, f"{desk}?clock=over")
    free = rows.filter(reviewer__isnull=True, state="endorsed")
    address = f"{desk}?reviewer=none&state=endorsed"
    yield _first_due(_("Give out what nobody has"), free, address)


def _first_due(label: str | Promise, rows: SubmissionQuerySet, address: str) -> Task:
    """How many, and by when the first of them is promised; one query."""
    found = rows.order_by().aggregate(n=Count("pk"), due=Min("due_on"))
    return Task(label, found["n"], address, due=found["due"])


def _changes(actor: Actor) -> Iterable[Task]:
    pending = pending_revisions(actor.person)
    oldest = pending.order_by("pk").first()
    if oldest is not None:
        address = reverse("revision", args=[oldest.pk])
        label = _("Review proposed changes")
        yield Task(label, pending.count(), address, oldest.proposed_at)


def desk_links(actor: Actor) -> Iterable[Link]:
    """The same desk among what the reader may do."""
    if rules.may_review(actor):
        yield Link(
            _("Review desk"), reverse("desk"), _("Everything under review, the most urgent first.")
        )
