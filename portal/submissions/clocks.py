"""How long a dossier may wait for its review, in working days from a moment it keeps.

The only place that says so: whoever keeps the day itself on the dossier replaces this drawer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q

from portal import clock, workdays
from portal.submissions.enums import State

# Working days in which a refusal may be appealed.
APPEAL_DAYS = 10


@dataclass(frozen=True)
class Clock:
    """In `state`, `days` working days run from the moment in the field `since`."""

    state: str
    since: str
    days: int
    appealed: bool

    @property
    def rows(self) -> Q:
        """The dossiers this clock runs for."""
        return Q(state=self.state, appealed_at__isnull=not self.appealed)


CLOCKS = (
    Clock(State.SUBMITTED, "submitted_at", 3, appealed=False),
    Clock(State.SUBMITTED, "appealed_at", 10, appealed=True),
    Clock(State.ENDORSED, "endorsed_at", 5, appealed=False),
    Clock(State.ENDORSED, "appealed_at", 10, appealed=True),
)


def overdue() -> Q:
    """Dossiers whose review should have been over before today."""
    late = Q(pk__in=[])
    for row in CLOCKS:
        last = workdays.last_start(before=clock.today(), days=row.days)
        late |= row.rows & Q(**{f"{row.since}__lt": clock.end_of(last)})
    return late


def appealable() -> Q:
    """Refusals that may still be appealed."""
    over = workdays.last_start(before=clock.today(), days=APPEAL_DAYS)
    return Q(state=State.REFUSED, appealed_at__isnull=True, decided_at__gte=clock.end_of(over))


def due_after(moment: datetime, days: int) -> date:
    """The last of `days` working days after a moment."""
    return workdays.after(moment.astimezone(clock.SHANGHAI).date(), days)


def firsts() -> dict[str, Any]:
    """Aggregates for a grouped query: when the oldest row of each clock began to wait."""
    return {f"clock{n}": Min(row.since, filter=row.rows) for n, row in enumerate(CLOCKS)}


def first_due(found: Mapping[str, Any]) -> date | None:
    """The day the first row is due, out of what `firsts` found."""
    days = [
        due_after(moment, row.days)
        for n, row in enumerate(CLOCKS)
        if (moment := found[f"clock{n}"]) is not None
    ]
    return min(days, default=None)
