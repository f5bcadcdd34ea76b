"""Money on its way is in the way of leaving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from merchants.models import Application
from portal import clock, personal
from portal.personal import Obligation
from portal.submissions.enums import State
from portal.templatetags.figures import date_text

if TYPE_CHECKING:
    from portal.accounts.models import User


def money_to_come(user: User) -> Iterator[Obligation]:
    """An approved subsidy until the day on which it is promised."""
    rows = Application.objects.filter(
        submission__owner=user, submission__state=State.APPROVED, pay_by__gte=clock.today()
    )
    for row in rows.select_related("submission").order_by("pk"):
        words = {"title": row.submission.title, "day": date_text(row.pay_by)}
        yield Obligation(
            gettext("“%(title)s”: the money is to be paid by %(day)s.") % words,
            row.submission.get_absolute_url(),
        )


def register() -> None:
    """Say this to the registry of what is in the way of leaving."""
    personal.register_obligations(money_to_come)
