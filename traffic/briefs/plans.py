"""What plans wanted delivered in a week: the curves of pacing, asked for any week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from portal.ledger.models import Level, Transfer
from traffic.models import Placement
from traffic.pacing import curves, standing
from traffic.pacing.curves import UNCAPPED, WHOLE
from traffic.pacing.models import CampaignPacing, Plan


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
    table = list(
        rows.order_by("pk").values_list(
            "pk",
            "account_id",
            "account__balance",
            "campaign_id",
            "county_id",
            "first_day",
            "last_day",
        )
    )
    later = _later(made_at)
    steps = _shares(rows, table, monday, sunday)
    now: Counter[tuple[int, str]] = Counter()
    then: Counter[tuple[int, str]] = Counter()
    for (_pk, account, given, campaign, county, _first, _last), step in zip(
        table, steps, strict=True
    ):
        now[campaign, county] += step(given)
        then[campaign, county] += step(given - later.get(account, 0))
    return Due(now, then)


def _later(made_at: datetime) -> Counter[int]:
    """What placements' accounts got, less what they gave back, since."""
    found: Counter[int] = Counter()
    for own, sign in (("target", 1), ("source", -1)):
        rows = Transfer.objects.filter(at__gt=made_at, **{f"{own}__level": Level.PLACEMENT})
        for account, amount in rows.order_by().values_list(own).annotate(n=Sum("amount")):
            found[account] += sign * amount
    return found


def _shares(rows: Any, table: list[Any], monday: date, sunday: date) -> list[Any]:
    """For each row a function: promised → due in the week. Alike rows share one curve."""
    plans = {plan.pk: plan for plan in Plan.objects.filter(placement__in=rows.values("pk"))}
    set_ = CampaignPacing.objects.in_bulk({row[3] for row in table})
    known: dict[Any, Any] = {}
    found = []
    for pk, _account, _given, campaign, _county, first, last in table:
        plan = plans.get(pk)
        key = (campaign, first, last, pk if plan else None)
        if key not in known:
            curve = standing.planned(
                first=first,
                days=(last - first).days + 1,
                shape=plan.shape if plan else "",
                points=plan.drawn if plan else [],
                set_=set_.get(campaign),
            )
            known[key] = _share(curve, plan, first, monday)
        found.append(known[key])
    return found


def _share(curve: Any, plan: Plan | None, first: date, monday: date) -> Any:
    days = len(curve) - 1
    begin = min(max((monday - first).days, 0), days)
    end = min(max((monday - first).days + 7, 0), days)
    cap = UNCAPPED if plan is None or plan.daily_cap is None else plan.daily_cap

    def step(promised: int) -> int:
        given = max(promised, 0)
        if cap < UNCAPPED:
            kept, _over = curves.capped(curves.by_day(given, curve), cap)
            return int(kept[begin:end].sum())
        return given * int(curve[end]) // WHOLE - given * int(curve[begin]) // WHOLE

    return step
