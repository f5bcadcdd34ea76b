"""Campaigns in the calendar of the programme board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.campaigns import queries, rules

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def register() -> None:
    """Plug calendar and links into the house."""
    registry.register_calendar(calendar)
    registry.register_links(links)


def calendar(actor: Actor, first_day: date, last_day: date) -> Iterable[registry.Entry]:
    """Campaigns that run between two days; one query."""
    for row in queries.running(first_day, last_day).order_by("first_day", "pk"):
        yield registry.Entry(
            row.name,
            row.get_action_display(),
            row.first_day,
            row.last_day,
            f"{reverse('campaigns')}?{urlencode({'code': row.code})}",
        )


def links(actor: Actor) -> Iterable[registry.Link]:
    """Put a campaign on the calendar."""
    if rules.may_plan(actor):
        yield registry.Link(
            _("New campaign"), reverse("campaign-new"), _("Put it on the calendar.")
        )
