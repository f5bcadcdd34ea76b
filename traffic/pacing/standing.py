"""Where placements stand: due by plan, needed today, foreseen at the end. Arrays in, arrays out;
nothing here reads a table, so that what-if is the same arithmetic on changed facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from traffic.pacing import curves, forecast
from traffic.pacing.curves import UNCAPPED, WHOLE, Ints
from traffic.pacing.enums import Shape, Status
from traffic.pacing.facts import SHAPES, Facts, weights
from traffic.pacing.models import CampaignPacing

Bools = npt.NDArray[np.bool_]
STATUSES = tuple(Status)
# Within 5 % of what is due a placement is on time: so much ahead its plan runs.
NEAR = 5
# More days than lie between the first and the last of all windows.
SPAN = 1 << 14


@dataclass(frozen=True)
class Pauses:
    """Placements that may not be promoted now, and of others the days they may run on.

    `runs` maps a placement to its days from the first, true where it may run; days that are over
    do not matter.
    """

    now: frozenset[int] = frozenset()
    runs: Mapping[int, Bools] | None = None


@dataclass(frozen=True)
class Standing:
    """Placements in the order of `facts`; impressions, whole.

    `due` is what the plan wants by the last reported day, `need` what it wants delivered today,
    after `held` was taken off because a county has no more room in its campaign's day. `short` is
    what the daily cap leaves no room for until the end. `status` is a place in `STATUSES`.
    """

    facts: Facts
    due: Ints
    need: Ints
    held: Ints
    short: Ints
    middle: Ints
    low: Ints
    high: Ints
    status: Ints
    # Campaigns whose county cap cannot hold: too few counties need anything today.
    uncapped: frozenset[int]
    pauses: Pauses

    def having(self, *statuses: Status) -> Ints:
        """The numbers of placements that stand so."""
        wanted = [STATUSES.index(each) for each in statuses]
        return self.facts.key[np.isin(self.status, wanted)]


def assess(facts: Facts, pauses: Pauses | None = None, *, supply: float = 1.0) -> Standing:
    """Work out everything of all placements; `supply` is how much of what is foreseen will come."""
    pauses = pauses or Pauses()
    days = facts.last - facts.first + 1
    gone = np.clip(facts.seen - facts.first + 1, 0, days)
    flat, at = _curves(facts, pauses, gone)
    paused = np.isin(facts.key, np.array(sorted(pauses.now), dtype=np.int64))
    runs = (facts.first <= facts.today) & (facts.today <= facts.last) & ~paused
    need, short = _need(facts, flat, at, gone, days)
    need, held, uncapped = _within_counties(facts, np.where(runs, need, 0))
    due = _due(facts, flat, at, gone)
    found = _forecast(facts, pauses, gone, supply)
    return Standing(
        facts=facts,
        due=due,
        need=need,
        held=held,
        short=short,
        middle=found.middle,
        low=found.low,
        high=found.high,
        status=_status(facts, due, found.high, paused),
        uncapped=uncapped,
        pauses=pauses,
    )


# --- Plans -------------------------------------------------------------------------------------


def curve_of(facts: Facts, place: int, pauses: Pauses | None = None) -> Ints:
    """The curve of one placement."""
    key = int(facts.key[place])
    days = int(facts.last[place] - facts.first[place] + 1)
    curve = planned(
        first=date.fromordinal(int(facts.first[place])),
        days=days,
        shape=SHAPES[facts.shape[place]],
        points=facts.points.get(key, []),
        set_=facts.set_.get(int(facts.campaign[place])),
    )
    runs = (pauses.runs or {}).get(key) if pauses is not None else None
    if runs is None:
        return curve
    # What is over stays as it was planned: only days to come are spread again.
    return _spread_again(
        curve, runs, int(np.clip(facts.seen[place] + 1 - facts.first[place], 0, days))
    )


def _spread_again(curve: Ints, runs: Bools, gone: int) -> Ints:
    if gone >= len(runs):
        return curve
    rest = curves.without((curve[gone:] - curve[gone]), runs[gone:])
    if rest[-1] == 0:
        return curve
    again = curve.copy()
    again[gone:] = curve[gone] + rest * int(WHOLE - curve[gone]) // int(rest[-1])
    return again


def still_due(found: Standing, place: int) -> Ints:
    """What one placement still lacks, on each of its last days that are not reported yet."""
    facts = found.facts
    days = int(facts.last[place] - facts.first[place] + 1)
    gone = int(np.clip(facts.seen[place] - facts.first[place] + 1, 0, days))
    left = max(int(facts.given[place] - facts.delivered[place].sum()), 0)
    steps = np.diff(curve_of(facts, place, found.pauses))[gone:]
    if not steps.any():
        steps = np.ones_like(steps)
    sums = np.concatenate(([0], np.cumsum(steps)))
    plan = np.diff(left * sums // max(int(sums[-1]), 1))
    return curves.capped(plan, int(facts.cap[place]))[0]


def planned(
    *,
    first: date,
    days: int,
    shape: str,
    points: Iterable[tuple[date, int]],
    set_: CampaignPacing | None,
) -> Ints:
    """The curve of a plan over its days; `points` are those drawn by hand, `set_` is what its
    campaign has, which a plan without a shape follows."""
    if not shape:
        shape = Shape.FESTIVAL if set_ is not None and set_.windows else Shape.EVEN
    if shape == Shape.FRONT:
        return curves.front_loaded(days)
    if shape == Shape.FESTIVAL:
        return curves.weighted(weights(set_, first.toordinal(), days))
    if shape == Shape.CUSTOM:
        return curves.drawn(days, [((day - first).days + 1, share) for day, share in points])
    return curves.even(days)


def _curves(facts: Facts, pauses: Pauses, gone: Ints) -> tuple[Ints, Ints]:
    """Every curve that differs, one after another, and where each placement's begins."""
    # One number for each curve that differs; one that was drawn is its placement's own.
    since = facts.first.min(initial=facts.today)
    alike = facts.campaign * len(SHAPES) + facts.shape
    alike = (alike * SPAN + facts.first - since) * SPAN + facts.last - since
    alike = np.where(facts.shape == SHAPES.index(Shape.CUSTOM), -facts.key, alike)
    again: dict[Any, int] = {}
    for place, runs in _that_rest(facts, pauses):
        own = (int(alike[place]), int(gone[place]), runs.tobytes())
        alike[place] = again.setdefault(own, len(again) - (1 << 62))
    _kinds, firsts, which = np.unique(alike, return_index=True, return_inverse=True)
    found = [curve_of(facts, int(place), pauses) for place in firsts]
    if not found:
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    starts = np.cumsum([0, *(len(curve) for curve in found[:-1])])
    return np.concatenate(found), starts[which.reshape(-1)]


def _that_rest(facts: Facts, pauses: Pauses) -> Iterator[tuple[int, Bools]]:
    """The places of those that may not run on some days to come, with their days."""
    runs = pauses.runs or {}
    for place in facts.places(runs):
        yield int(place), runs[int(facts.key[place])]


def _due(facts: Facts, flat: Ints, at: Ints, gone: Ints) -> Ints:
    due: Ints = facts.given * flat[at + gone] // WHOLE
    ends = at + facts.last - facts.first + 2
    steepest: dict[int, int] = {}
    for place in np.flatnonzero(facts.cap < UNCAPPED):
        begin, given, cap = int(at[place]), int(facts.given[place]), int(facts.cap[place])
        curve = flat[begin : ends[place]]
        if begin not in steepest:
            steepest[begin] = curves.steepest(curve)
        if given * steepest[begin] // WHOLE < cap:
            continue
        kept, _over = curves.capped(curves.by_day(given, curve), cap)
        due[place] = kept[: gone[place]].sum()
    return due


def _need(facts: Facts, flat: Ints, at: Ints, gone: Ints, days: Ints) -> tuple[Ints, Ints]:
    """What is left, spread over the days not reported yet as the plan has them; today's part, and
    what no day has room for. Where the plan is through before the end, evenly."""
    left = np.maximum(facts.given - facts.done, 0)
    today = np.clip(facts.today - facts.first, gone, np.maximum(days - 1, 0))
    today = np.minimum(today, days - 1)
    begin = flat[at + np.minimum(gone, days)]
    whole = WHOLE - begin
    through = whole == 0
    whole = np.where(through, np.maximum(days - gone, 1), whole)
    start = np.where(through, today - gone, flat[at + today] - begin)
    end = np.where(through, today + 1 - gone, flat[at + today + 1] - begin)
    need = left * np.clip(end, 0, whole) // whole - left * np.clip(start, 0, whole) // whole
    after = np.maximum(days - 1 - today, 0)
    least = left - np.minimum(facts.cap, UNCAPPED) * after
    need = np.minimum(np.maximum(need, least), facts.cap)
    short = np.maximum(left - facts.cap * (after + 1), 0)
    return need, np.where(gone < days, short, 0)


def _within_counties(facts: Facts, need: Ints) -> tuple[Ints, Ints, frozenset[int]]:
    """Keep each county within its share of its campaign's day, where one is set.

    Its placements give way by need, by largest remainder. Where fewer counties need anything than
    the share leaves room for, it cannot hold and is not applied.
    """
    kept, uncapped = need.copy(), set()
    for campaign, set_ in facts.set_.items():
        own = np.flatnonzero((facts.campaign == campaign) & (need > 0))
        if set_.county_cap is None or not len(own):
            continue
        counties = np.unique(facts.county[own])
        if len(counties) * set_.county_cap < 100:
            uncapped.add(campaign)
            continue
        most = int(need[own].sum()) * set_.county_cap // 100
        for county in counties:
            rows = own[facts.county[own] == county]
            wanted = [int(n) for n in need[rows]]
            if sum(wanted) > most:
                kept[rows] = curves.split(most, wanted, wanted)[0]
    return kept, need - kept, frozenset(uncapped)


# --- The end -----------------------------------------------------------------------------------


def _forecast(facts: Facts, pauses: Pauses, gone: Ints, supply: float) -> forecast.Forecast:
    """Foresee each campaign's placements; each learns from its own."""
    parts = [np.zeros(len(facts), dtype=np.int64) for _ in range(3)]
    resting = dict(_that_rest(facts, pauses))
    rests = np.array(sorted(resting), dtype=np.int64)
    for campaign in np.unique(facts.campaign):
        rows = np.flatnonzero(facts.campaign == campaign)
        rest = {int(n): resting[int(rows[n])] for n in np.flatnonzero(np.isin(rows, rests))}
        found = _of_campaign(facts, rest, rows, gone[rows], supply)
        for part, values in zip(parts, (found.middle, found.low, found.high), strict=True):
            part[rows] = values
    return forecast.Forecast(*parts)


def _of_campaign(
    facts: Facts, rest: Mapping[int, Bools], rows: Ints, gone: Ints, supply: float
) -> forecast.Forecast:
    """Foresee the placements at `rows`; of those that rest on some days, `rest` has which."""
    campaign = int(facts.campaign[rows[0]])
    start, first, last = int(facts.first[rows].min()), facts.first[rows], facts.last[rows]
    length = int(last.max()) - start + 1
    monday = (start - 1) % 7
    weekdays = facts.weekdays.get(campaign, np.ones(7))
    exposure = weekdays[(monday + np.arange(length)) % 7] * (
        weights(facts.set_.get(campaign), start, length) / curves.PLAIN
    )
    sums = np.concatenate(([0.0], np.cumsum(exposure)))

    def between(begin: Any, end: Any) -> tuple[forecast.Floats, forecast.Floats]:
        """Exposure and number of the days from `begin` to `end`, both ordinals and included."""
        many = np.maximum(end - begin + 1, 0)
        low = np.clip(begin - start, 0, length)
        return sums[np.clip(low + many, 0, length)] - sums[low], many.astype(float)

    until = first + gone - 1
    pieces = [
        between(
            np.maximum(first, facts.today - far),
            np.minimum(until, facts.today - (near if number else 0)),
        )
        for number, (near, far) in enumerate(forecast.STRETCHES)
    ]
    exposed, counted = (np.stack([piece[n] for piece in pieces], axis=1) for n in (0, 1))
    delivered = facts.delivered[rows].astype(float)
    county = np.unique(facts.county[rows], return_inverse=True)[1].reshape(-1)
    peers = forecast.levels_of_peers(
        delivered,
        exposed,
        facts.given[rows].astype(float),
        between(first, last)[0],
        [np.zeros(len(rows), dtype=np.int64), county],
    )
    ahead = between(until + 1, last)
    for number, runs in rest.items():
        begin, still = int(first[number]) - start, runs.copy()
        still[: gone[number]] = False
        ahead[0][number] = (exposure[begin : begin + len(still)] * still).sum()
        ahead[1][number] = still.sum()
    ahead = (supply * ahead[0], ahead[1])
    learned = forecast.learn(delivered, exposed, counted, peers)
    return forecast.at_end(delivered, exposed, counted, peers, ahead, learned)


def _status(facts: Facts, due: Ints, high: Ints, paused: Bools) -> Ints:
    """The first that fits, in this order."""
    done, over = facts.done, facts.last < facts.today
    reported = facts.seen >= facts.last
    cases = (
        (facts.given == 0, Status.UNGIVEN),
        (done >= facts.given, Status.REACHED),
        (over & reported, Status.MISSED),
        (paused & ~over, Status.PAUSED),
        (facts.seen < facts.first, Status.WAITING),
        (high < facts.given, Status.WILL_MISS),
        (done * 100 < due * (100 - NEAR), Status.BEHIND),
        (done * 100 > due * (100 + NEAR), Status.AHEAD),
    )
    return np.select(
        [case for case, _status in cases],
        [STATUSES.index(status) for _case, status in cases],
        default=STATUSES.index(Status.ON_TIME),
    ).astype(np.int64)
