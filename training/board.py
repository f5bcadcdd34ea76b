"""What training puts on the programme board: 人, and its classes in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock, registry
from training import queries

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def register() -> None:
    """Plug figures and calendar into the board."""
    registry.register_figures(figures)
    registry.register_calendar(calendar)


def figures(actor: Actor) -> Iterable[registry.Figure]:
    """People enrolled and people trained, each once however many classes; two queries."""
    found = queries.people_counts(actor.person)
    for part, label, query in (
        ("enrolled", _("Trainees enrolled"), ""),
        ("trained", _("Trainees trained"), "?part=trained"),
    ):
        yield registry.Figure(
            label,
            registry.Group.PEOPLE,
            found[part],
            reverse("trainees") + query,
            pgettext_lazy("unit", "people"),
        )


def calendar(actor: Actor, first_day: date, last_day: date) -> Iterable[registry.Entry]:
    """Classes that are held between two days; one query."""
    for row in queries.held_between(clock.start_of(first_day), clock.end_of(last_day)):
        yield registry.Entry(
            row.course.name,
            _("Class"),
            row.starts_at.astimezone(clock.SHANGHAI).date(),
            row.ends_at.astimezone(clock.SHANGHAI).date(),
            reverse("class", args=[row.pk]),
        )
