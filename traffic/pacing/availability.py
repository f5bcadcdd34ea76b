"""Is there room: what a campaign's channel will deliver on some days, what is booked on them, and
who else wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Sum

from portal import clock
from portal.campaigns.models import Campaign
from portal.clock import days_between
from traffic.enums import Channel
from traffic.models import DaySum
from traffic.pacing import queries, standing
from traffic.pacing.curves import PLAIN
from traffic.pacing.enums import Status
from traffic.pacing.facts import weights
from traffic.pacing.standing import STATUSES, Standing

# A channel is judged by what it delivered on so many days before.
JUDGED = timedelta(days=28)
# Whose need comes first: those in trouble before those on their way, the paused last.
ORDER = (
    Status.WILL_MISS,
    Status.BEHIND,
    Status.ON_TIME,
    Status.WAITING,
    Status.AHEAD,
    Status.PAUSED,
)


@dataclass(frozen=True)
class DayRoom:
    """One day of a channel; impressions. `supply` is None where it delivered nothing yet."""

    day: date
    supply: int | None
    booked: int

    @property
    def free(self) -> int | None:
        """What is left; below zero it is overbooked."""
        return None if self.supply is None else self.supply - self.booked


@dataclass(frozen=True)
class Contender:
    """Somebody who wants the same days: its number, why it stands where it does, and how much."""

    key: int
    status: Status
    last: date
    wants: int


@dataclass(frozen=True)
class Room:
    """What there is on some days, and who wants it, in the order in which they are served."""

    days: list[DayRoom]
    contenders: list[Contender]

    @property
    def known(self) -> bool:
        """Whether the channel delivered anything to judge it by."""
        return all(row.supply is not None for row in self.days)

    @property
    def supply(self) -> int:
        """What all days will deliver."""
        return sum(row.supply or 0 for row in self.days)

    @property
    def booked(self) -> int:
        """What is booked on them."""
        return sum(row.booked for row in self.days)

    @property
    def free(self) -> int:
        """What is free on the days that are not overbooked: one day's surplus helps no other."""
        return sum(max(row.free or 0, 0) for row in self.days)


def look(
    campaign: Campaign,
    channel: str,
    first_day: date,
    last_day: date,
    found: Standing | None = None,
) -> Room:
    """Look what room a campaign's channel has from `first_day` to `last_day`; one query beside
    `queries.everything`.

    Supply goes by the level of the last 28 days, and by the weekdays and festivals to come. Booked
    is what others still lack, on the days their plans have it.
    """
    found = found or queries.everything()
    first, last = first_day.toordinal(), last_day.toordinal()
    of = found.facts
    wanted = (of.campaign == campaign.pk) & (of.channel == Channel.values.index(channel))
    rows = np.flatnonzero(wanted & (of.first <= last) & (of.last >= max(first, of.today)))
    booked = np.zeros(last - first + 1, dtype=np.int64)
    contenders = []
    for at in rows:
        own = standing.still_due(found, int(at))
        begin = int(of.last[at]) - len(own) + 1
        low, high = max(first, begin), min(last, int(of.last[at]))
        part = own[low - begin : high - begin + 1] if high >= low else own[:0]
        booked[low - first : low - first + len(part)] += part
        if wants := int(part.sum()):
            last_of = date.fromordinal(int(of.last[at]))
            status = STATUSES[found.status[at]]
            contenders.append(Contender(int(of.key[at]), status, last_of, wants))
    contenders.sort(key=lambda row: (ORDER.index(row.status), row.last, row.key))
    supply = _supply(campaign, channel, first_day, last_day, found)
    days = [
        DayRoom(day, None if supply is None else supply[n], int(booked[n]))
        for n, day in enumerate(days_between(first_day, last_day))
    ]
    return Room(days, contenders)


def _supply(
    campaign: Campaign, channel: str, first_day: date, last_day: date, found: Standing
) -> list[int] | None:
    """What each day will deliver; None where there is nothing to judge it by."""
    today = clock.today()
    sums = DaySum.objects.filter(
        campaign=campaign, channel=channel, date__gte=today - JUDGED, date__lt=today
    )
    counts = dict(sums.order_by().values_list("date").annotate(n=Sum("count")))
    if not counts:
        return None
    past = _exposure(campaign, min(counts), max(counts), found)
    level = sum(counts.values()) / past.sum()
    return [round(level * each) for each in _exposure(campaign, first_day, last_day, found)]


def _exposure(campaign: Campaign, first: date, last: date, found: Standing) -> np.ndarray:
    """What each day weighs by weekday and festival."""
    many = (last - first).days + 1
    weekdays = found.facts.weekdays.get(campaign.pk, np.ones(7))
    set_ = weights(found.facts.set_.get(campaign.pk), first.toordinal(), many) / PLAIN
    return np.asarray(weekdays[(first.weekday() + np.arange(many)) % 7] * set_)
