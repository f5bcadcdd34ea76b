"""Spikes and drops: what was delivered in an hour against the same weekday and hour before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from portal import clock
from traffic.models import PlacementDay
from traffic.pacing.curves import Ints
from traffic.pacing.facts import Facts

# So many same weekdays before are compared with; odd, so that the median is one of them.
WEEKS = 3
# Less than this is noise: impressions of a campaign's county in an hour, in a day.
LEAST_HOUR, LEAST_DAY = 10_000, 100_000
# A rise to, or a drop from, so many times.
TIMES = 2
NO_HOURS = bytes(24 * 8)

# An action, or a campaign and a county.
Group = str | tuple[int, int]


@dataclass(frozen=True)
class Unusual:
    """What stands out most on a day; `hour` is nothing where reports have days alone."""

    day: date
    hour: int | None
    count: int
    median: int


def find(facts: Facts, actions: Mapping[int, str]) -> list[tuple[Group, Unusual]]:
    """What stands out on the newest reported day, by campaign and county and by action; one query.

    Only placements that ran, and were delivered something, on each of the days compared with: a
    new one is no rise. `actions` is campaign → action.
    """
    day = _newest(facts)
    if day is None:
        return []
    days, hours, whole = _read(facts, day)
    at = np.flatnonzero(
        (facts.first <= day.toordinal() - 7 * WEEKS)
        & (facts.last >= day.toordinal())
        & (facts.seen >= day.toordinal())
        & (days[:, 1:] > 0).all(axis=1)
    )
    found: list[tuple[Group, Unusual]] = []
    pairs = [(int(c), int(k)) for c, k in zip(facts.campaign[at], facts.county[at], strict=True)]
    for groups in (pairs, [actions[campaign] for campaign, _county in pairs]):
        names: dict[Any, int] = {}
        which = np.array([names.setdefault(each, len(names)) for each in groups], dtype=np.int64)
        sums = _grouped(days[at], which, len(names))
        by_hour = _grouped(hours[at], which, len(names))
        daily = _grouped(~whole[at], which, len(names)) > 0
        for name, n in sorted(names.items()):
            counts = sums[n][:, None] if daily[n] else by_hour[n]
            each = _most(counts, LEAST_DAY if daily[n] else LEAST_HOUR)
            if each is not None:
                hour, count, median = each
                found.append((name, Unusual(day, None if daily[n] else hour, count, median)))
    return found


def _newest(facts: Facts) -> date | None:
    """The newest day that is over and any report counts for."""
    over = np.minimum(facts.seen, clock.today().toordinal() - 1)
    newest = int(over.max(initial=0))
    return date.fromordinal(newest) if newest > 0 else None


def _read(facts: Facts, day: date) -> tuple[Ints, Ints, Any]:
    """Days (placement × week), hours (placement × week × 24), the day itself first, and whether
    all of a placement's rows have hours."""
    weeks = {day - timedelta(days=7 * n): n for n in range(WEEKS + 1)}
    days = np.zeros((len(facts), len(weeks)), dtype=np.int64)
    hours = np.zeros((len(facts), len(weeks), 24), dtype=np.int64)
    whole = np.ones(len(facts), dtype=bool)
    rows = PlacementDay.objects.filter(date__in=list(weeks)).order_by("pk")
    table = list(rows.values_list("placement", "date", "count", "hours"))
    if not table or not len(facts):
        return days, hours, whole
    keys = np.array([row[0] for row in table], dtype=np.int64)
    own = np.flatnonzero(np.isin(keys, facts.key))
    at = np.searchsorted(facts.key, keys[own])
    week = np.array([weeks[row[1]] for row in table], dtype=np.int64)[own]
    days[at, week] = np.array([row[2] for row in table], dtype=np.int64)[own]
    raw = b"".join([bytes(row[3]) if row[3] else NO_HOURS for row in table])
    hours[at, week] = np.frombuffer(raw, dtype="<i8").reshape(-1, 24)[own]
    without = np.array([not row[3] for row in table])[own]
    whole[at[without]] = False
    return days, hours, whole


def _grouped(values: Any, which: Ints, many: int) -> Ints:
    """Sums of the rows of each group."""
    found = np.zeros((many, *values.shape[1:]), dtype=np.int64)
    np.add.at(found, which, values)
    return found


def _most(counts: Ints, least: int) -> tuple[int, int, int] | None:
    """(hour, count, median) of what differs most from its median, if anything stands out; `counts`
    is week × hour, the day itself first."""
    now, median = counts[0], np.sort(counts[1:], axis=0)[WEEKS // 2]
    rise = (now >= TIMES * median) & (now - median >= least)
    drop = (TIMES * now <= median) & (median >= least)
    apart = np.where(rise | drop, np.abs(now - median), 0)
    hour = int(apart.argmax())
    if not apart[hour]:
        return None
    return hour, int(now[hour]), int(median[hour])
