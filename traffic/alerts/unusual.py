"""Spikes and drops: what was delivered in an hour against the same weekday and hour before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Q

from portal import clock
from traffic.models import PlacementDay
from traffic.pacing.curves import Ints
from traffic.pacing.facts import LATELY, Facts

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
    """What stands out on the newest reported day of each campaign in a county, and of each action;
    one query. `actions` is campaign → action.

    The newest day is that of the group's own reports: what stands out on it holds until one of them
    tells a newer day, for a week at most. Only placements that ran, and were delivered something,
    on each of the days compared with: a new one is no rise.
    """
    newest = _newest(facts)
    days, hours, whole = _read(facts, newest)
    may = (facts.first <= newest - 7 * WEEKS) & (days[:, 1:] > 0).all(axis=1)
    at = np.flatnonzero(may & (facts.last >= newest) & (newest > 0))
    found: list[tuple[Group, Unusual]] = []
    pairs = [(int(c), int(k)) for c, k in zip(facts.campaign[at], facts.county[at], strict=True)]
    for groups in (pairs, [actions[campaign] for campaign, _county in pairs]):
        names, which = _numbered(groups)
        last = np.zeros(len(names), dtype=np.int64)
        np.maximum.at(last, which, newest[at])
        # Of several reports those that told of the group's newest day.
        told = newest[at] == last[which]
        rows, which = at[told], which[told]
        sums = _grouped(days[rows], which, len(names))
        by_hour = _grouped(hours[rows], which, len(names))
        daily = _grouped(~whole[rows], which, len(names)) > 0
        for n, name in sorted(enumerate(names), key=lambda each: each[1]):
            counts = sums[n][:, None] if daily[n] else by_hour[n]
            each = _most(counts, LEAST_DAY if daily[n] else LEAST_HOUR)
            if each is not None:
                hour, count, median = each
                day = date.fromordinal(int(last[n]))
                found.append((name, Unusual(day, None if daily[n] else hour, count, median)))
    return found


def _newest(facts: Facts) -> Ints:
    """The newest day that is over and that each placement's own report counts for; 0 where there is
    none in the last week."""
    newest = np.minimum(facts.seen, clock.today().toordinal() - 1)
    return np.where(newest >= facts.today - LATELY.days, newest, 0)


def _read(facts: Facts, newest: Ints) -> tuple[Ints, Ints, Any]:
    """Days (placement × week), hours (placement × week × 24), its newest day first, and whether
    all of a placement's rows have hours."""
    days = np.zeros((len(facts), WEEKS + 1), dtype=np.int64)
    hours = np.zeros((len(facts), WEEKS + 1, 24), dtype=np.int64)
    whole = np.ones(len(facts), dtype=bool)
    rows = PlacementDay.objects.filter(_compared(facts, newest)).order_by("pk")
    table = list(rows.values_list("placement", "date", "count", "hours"))
    if not table or not len(facts):
        return days, hours, whole
    keys = np.array([row[0] for row in table], dtype=np.int64)
    own = np.flatnonzero(np.isin(keys, facts.key))
    at = np.searchsorted(facts.key, keys[own])
    ordinals = {day: day.toordinal() for day in {row[1] for row in table}}
    ago = newest[at] - np.array([ordinals[row[1]] for row in table], dtype=np.int64)[own]
    wanted = (ago % 7 == 0) & (ago >= 0) & (ago <= 7 * WEEKS)
    own, at, week = own[wanted], at[wanted], ago[wanted] // 7
    days[at, week] = np.array([row[2] for row in table], dtype=np.int64)[own]
    raw = b"".join([bytes(row[3]) if row[3] else NO_HOURS for row in table])
    hours[at, week] = np.frombuffer(raw, dtype="<i8").reshape(-1, 24)[own]
    without = np.array([not row[3] for row in table])[own]
    whole[at[without]] = False
    return days, hours, whole


def _compared(facts: Facts, newest: Ints) -> Q:
    """The rows of the days that are compared: of each source its newest day and those before."""
    found = Q(pk__in=[])
    for ordinal in np.unique(newest[newest > 0]):
        sources = np.unique(facts.source[newest == ordinal]).tolist()
        day = date.fromordinal(int(ordinal))
        weeks = [day - timedelta(days=7 * n) for n in range(WEEKS + 1)]
        found |= Q(date__in=weeks, placement__source__in=sources)
    return found


def _numbered(groups: Iterable[Any]) -> tuple[list[Any], Ints]:
    """The groups, each once, and which of them each row is of."""
    names: dict[Any, int] = {}
    which = [names.setdefault(each, len(names)) for each in groups]
    return list(names), np.array(which, dtype=np.int64)


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
