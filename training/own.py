"""What training keeps of a person, and seats to give back before leaving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock, personal
from portal.personal import Kept, Obligation
from training.models import Enrolment

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User


def _enrolments(user: User) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(trainee=user)
    return rows.select_related("session__course", "county").order_by("-pk")


KEPT = Kept(
    _("Enrolments"),
    (
        (_("Course"), lambda row: row.session.course.name),
        (_("Begins"), lambda row: row.session.starts_at),
        (_("County"), lambda row: row.county.name),
        (_("State"), lambda row: row.get_state_display()),
        (_("Signed up"), lambda row: row.created_at),
    ),
    _enrolments,
)


def seats_held(user: User) -> Iterator[Obligation]:
    """A seat, or a place in the queue, of a class that is still to come."""
    for row in _enrolments(user).open().filter(session__ends_at__gt=clock.now()):  # type: ignore[attr-defined]
        text = gettext("“%(course)s”: give your seat back, somebody else may be waiting.")
        yield Obligation(
            text % {"course": row.session.course.name}, reverse("class", args=[row.session_id])
        )


def register() -> None:
    """Say this to the registries of personal data."""
    personal.register_kept(KEPT)
    personal.register_obligations(seats_held)
