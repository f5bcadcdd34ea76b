"""What plans wanted delivered in a week: the curves of pacing, asked for any week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, Sum, When

from traffic.models import Placement
from traffic.pacing import curves, standing
from traffic.pacing.curves import WHOLE, Ints
from traffic.pacing.enums import Shape
from traffic.pacing.models import CampaignPacing, Plan

# A placement with a cap or a curve of its own stands by itself; all others that run on the same
# days in the same county, campaign and shape share what they are wanted.
OWN = Case(When(Q(plan__daily_cap__isnull=False) | Q(plan__shape=Shape.CUSTOM), then="pk"))
ALIKE = ("campaign", "county", "first_day", "last_day", "plan__shape", "plan__daily_cap", "own")
Group = tuple[int, str, date, date, str | None, int | None, int | None]


@dataclass(frozen=True)
class Due:
    """By campaign and county, what plans wanted of the week: with today's promises, and with
    those that stood when the brief was made."""

    now: Counter[tuple[int, str]]
    then: Counter[tuple[int, str]]


def due(monday: date, sunday: date, made_at: datetime, where: Mapping[str, Any]) -> Due:
    """Ask every placement whose window meets the week; five queries.

    What came to its account or left it after `made_at` was not promised then.
    """
    rows = Placement.objects.filter(first_day__lte=sunday, last_day__gte=monday, **where)
    rows = rows.order_by().annotate(own=OWN)
    given = _sums(rows, "account__balance")
    later = _later(rows, made_at)
    steps = _steps(rows, given, monday)
    now: Counter[tuple[int, str]] = Counter()
    then: Counter[tuple[int, str]] = Counter()
    for group, promised in given.items():
        step = steps(group)
        wanted = step(promised)
        now[group[:2]] += wanted
        then[group[:2]] += step(promised - later[group]) if later[group] else wanted
    return Due(now, then)


def _sums(rows: QuerySet[Placement], amount: str) -> dict[Group, int]:
    """The sum of an amount over the placements of each group."""
    return {tuple(key): n for *key, n in rows.values_list(*ALIKE).annotate(n=Sum(amount))}


def _later(rows: QuerySet[Placement], made_at: datetime) -> Counter[Group]:
    """What the accounts of each group got, less what they gave back, since."""
    found: Counter[Group] = Counter()
    for side, sign in (("received", 1), ("given", -1)):
        moved = rows.filter(**{f"account__{side}__at__gt": made_at})
        for group, amount in _sums(moved, f"account__{side}__amount").items():
            found[group] += sign * amount
    return found


def _steps(
    rows: QuerySet[Placement], groups: Mapping[Group, int], monday: date
) -> Callable[[Group], Callable[[int], int]]:
    """For each group a function: promised → due in the week. Alike groups share one curve."""
    drawn = Plan.objects.filter(placement__in=rows.values("pk"), shape=Shape.CUSTOM)
    points = {plan.pk: plan.drawn for plan in drawn.order_by("pk")}
    set_ = CampaignPacing.objects.in_bulk({group[0] for group in groups})
    known: dict[Any, Any] = {}

    def step(group: Group) -> Callable[[int], int]:
        campaign, _county, first, last, shape, cap, own = group
        key = (campaign, first, last, shape, cap, own if own in points else None)
        if key not in known:
            curve = standing.planned(
                first=first,
                days=(last - first).days + 1,
                shape=shape or "",
                points=points.get(own, []) if own is not None else [],
                set_=set_.get(campaign),
            )
            known[key] = _share(curve, cap, (monday - first).days)
        return known[key]

    return step


def _share(curve: Ints, cap: int | None, since: int) -> Callable[[int], int]:
    """Of a curve whose first day lies `since` days before the Monday."""
    days = len(curve) - 1
    begin, end = (min(max(day, 0), days) for day in (since, since + 7))
    before, after = int(curve[begin]), int(curve[end])
    steepest = curves.steepest(curve)

    def step(promised: int) -> int:
        given = max(promised, 0)
        if cap is not None and given * steepest // WHOLE >= cap:
            kept, _over = curves.capped(curves.by_day(given, curve), cap)
            return int(kept[begin:end].sum())
        return given * after // WHOLE - given * before // WHOLE

    return step
