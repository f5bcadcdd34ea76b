"""What holds at this moment and somebody should know: read and worked out, nothing written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from portal import clock
from portal.campaigns.models import Campaign
from portal.ledger.models import Account, Level, Unit
from portal.statements import queries as statements
from portal.statements.models import Source
from traffic import queries
from traffic.alerts import unusual
from traffic.alerts.enums import Kind
from traffic.models import PlacementDay
from traffic.pacing import queries as pacing
from traffic.pacing.curves import UNCAPPED
from traffic.pacing.enums import Status
from traffic.pacing.standing import NEAR, STATUSES, Standing

# Per cent of what was promised that may remain before it is told, the least first.
PERCENTS = (5, 10, 20)
LEVELS = (Level.POOL, Level.ACTION, Level.CAMPAIGN, Level.COUNTY)


@dataclass(frozen=True)
class Condition:
    """One thing to be told; `key` is the same as long as it is the same condition.

    `about` holds the columns of `Alert` that say what it is about.
    """

    kind: Kind
    key: str
    since: date
    figures: dict[str, Any]
    about: dict[str, Any] = field(default_factory=dict)


def every() -> list[Condition]:
    """All that hold now; a fixed number of queries."""
    standing = pacing.everything()
    campaigns = {row.pk: row for row in Campaign.objects.order_by("pk")}
    return [
        *_will_miss(standing),
        *_over(standing),
        *_caps(standing),
        *_county_caps(standing),
        *_remaining(standing, campaigns),
        *_late(),
        *_unusual(standing, campaigns),
    ]


def _by_county(standing: Standing, rows: Any) -> list[tuple[int, int, Any]]:
    """(campaign, county, places) of the placements that `rows` marks."""
    of = standing.facts
    at = np.flatnonzero(rows)
    pairs = np.stack((of.campaign[at], of.county[at]), axis=1)
    found, which = np.unique(pairs, axis=0, return_inverse=True)
    order = np.argsort(which.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(which.reshape(-1), minlength=len(found)))
    parts = np.split(at[order], ends[:-1]) if len(found) else []
    return [
        (int(campaign), int(county), part)
        for (campaign, county), part in zip(found, parts, strict=True)
    ]


def _county_caps(standing: Standing) -> list[Condition]:
    """Counties that have their full share of their campaign's day: what more they need waits."""
    held = standing.held
    return [
        _in_county(
            Kind.CAP,
            campaign,
            county,
            n=len(at),
            held=int(held[at].sum()),
            share=standing.facts.set_[campaign].county_cap or 0,
        )
        for campaign, county, at in _by_county(standing, held > 0)
    ]


def _in_county(kind: Kind, campaign: int, county: int, **figures: int) -> Condition:
    return Condition(
        kind,
        f"{kind}:{campaign}:{county}",
        clock.today(),
        figures,
        {"campaign_id": campaign, "county_id": str(county)},
    )


def _will_miss(standing: Standing) -> list[Condition]:
    """Of one campaign in one county together: single placements would be too many to read."""
    given, lacks = standing.facts.given, np.maximum(standing.facts.given - standing.middle, 0)
    rows = standing.status == STATUSES.index(Status.WILL_MISS)
    return [
        _in_county(
            Kind.WILL_MISS,
            campaign,
            county,
            n=len(at),
            lacks=int(lacks[at].sum()),
            given=int(given[at].sum()),
        )
        for campaign, county, at in _by_county(standing, rows)
    ]


def _over(standing: Standing) -> list[Condition]:
    given, done = standing.facts.given, standing.facts.done
    return [
        _in_county(
            Kind.OVER,
            campaign,
            county,
            n=len(at),
            over=int((done[at] - given[at]).sum()),
            given=int(given[at].sum()),
        )
        for campaign, county, at in _by_county(standing, (given > 0) & (done > given))
    ]


def _caps(standing: Standing) -> list[Condition]:
    """Placements that reached their daily cap on the last day their report counts for."""
    of = standing.facts
    at = np.flatnonzero((of.cap < UNCAPPED) & (of.seen > 0) & (of.last >= of.today))
    place = {int(of.key[n]): int(n) for n in at}
    days = {date.fromordinal(int(day)) for day in of.seen[at]}
    rows = PlacementDay.objects.filter(placement__plan__daily_cap__isnull=False, date__in=days)
    return [
        Condition(
            Kind.CAP,
            f"{Kind.CAP}:{pk}",
            day,
            {"day": day.isoformat(), "done": count, "cap": int(of.cap[place[pk]])},
            {"placement_id": pk, "county_id": str(of.county[place[pk]])},
        )
        for pk, day, count in rows.order_by("placement").values_list("placement", "date", "count")
        if pk in place and day.toordinal() == of.seen[place[pk]] and count >= of.cap[place[pk]]
    ]


def _remaining(standing: Standing, campaigns: dict[int, Campaign]) -> list[Condition]:
    """Accounts of which little is left, at the least percentage that holds.

    A campaign and its counties end as planned with little left: told is only what will be used up
    before that, by more than plans run ahead.
    """
    coming = _coming(standing, campaigns)
    accounts = Account.objects.filter(unit=Unit.IMPRESSIONS, level__in=LEVELS)
    found = []
    for row in queries.board_rows(accounts.select_related("parent")):
        percent = next((n for n in PERCENTS if row.remaining * 100 <= row.promised * n), None)
        if row.promised <= 0 or percent is None:
            continue
        figures = {"left": row.remaining, "promised": row.promised, "percent": percent}
        if row.account.level in (Level.CAMPAIGN, Level.COUNTY):
            figures["coming"] = coming.get(_place(row.account), 0)
            if (figures["coming"] - row.remaining) * 100 <= row.promised * NEAR:
                continue
        about = {"account_id": row.account.pk, "county_id": row.account.county_id}
        key = f"{Kind.REMAINING}:{row.account.pk}:{percent}"
        found.append(Condition(Kind.REMAINING, key, clock.today(), figures, about))
    return found


def _coming(standing: Standing, campaigns: dict[int, Campaign]) -> dict[tuple[str, str], int]:
    """What is foreseen until the end, by code of campaign and county, and of campaigns as wholes
    with an empty county."""
    more = np.maximum(standing.middle - standing.facts.done, 0)
    found: dict[tuple[str, str], int] = {}
    for campaign, county, at in _by_county(standing, more > 0):
        code, sum_ = campaigns[campaign].code, int(more[at].sum())
        for place in ((code, ""), (code, str(county))):
            found[place] = found.get(place, 0) + sum_
    return found


def _place(account: Account) -> tuple[str, str]:
    """Codes of the campaign and county an account is of."""
    if account.level == Level.COUNTY and account.parent is not None:
        return account.parent.key, account.key
    return account.key, ""


def _late() -> list[Condition]:
    rows: list[Any] = statements.late_among(Source.objects.all())
    return [
        Condition(
            Kind.LATE,
            f"{Kind.LATE}:{row.pk}",
            clock.today(),
            {"last": row.latest_last.isoformat()},
            {"source_id": row.pk},
        )
        for row in rows
    ]


def _unusual(standing: Standing, campaigns: dict[int, Campaign]) -> list[Condition]:
    actions = {pk: row.action for pk, row in campaigns.items()}
    found = []
    for group, each in unusual.find(standing.facts, actions):
        kind = Kind.SPIKE if each.count > each.median else Kind.DROP
        figures: dict[str, Any] = {"count": each.count, "median": each.median, "hour": each.hour}
        figures["day"] = each.day.isoformat()
        if isinstance(group, str):
            about: dict[str, Any] = {"action": group}
            key = f"{kind}:{group}"
        else:
            about = {"campaign_id": group[0], "county_id": str(group[1])}
            key = f"{kind}:{group[0]}:{group[1]}"
        found.append(Condition(kind, key, each.day, figures, about))
    return found
