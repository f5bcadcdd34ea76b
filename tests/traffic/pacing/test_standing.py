"""Where placements stand: due, needed, foreseen, in arrays by hand and through the tables."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.actor import Actor
from portal.ledger.models import Account, Level
from tests import dossiers
from tests.qualifications.world import at
from tests.traffic import world
from traffic import domain as traffic
from traffic.models import Placement
from traffic.pacing import domain, facts, levels, queries, standing
from traffic.pacing.curves import UNCAPPED, by_day
from traffic.pacing.enums import Shape, Status
from traffic.pacing.facts import SHAPES, Facts
from traffic.pacing.models import CampaignPacing
from traffic.pacing.standing import STATUSES, Pauses

FIRST = date(2023, 10, 1)
DAYS = 20


def made(rows, *, today=FIRST + timedelta(days=10), set_=None, weekdays=None) -> Facts:
    """Facts of placements (given, [delivered of each day so far]), all of one campaign and county
    unless said, over 20 days."""
    many = len(rows)

    def column(name, default):
        return np.array([row.get(name, default) for row in rows], dtype=np.int64)

    far = [(near, far) for near, far in facts.forecast.STRETCHES]
    delivered = np.zeros((many, len(far)), dtype=np.int64)
    for number, row in enumerate(rows):
        for day, count in enumerate(row.get("days", [])):
            ago = (today - FIRST).days - day
            place = next(n for n, (_near, last) in enumerate(far) if ago <= last)
            delivered[number, place] += count
    last = FIRST + timedelta(days=DAYS - 1)
    return Facts(
        today=today.toordinal(),
        key=np.arange(1, many + 1),
        account=np.arange(101, 101 + many),
        given=column("given", 1_000_000),
        campaign=column("campaign", 1),
        county=column("county", 440232),
        source=column("source", 1),
        submission=np.arange(201, 201 + many),
        channel=np.zeros(many, dtype=np.int64),
        first=np.full(many, FIRST.toordinal()),
        last=np.full(many, last.toordinal()),
        seen=np.array(
            [FIRST.toordinal() + len(row["days"]) - 1 if row.get("days") else 0 for row in rows],
            dtype=np.int64,
        ),
        delivered=delivered,
        shape=np.array([SHAPES.index(row.get("shape", "")) for row in rows], dtype=np.int64),
        cap=column("cap", UNCAPPED),
        points={n: row["points"] for n, row in enumerate(rows, 1) if "points" in row},
        set_=set_ or {},
        weekdays=weekdays or {},
    )


def statuses(found):
    return [STATUSES[each] for each in found.status]


def steady(of_given):
    """Ten days of a placement of a million that gets such a share of its straight line."""
    return {"days": [int(50_000 * of_given)] * 10}


def test_statuses_say_how_a_placement_stands_against_its_plan():
    found = standing.assess(
        made(
            [
                steady(1.2),
                steady(1.0),
                steady(0.98),
                steady(0.5),
                {"days": [120_000] * 10},
                {},
                {"given": 0},
            ]
        )
    )
    assert statuses(found) == [
        Status.AHEAD,
        Status.ON_TIME,
        Status.BEHIND,
        Status.WILL_MISS,
        Status.REACHED,
        Status.WAITING,
        Status.UNGIVEN,
    ]
    # Ten days of twenty, 5 % ahead of half a million.
    assert found.due[:4].tolist() == [525_000] * 4


def test_each_status_has_a_word_of_its_own():
    assert [str(each.label) for each in Status] == [
        "预计完不成",
        "暂停",
        "落后",
        "正常",
        "超前",
        "已完成",
        "未完成",
        "未开始或尚无报表",
        "未分配",
    ]


def test_one_that_is_over_is_reached_or_missed_once_its_last_day_is_reported():
    today = FIRST + timedelta(days=DAYS)
    rows = [{"days": [50_000] * 20}, {"days": [40_000] * 20}, {"days": [40_000] * 19}]
    found = standing.assess(made(rows, today=today))
    assert statuses(found) == [Status.REACHED, Status.MISSED, Status.WILL_MISS]
    assert found.need.tolist() == [0, 0, 0]


def test_what_is_left_is_spread_over_the_days_to_come():
    """Even: 475,000 of the plan are left for ten days; this one has 600,000 to go."""
    found = standing.assess(made([{"days": [40_000] * 10}]))
    assert found.need[0] == 600_000 * 52_500 // 475_000
    assert found.short[0] == 0


def test_days_that_nobody_reported_yet_share_what_is_left():
    late = standing.assess(made([{"days": [40_000] * 8}]))
    plan = by_day(1_000_000, standing.curve_of(late.facts, 0))
    share = 680_000 * int(plan[10]) / int(plan[8:].sum())
    assert late.due[0] == plan[:8].sum()
    assert abs(late.need[0] - share) <= 1


def test_need_follows_the_curve_that_is_set():
    points = [(FIRST + timedelta(days=9), 20), (FIRST + timedelta(days=19), 100)]
    rows = [{"shape": "custom", "points": points, "days": [20_000] * 10}]
    found = standing.assess(made([*rows, {"shape": "front", "days": [20_000] * 10}]))
    assert found.due.tolist() == [200_000, 612_500]
    assert found.need[0] == 80_000
    assert found.need[1] > 80_000


def test_festival_weights_of_the_campaign_are_its_placements_plan():
    windows = [[str(FIRST + timedelta(days=10)), str(FIRST + timedelta(days=11)), 500]]
    set_ = {1: CampaignPacing(campaign_id=1, windows=windows)}
    rows = [{"days": [20_000] * 10}, {"days": [20_000] * 10, "shape": "even"}]
    found = standing.assess(made(rows, set_=set_))
    # Ten plain days of 28 weights, 5 % ahead; and of the straight line.
    assert found.due.tolist() == [375_000, 525_000]
    assert found.need[0] > 2 * found.need[1]


def test_a_daily_cap_holds_and_pulls_forward_what_later_days_have_no_room_for():
    rows = [
        {"days": [40_000] * 10, "cap": 61_000},
        {"days": [40_000] * 10, "cap": 60_000},
        {"days": [40_000] * 10, "cap": 50_000},
    ]
    found = standing.assess(made(rows))
    assert found.need.tolist() == [61_000, 60_000, 50_000]
    assert found.short.tolist() == [0, 0, 100_000]


def test_a_county_has_at_most_its_share_of_the_campaigns_day():
    set_ = {1: CampaignPacing(campaign_id=1, windows=[], county_cap=40)}
    rows = [{"county": 440000 + n // 2, "given": 1_000_000 * (5 if n < 2 else 1)} for n in range(6)]
    free = standing.assess(made(rows))
    found = standing.assess(made(rows, set_=set_))
    whole = int(free.need.sum())
    assert free.need[:2].sum() > whole * 40 // 100
    assert int(found.need[:2].sum()) == whole * 40 // 100
    assert abs(int(found.need[0] - found.need[1])) <= 1
    assert found.need[2:].tolist() == free.need[2:].tolist()
    assert (found.need + found.held == free.need).all()
    assert not found.uncapped


def test_a_county_cap_that_cannot_hold_is_said_and_not_applied():
    set_ = {1: CampaignPacing(campaign_id=1, windows=[], county_cap=40)}
    rows = [{"county": 440000}, {"county": 440001}]
    found = standing.assess(made(rows, set_=set_))
    assert found.uncapped == {1}
    assert found.need.tolist() == standing.assess(made(rows)).need.tolist()


def test_what_is_paused_needs_nothing_and_says_so():
    found = standing.assess(made([steady(1.0), steady(1.0)]), Pauses(frozenset({2})))
    assert statuses(found) == [Status.ON_TIME, Status.PAUSED]
    assert found.need[0] > 0
    assert found.need[1] == 0


def test_a_plan_is_spread_again_over_the_days_it_may_run():
    runs = np.array([True] * 10 + [True, False] * 5)
    of = made([{"days": [50_000] * 10}])
    pauses = Pauses(runs={1: runs})
    plan = by_day(1_000_000, standing.curve_of(of, 0, pauses))
    assert plan.sum() == 1_000_000
    assert plan[:10].tolist() == [52_500] * 10
    assert plan[11::2].tolist() == [0] * 5
    found = standing.assess(of, pauses)
    assert found.need[0] > 1.8 * standing.assess(of).need[0]
    assert found.middle[0] < standing.assess(of).middle[0]


def test_the_middle_of_the_forecast_follows_the_weekdays():
    """Ten days from a Sunday; the rest of the window holds two Sundays out of ten days."""
    weekday = np.ones(7)
    weekday[6] = 3
    weekday *= 7 / weekday.sum()
    counts = [int(100_000 * weekday[(6 + day) % 7]) for day in range(DAYS)]
    rows = [{"days": counts[:10], "given": sum(counts)}]
    found = standing.assess(made(rows, weekdays={1: weekday}))
    assert abs(int(found.middle[0]) - sum(counts)) < sum(counts) // 100
    assert found.low[0] < sum(counts) < found.high[0]
    assert abs(sum(counts[:10]) * 2 - sum(counts)) > sum(counts) // 20


def test_no_placement_at_all_is_no_trouble():
    found = standing.assess(made([]))
    assert len(found.need) == len(found.status) == 0


CAMPAIGN = st.lists(
    st.fixed_dictionaries(
        {
            "given": st.integers(0, 10**9),
            "days": st.lists(st.integers(0, 10**8), max_size=DAYS),
            "shape": st.sampled_from(["", "even", "front", "festival"]),
            "cap": st.one_of(st.just(UNCAPPED), st.integers(1, 10**8)),
            "county": st.integers(440101, 440104),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(rows=CAMPAIGN, county_cap=st.one_of(st.none(), st.integers(1, 100)), day=st.integers(0, 25))
def test_need_is_whole_within_what_lacks_and_adds_up(rows, county_cap, day):
    windows = [[str(FIRST + timedelta(days=10)), str(FIRST + timedelta(days=11)), 500]]
    set_ = {1: CampaignPacing(campaign_id=1, windows=windows, county_cap=county_cap)}
    rows = [{**row, "days": row["days"][:day]} for row in rows]
    found = standing.assess(made(rows, today=FIRST + timedelta(days=day), set_=set_))
    free = standing.assess(
        made(rows, today=FIRST + timedelta(days=day), set_={1: CampaignPacing(windows=windows)})
    )
    lacks = np.maximum(found.facts.given - found.facts.done, 0)
    assert (found.need >= 0).all()
    assert (found.need <= np.minimum(lacks, found.facts.cap)).all()
    # What a county has no room for waits; nothing appears, nothing is lost.
    assert (found.need + found.held == free.need).all()
    if county_cap is not None and not found.uncapped:
        for county in np.unique(found.facts.county):
            own = found.need[found.facts.county == county].sum()
            assert own <= int(free.need.sum()) * county_cap // 100
    of = levels.Levels.of(found)
    assert int(of.cells.need.sum()) == int(found.need.sum())
    assert int(of.cells.held.sum()) == int(found.held.sum())
    assert int(of.cells.counts.sum()) == len(rows)


@settings(max_examples=25)
@given(
    given_=st.integers(1, 10**9),
    shape=st.sampled_from(["", "even", "front", "festival"]),
    known=st.lists(st.integers(0, 10**7), max_size=DAYS - 1),
)
def test_who_is_delivered_what_is_needed_each_day_ends_with_exactly_the_promise(
    given_, shape, known
):
    windows = [[str(FIRST + timedelta(days=10)), str(FIRST + timedelta(days=11)), 500]]
    set_ = {1: CampaignPacing(campaign_id=1, windows=windows)}
    days = list(known)
    while len(days) < DAYS:
        row = {"given": given_, "shape": shape, "days": days}
        found = standing.assess(made([row], today=FIRST + timedelta(days=len(days)), set_=set_))
        days.append(int(found.need[0]))
    assert sum(days) == max(given_, sum(known))


# --- Through the tables ------------------------------------------------------------------------


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def placed(office, amount=1_000_000, ids=(world.ID,), **more) -> Placement:
    row = world.placement(office, ids=ids, first_day=FIRST, last_day=date(2023, 10, 20), **more)
    top = Account.objects.get(level=Level.POOL)
    traffic.move_between(source=top, target=row.account, amount=amount, actor=office, reason="试")
    return row


def report(office, counts, ids=(world.ID,)):
    """Daily counts from the first day on, for each id the same."""
    days = [FIRST + timedelta(days=n) for n in range(len(counts))]
    rows = [(str(day), each, n) for day, n in zip(days, counts, strict=True) for each in ids]
    world.land(office, rows, days=(days[0], days[-1]))


@pytest.mark.django_db
@pytest.mark.sqlite
def test_everything_is_read_from_closed_days_and_the_ledger(office):
    row = placed(office)
    with at(date(2023, 10, 11)):
        before = queries.everything()
        assert statuses(before) == [Status.WAITING]
        report(office, [30_000, *[40_000] * 9])
        found = queries.of_placements([row])[row.pk]
    assert (found.given, found.done, found.due) == (1_000_000, 390_000, 525_000)
    assert found.status == Status.WILL_MISS
    assert found.seen == date(2023, 10, 10)
    assert found.need == 610_000 * 52_500 // 475_000


@pytest.mark.django_db
@pytest.mark.sqlite
def test_a_transfer_a_plan_and_a_close_are_known_at_once(office):
    row = placed(office)
    with at(date(2023, 10, 11)):
        report(office, [50_000] * 10)
        first = queries.of_placements([row])[row.pk]
        traffic.move_between(
            source=Account.objects.get(level=Level.POOL),
            target=row.account,
            amount=1_000_000,
            actor=office,
            reason="追加",
        )
        second = queries.of_placements([row])[row.pk]
        domain.set_plan(placement=row, shape=Shape.FRONT, seen=0, actor=office)
        third = queries.of_placements([row])[row.pk]
        world.land(office, [(str(FIRST), world.ID, 60_000)], days=(FIRST, FIRST))
        fourth = queries.of_placements([row])[row.pk]
    assert [each.given for each in (first, second, third)] == [1_000_000, 2_000_000, 2_000_000]
    assert [each.due for each in (first, second, third)] == [525_000, 1_050_000, 1_225_000]
    assert fourth.done == first.done + 10_000


def needs_of(accounts, found):
    return levels.needs(accounts, levels.Levels.of(found), lambda: levels.Places.of(found))


@pytest.mark.django_db
@pytest.mark.sqlite
def test_levels_add_up_and_queries_are_as_many_for_one_as_for_thirty(office):
    submission = dossiers.product_in("published")
    rows = [placed(office, ids=("id-0",), submission=submission)]
    counted = []
    with at(date(2023, 10, 2)):
        for many in (1, 3, 30):
            while len(rows) < many:
                ids = (f"id-{len(rows)}",)
                rows.append(placed(office, 10_007, ids=ids, submission=submission))
            with CaptureQueriesContext(connection) as taken:
                found = queries.everything()
            counted.append(len(taken))
            levels = {
                level: needs_of(Account.objects.filter(level=level), found)
                for level in (Level.POOL, Level.ACTION, Level.CAMPAIGN, Level.COUNTY)
            }
            sums = {level: sum(each.need for each in needs) for level, needs in levels.items()}
            assert set(sums.values()) == {int(found.need.sum())}
            of_each = needs_of([row.account for row in rows], found)
            assert [each.need for each in of_each] == found.need.tolist()
    # SQLite asks fewer: it reads the ledger without the statements that PostgreSQL opens with.
    assert counted[0] <= 22
    assert counted == counted[:1] * 3


@pytest.mark.django_db
def test_a_placement_long_over_is_read_by_itself(office):
    row = placed(office)
    with at(date(2023, 12, 11)):
        report(office, [50_000] * 20)
        assert len(queries.everything().facts) == 0
        assert queries.of_placements([row])[row.pk].status == Status.REACHED
