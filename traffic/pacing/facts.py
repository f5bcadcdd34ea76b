"""What pacing is derived from, read as arrays: a row is a placement, in the order of its number.

Days are proleptic ordinals (`date.toordinal`), counts impressions. A fixed number of queries,
whatever the number of placements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connections
from django.db.models import BigIntegerField, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast

from traffic.enums import Channel, Fate
from traffic.models import DayFate, DaySum, Placement, PlacementDay
from traffic.pacing import forecast
from traffic.pacing.curves import PLAIN, UNCAPPED, Ints, festival_weights
from traffic.pacing.enums import Shape
from traffic.pacing.models import CampaignPacing, Plan, days_of

# A placement that ended within so many days is still looked at: its last reports come in.
LATELY = timedelta(days=7)
# So far back weekdays are learned from.
LEARNED = timedelta(days=120)
SHAPES = ("", *Shape.values)
# Where each channel stands in `Channel.values`, which is made anew whenever it is asked for.
CHANNELS = {name: place for place, name in enumerate(Channel.values)}
# Of more placements than this their days are not looked up one by one.
FEW = 1000
# What a row of placements is read as.
COLUMNS = (
    "pk",
    "account_id",
    "account__balance",
    "campaign_id",
    "county_id",
    "source_id",
    "submission_id",
    "channel",
)
DATES = ("first_day", "last_day")


@dataclass(frozen=True)
class Facts:
    """All that pacing knows of placements on the morning of `today`.

    `given` is what a placement's account received: nothing stands below it, so it is its balance.
    `delivered` has a column for each of `forecast.STRETCHES`; `seen` is the last day its report has
    been counted for, 0 before the first. `shape` is a place in `SHAPES`, 0 where nothing is set.
    """

    today: int
    key: Ints
    account: Ints
    given: Ints
    campaign: Ints
    county: Ints
    source: Ints
    submission: Ints
    # A place in `Channel.values`.
    channel: Ints
    first: Ints
    last: Ints
    seen: Ints
    delivered: npt.NDArray[np.int64]
    shape: Ints
    cap: Ints
    # Of placements drawn by hand: (day, per cent) points.
    points: Mapping[int, list[tuple[date, int]]]
    # Of campaigns: what is set, and the seven weekdays' factors.
    set_: Mapping[int, CampaignPacing]
    weekdays: Mapping[int, forecast.Floats]

    def __len__(self) -> int:
        return len(self.key)

    @property
    def done(self) -> Ints:
        """Delivered so far."""
        total: Ints = self.delivered.sum(axis=1)
        return total

    def places(self, keys: Iterable[int]) -> Ints:
        """Where placements of these numbers stand; those that are not here are left out."""
        wanted = np.asarray(sorted(keys), dtype=np.int64)
        if not len(self.key):
            return np.zeros(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.asarray(at[self.key[at] == wanted])


def current(today: date) -> Q:
    """Placements that are not over, or were lately."""
    return Q(last_day__gte=today - LATELY)


def read(rows: QuerySet[Placement], today: date) -> Facts:
    """Read the facts of these placements; six queries."""
    table = list(rows.order_by("pk").values_list(*COLUMNS, *DATES))
    columns = list(zip(*table, strict=True)) or [()] * (len(COLUMNS) + len(DATES))
    key, account, given, campaign, county, source, submission = (
        np.array([int(value) for value in column], dtype=np.int64) for column in columns[:7]
    )
    first, last = (
        np.array([day.toordinal() for day in column], dtype=np.int64) for column in columns[8:]
    )
    shape, cap, points = _plans(rows, key)
    set_ = CampaignPacing.objects.in_bulk({int(each) for each in np.unique(campaign)})
    return Facts(
        today=today.toordinal(),
        key=key,
        account=account,
        given=given,
        campaign=campaign,
        county=county,
        source=source,
        submission=submission,
        channel=np.array([CHANNELS[each] for each in columns[7]], dtype=np.int64),
        first=first,
        last=last,
        seen=_seen(source),
        delivered=_delivered(key, first, today),
        shape=shape,
        cap=cap,
        points=points,
        set_=set_,
        weekdays=_weekdays(np.unique(campaign), set_, today),
    )


def _plans(rows: QuerySet[Placement], key: Ints) -> tuple[Ints, Ints, dict[int, Any]]:
    shape, cap = np.zeros(len(key), dtype=np.int64), np.full(len(key), UNCAPPED, dtype=np.int64)
    points = {}
    found = Plan.objects.filter(placement__in=rows.order_by().values("pk")).order_by("pk")
    for pk, name, daily_cap, drawn in found.values_list("pk", "shape", "daily_cap", "points"):
        at = np.searchsorted(key, pk)
        shape[at] = SHAPES.index(name)
        if daily_cap is not None:
            cap[at] = daily_cap
        if drawn:
            points[pk] = days_of(drawn)
    return shape, cap, points


def _seen(source: Ints) -> Ints:
    """The last day each source's reports have been counted for."""
    rows = DayFate.objects.filter(fate=Fate.COUNTED).order_by().values_list("statement__source")
    last = {pk: day.toordinal() for pk, day in rows.annotate(day=Max("date"))}
    names, at = np.unique(source, return_inverse=True)
    return np.array([last.get(int(name), 0) for name in names], dtype=np.int64)[at.reshape(-1)]


def _delivered(key: Ints, first: Ints, today: date) -> npt.NDArray[np.int64]:
    """Delivered by stretch of days; what came today counts with the newest.

    Of many, the days since the first of them began are read as they lie together.
    """
    sums: dict[str, Any] = {"total": _whole(Sum("count"))}
    for number, (near, _far) in enumerate(forecast.STRETCHES[1:]):
        until = Q(date__lte=today - timedelta(days=near))
        sums[f"until{number}"] = _whole(Sum("count", filter=until, default=0))
    found = np.zeros((len(key), len(forecast.STRETCHES)), dtype=np.int64)
    if not len(key):
        return found
    days = PlacementDay.objects.order_by()
    if len(key) <= FEW:
        days = days.filter(placement__in=key.tolist())
    else:
        days = days.filter(date__gte=date.fromordinal(int(first.min())))
    table = _table(days.values_list("placement").annotate(**sums))
    if table:
        numbers = np.array(table, dtype=np.int64)
        numbers = numbers[np.isin(numbers[:, 0], key)]
        until = np.concatenate((numbers[:, 1:], np.zeros((len(numbers), 1), np.int64)), axis=1)
        found[np.searchsorted(key, numbers[:, 0])] = -np.diff(until, axis=1)
    return found


def _whole(total: Sum) -> Cast:
    """A sum as a whole number: of counts PostgreSQL makes decimals, which take long to read."""
    return Cast(total, BigIntegerField())


def _table(rows: QuerySet[Any]) -> list[tuple[int, ...]]:
    """Whole numbers as the database gives them: to have Django look at each of so many takes as
    long as to read them."""
    with connections[rows.db].cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        return list(cursor.fetchall())


def _weekdays(
    campaigns: Ints, set_: Mapping[int, CampaignPacing], today: date
) -> dict[int, forecast.Floats]:
    """The weekdays of each campaign, from its own sums of days."""
    rows = DaySum.objects.filter(
        campaign__in=[int(each) for each in campaigns], date__gte=today - LEARNED
    )
    days: dict[int, dict[date, int]] = defaultdict(dict)
    for campaign, day, count in (
        rows.order_by().values_list("campaign", "date").annotate(n=Sum("count"))
    ):
        days[campaign][day] = count
    return {
        campaign: _weekday(counts, set_.get(campaign)) for campaign, counts in sorted(days.items())
    }


def _weekday(counts: Mapping[date, int], set_: CampaignPacing | None) -> forecast.Floats:
    first = min(counts)
    row = np.zeros((max(counts) - first).days + 1)
    for day, count in counts.items():
        row[(day - first).days] = count
    return forecast.shape(row, first.weekday(), weights(set_, first.toordinal(), len(row)) / PLAIN)


def weights(set_: CampaignPacing | None, first: int, days: int) -> Ints:
    """The weight of each day from `first` on, as set on the campaign."""
    windows = set_.windows_from(date.fromordinal(first)) if set_ is not None else []
    return festival_weights(days, windows)
