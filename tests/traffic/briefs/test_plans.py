"""What plans wanted of a week, added up by what is alike, against placement by placement."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from portal import clock
from portal.accounts.actor import Actor
from tests import dossiers
from tests.traffic import shortfalls, world
from tests.traffic.briefs.weeks import COUNTY, MONDAY, at
from traffic import domain
from traffic.briefs import plans, queries
from traffic.briefs.scopes import Kind, Scope
from traffic.models import CampaignPacing, Placement, Plan
from traffic.pacing import curves, standing

pytestmark = pytest.mark.django_db
SUNDAY = MONDAY + timedelta(days=6)
MADE_AT = datetime(2023, 10, 23, 8, 30, tzinfo=clock.SHANGHAI)
POINTS = [["2023-10-15", 10], ["2023-10-18", 70], ["2023-10-31", 100]]
PLANS = (
    {},
    {},
    {"shape": "front"},
    {"daily_cap": 40_000},
    {"daily_cap": 4_000},
    {"shape": "custom", "points": POINTS},
    {"shape": "custom", "points": [["2023-10-31", 100]], "daily_cap": 5_000},
)


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def placed(office: Actor, *, counties: tuple[str, ...]) -> list[Placement]:
    """One of each plan in each county, with what it was promised before and after Monday."""
    rows = []
    for number, (county, plan) in enumerate((c, p) for c in counties for p in PLANS):
        with clock.telling(at(1)):
            row = world.placement(office, ids=(f"8{number:04}",), county=county)
            shortfalls.give(office, row.account, 100_000 + 7_919 * number)
        with clock.telling(at(25)):
            shortfalls.give(office, row.account, 10_007)
        if plan:
            Plan.objects.create(placement=row, **plan)
        rows.append(row)
    return rows


def wanted(row: Placement, given: int) -> int:
    """The same of one placement, day by day."""
    plan = Plan.objects.filter(placement=row).first()
    curve = standing.planned(
        first=row.first_day,
        days=(row.last_day - row.first_day).days + 1,
        shape=plan.shape if plan else "",
        points=plan.drawn if plan else [],
        set_=CampaignPacing.objects.filter(campaign=row.campaign_id).first(),
    )
    days = curves.by_day(given, curve)
    if plan is not None and plan.daily_cap:
        days = curves.capped(days, plan.daily_cap)[0]
    begin = (MONDAY - row.first_day).days
    return int(days[begin : begin + 7].sum())


@pytest.mark.parametrize("festival", [False, True])
def test_what_is_alike_is_added_up_to_what_each_placement_is_due(
    office: Actor, festival: bool
) -> None:
    if festival:
        windows = [["2023-10-17", "2023-10-18", 400]]
        CampaignPacing.objects.create(campaign=world.harvest(), windows=windows)
    rows = placed(office, counties=(dossiers.RUYUAN, "440233"))
    found = plans.due(MONDAY, SUNDAY, MADE_AT, {})
    for county in (dossiers.RUYUAN, "440233"):
        own = [row for row in rows if row.county_id == county]
        # Those that share a curve are rounded together, down: within one impression for each.
        for row in own:
            row.account.refresh_from_db()
        now = sum(wanted(row, row.account.balance) for row in own)
        then = sum(wanted(row, row.account.balance - 10_007) for row in own)
        key = (rows[0].campaign_id, county)
        assert abs(found.now[key] - now) <= len(own)
        assert abs(found.then[key] - then) <= len(own)
        assert then < now
    of_county = plans.due(MONDAY, SUNDAY, MADE_AT, COUNTY.rows())
    assert of_county.now == {key: n for key, n in found.now.items() if key[1] == COUNTY.key}


def test_what_came_and_went_back_afterwards_was_not_promised_then(office: Actor) -> None:
    (row, *_others) = placed(office, counties=(dossiers.RUYUAN,))
    with clock.telling(at(26)):
        pool = shortfalls.pool_of(row)
        words = {"actor": office, "reason": "收回"}
        domain.move_between(source=row.account, target=pool, amount=50_000, **words)
    where = {"pk": row.pk}
    found = plans.due(MONDAY, SUNDAY, MADE_AT, where)
    (now,), (then,) = found.now.values(), found.then.values()
    assert (now, then) == (wanted(row, 60_007), wanted(row, 100_000))


def test_each_scope_counts_its_own_placements_that_will_miss(office: Actor, settings) -> None:
    settings.PROGRAMME_CLOCK = date(2023, 10, 26)
    rows = placed(office, counties=(dossiers.RUYUAN, dossiers.RUYUAN, "440233"))
    told = [("2023-10-20", f"8{number:04}", 100) for number in range(len(rows))]
    world.land(office, told, days=(date(2023, 10, 1), date(2023, 10, 24)))
    scopes = {
        Scope(Kind.PROVINCE, "", "x"): 21,
        Scope(Kind.CITY, "440200", "x"): 21,
        Scope(Kind.CITY, "440100", "x"): 0,
        COUNTY: 14,
        Scope(Kind.COUNTY, "440233", "x"): 7,
        Scope(Kind.ACTION, "products", "x"): 21,
        Scope(Kind.ACTION, "tourism", "x"): 0,
    }
    found = {scope: queries.brief(scope, MONDAY, office.person) for scope in scopes}
    assert {scope: brief.will_miss for scope, brief in found.items()} == scopes
    named = {
        scope: [each.url for each in brief.decide if each.kind == "will_miss"]
        for scope, brief in found.items()
    }
    worst = max((row for row in rows if row.county_id == "440233"), key=lambda row: row.pk)
    assert named[Scope(Kind.COUNTY, "440233", "x")][0] == worst.get_absolute_url()
    assert named[Scope(Kind.CITY, "440100", "x")] == []
