"""What calls and sessions add to the menu, to “my tasks”, to the calendar, and to the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import clock, registry
from portal.audit import acts
from portal.submissions import merging
from products.calls import follow, queries, rules

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

CALLS = registry.MenuItem(
    _("Calls and live sessions"),
    reverse_lazy("calls"),
    reverse_lazy("calls"),
    more=("/live-sessions/",),
    group=registry.MenuGroup.TRAFFIC,
)


def register() -> None:
    """Plug everything into the house."""
    registry.register_menu(lambda actor: [CALLS] if rules.may_read(actor) else [])
    registry.register_tasks(tasks)
    registry.register_links(links)
    registry.register_calendar(calendar)
    merging.register_follower(follow.follow_merge)
    acts.name(
        {
            "call.open": _("Campaign call opened"),
            "call.quotas": _("Quotas of a call set"),
            "live.plan": _("Live session planned"),
            "live.cancel": _("Live session cancelled"),
            "live.change": _("Live session changed"),
            "live.order": _("Running order written"),
            "call.follow": _("Entry follows a merged product"),
        }
    )


def tasks(actor: Actor) -> Iterable[registry.Task]:
    """Open calls in which the own county has places left, one line each, since each has its own
    deadline; for the office, what closed calls left to select.

    Three queries for an official, one for the office.
    """
    for call, left in queries.open_for(actor):
        yield registry.Task(
            _("Put products forward"),
            left,
            reverse("call-put-forward", args=[call.pk]),
            hint=call.name,
            due=call.closes,
        )
    if actor.is_staff:
        waiting = queries.to_select()
        yield registry.Task(
            _("Select among the products put forward"),
            waiting["n"],
            f"{reverse('calls')}?{urlencode({'when': queries.OVER})}",
            oldest=waiting["since"],
        )


def links(actor: Actor) -> Iterable[registry.Link]:
    """Ask the counties; plan a session."""
    if rules.may_plan(actor):
        yield registry.Link(
            _("New campaign call"), reverse("call-new"), _("Ask the counties for products.")
        )
        yield registry.Link(
            _("New live session"), reverse("live-session-new"), _("Time, host and running order.")
        )


def calendar(actor: Actor, first_day: date, last_day: date) -> Iterable[registry.Entry]:
    """Live sessions between two days; one query."""
    if not rules.may_read(actor):
        return
    for row in queries.held_between(clock.start_of(first_day), clock.end_of(last_day)):
        yield registry.Entry(
            row.name,
            _("Live session"),
            row.day,
            row.ends_at.astimezone(clock.SHANGHAI).date(),
            row.get_absolute_url(),
        )
