"""What the desk adds to the menu and to “my tasks”."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.desk import queries, rules
from portal.registry import Link, MenuItem, Task


def desk_menu(actor: Actor) -> Iterable[MenuItem]:
    """The desk, for those who review."""
    if rules.may_review(actor):
        url = reverse("desk")
        yield MenuItem(_("Review desk"), url, url)


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """Overdue steps and work that nobody has, for the office."""
    if actor.user is None or not rules.may_assign(actor):
        return
    rows = queries.queue(actor.user)
    desk = reverse("desk")
    over = queries.by_clock(rows, "over").count()
    yield Task(_("Overdue at the counties and the office"), over, f"{desk}?clock=over")
    free = rows.filter(reviewer__isnull=True, state="endorsed").count()
    yield Task(_("Give out what nobody has"), free, f"{desk}?reviewer=none&state=endorsed")


def desk_links(actor: Actor) -> Iterable[Link]:
    """The same desk among what the reader may do."""
    if rules.may_review(actor):
        yield Link(
            _("Review desk"), reverse("desk"), _("Everything under review, the most urgent first.")
        )
