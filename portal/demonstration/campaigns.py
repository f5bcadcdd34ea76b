"""The calendar of the programme's year: campaigns of all five actions."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from portal import clock
from portal.campaigns.domain import plan_campaign
from portal.campaigns.models import Campaign
from portal.demonstration import people

DATA = Path(__file__).parent / "data" / "campaigns.csv"
# The office planned the first autumn before the start, and the rest of the year in October.
FIRST_PLANNED = datetime(2023, 9, 18, 10, 0, tzinfo=clock.SHANGHAI)
LATER_PLANNED = datetime(2023, 10, 16, 10, 0, tzinfo=clock.SHANGHAI)


@dataclass(frozen=True)
class Plan:
    """One campaign as the office planned it.

    `amount` is its share of the action in impressions; `windows` how many rounds of promotion it
    has. Counties get a share where they have something to promote that `fits`, and besides every
    `spread`-th one (0: none).
    """

    code: str
    name: str
    action: str
    first_day: date
    last_day: date
    amount: int
    windows: int
    spread: int
    fits: str

    @property
    def planned_at(self) -> datetime:
        """When the office put it on the calendar and shared out its impressions."""
        return FIRST_PLANNED if self.first_day < LATER_PLANNED.date() else LATER_PLANNED

    @property
    def placed_at(self) -> datetime:
        """When its placements were made: two days before it, or as soon as it was planned."""
        before = datetime.combine(self.first_day - timedelta(days=2), time(15), clock.SHANGHAI)
        later = self.planned_at + timedelta(days=2)
        return min(max(before, later), LATER_PLANNED + timedelta(days=2))

    def takes(self, title: str) -> bool:
        """True when what is called `title` is promoted in this campaign."""
        return re.search(self.fits, title) is not None


def plans() -> list[Plan]:
    """Return the campaigns of the year by their first day."""
    with DATA.open(encoding="utf-8", newline="") as file:
        found = [
            Plan(
                code=row["code"],
                name=row["name"],
                action=row["action"],
                first_day=date.fromisoformat(row["first_day"]),
                last_day=date.fromisoformat(row["last_day"]),
                amount=int(row["millions"]) * 1_000_000,
                windows=int(row["windows"]),
                spread=int(row["spread"]),
                fits=row["fits"],
            )
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda plan: (plan.first_day, plan.code))


def build() -> None:
    """Put the campaigns on the calendar that are not there yet."""
    there = set(Campaign.objects.values_list("code", flat=True))
    office = people.actor("staff1")
    for plan in plans():
        if plan.code in there:
            continue
        with clock.telling(plan.planned_at):
            plan_campaign(
                code=plan.code,
                name=plan.name,
                action=plan.action,
                first_day=plan.first_day,
                last_day=plan.last_day,
                actor=office,
            )
