"""Until when a refusal may be appealed."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from portal import clock, workdays
from portal.submissions.enums import State

# Working days after the refusal.
APPEAL_DAYS = 10


def until(decided_at: datetime) -> date:
    """The last day on which a refusal of that moment may be appealed."""
    return workdays.after(decided_at.astimezone(clock.SHANGHAI).date(), APPEAL_DAYS)


def open_now() -> Q:
    """Refusals that may still be appealed."""
    over = workdays.last_start(before=clock.today(), days=APPEAL_DAYS)
    return Q(state=State.REFUSED, appealed_at__isnull=True, decided_at__gte=clock.end_of(over))
