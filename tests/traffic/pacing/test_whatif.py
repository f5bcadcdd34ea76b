"""What would be if, and whether there is room; in arrays by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from portal.campaigns.models import Campaign
from tests import dossiers
from tests.fingerprint import fingerprint
from tests.qualifications.world import at
from tests.traffic import world
from tests.traffic.pacing.test_standing import DAYS, FIRST, made, placed, statuses, steady
from traffic.pacing import availability, domain, queries, standing, whatif
from traffic.pacing.enums import Status

LAST = FIRST + timedelta(days=DAYS - 1)


def before(rows):
    return standing.assess(made(rows))


def test_nothing_changed_is_nothing_different():
    found = before([steady(1.0), steady(0.5)])
    outcome = whatif.compare(found, whatif.Change())
    assert outcome.risk.tolist() == []
    assert outcome.counts == [(Status.WILL_MISS, 1, 1), (Status.ON_TIME, 1, 1)]


def test_a_lost_half_of_supply_puts_at_risk_what_was_on_time_the_largest_first():
    rows = [steady(1.0), {"given": 2_000_000, "days": [100_000] * 10}, steady(1.9)]
    found = before(rows)
    outcome = whatif.compare(found, whatif.Change(lost=50))
    assert statuses(found) == [Status.ON_TIME, Status.ON_TIME, Status.AHEAD]
    assert outcome.risk.tolist() == [2, 1]
    assert (outcome.after.middle - outcome.before.middle < 0).all()
    assert outcome.counts == [
        (Status.WILL_MISS, 0, 2),
        (Status.ON_TIME, 2, 0),
        (Status.AHEAD, 1, 1),
    ]


def test_days_taken_from_a_campaign_are_lacking_and_days_added_help():
    found = before([steady(1.0), {**steady(0.6), "campaign": 2}])
    shorter = whatif.compare(found, whatif.Change(moved={1: -7}))
    assert shorter.risk.tolist() == [1]
    assert shorter.after.facts.last.tolist() == [LAST.toordinal() - 7, LAST.toordinal()]
    longer = whatif.compare(found, whatif.Change(moved={2: 20}))
    assert statuses(longer.before)[1] == Status.WILL_MISS
    assert statuses(longer.after)[1] != Status.WILL_MISS
    # The curve is another: less is due by now, less is needed a day.
    assert longer.after.due[1] < longer.before.due[1]
    assert longer.after.need[1] < longer.before.need[1]


def test_another_curve_changes_what_is_due_and_not_what_is_foreseen():
    found = before([steady(1.0)])
    outcome = whatif.compare(found, whatif.Change(shapes={1: "front"}))
    assert (int(found.due[0]), int(outcome.after.due[0])) == (525_000, 612_500)
    assert outcome.after.middle.tolist() == found.middle.tolist()
    assert statuses(outcome.after) == [Status.BEHIND]


# --- Room --------------------------------------------------------------------------------------


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.mark.django_db
@pytest.mark.sqlite
def test_room_is_what_the_channel_delivers_less_what_others_still_lack(office):
    low = placed(office, ids=("low",))
    ahead = placed(office, ids=("ahead",), submission=low.submission)
    live = placed(office, ids=("live",), channel="live", submission=low.submission)
    days = [FIRST + timedelta(days=n) for n in range(10)]
    counts = {"low": 20_000, "ahead": 60_000}
    with at(date(2023, 10, 11)):
        world.land(
            office,
            [(str(day), each, n) for day in days for each, n in counts.items()],
            days=(days[0], days[-1]),
        )
        was = fingerprint()
        campaign = Campaign.objects.get()
        window = (date(2023, 10, 11), date(2023, 10, 20))
        room = availability.look(campaign, "product", *window)
        other = availability.look(campaign, "live", *window)
        part = availability.look(campaign, "product", date(2023, 10, 11), date(2023, 10, 12))
        assert fingerprint() == was
        order = [(row.key, row.status, row.wants) for row in room.contenders]
    # Ten days of 80,000; low lacks 800,000, ahead 400,000.
    assert room.known
    assert [row.supply for row in room.days] == [80_000] * 10
    assert room.booked == 1_200_000
    assert room.free == 73_683
    assert order == [(low.pk, Status.WILL_MISS, 800_000), (ahead.pk, Status.AHEAD, 400_000)]
    assert part.booked == sum(row.booked for row in room.days[:2])
    assert not other.known
    assert [row.key for row in other.contenders] == [live.pk]
    assert {row.free for row in other.days} == {None}


@pytest.mark.django_db
@pytest.mark.sqlite
def test_weekdays_and_festivals_move_what_will_be_delivered(office):
    row = placed(office)
    with at(date(2023, 10, 11)):
        world.land(
            office,
            [(str(FIRST + timedelta(days=n)), world.ID, 50_000) for n in range(10)],
            days=(FIRST, FIRST + timedelta(days=9)),
        )
        domain.set_festivals(
            campaign=row.campaign,
            windows=[(date(2023, 10, 12), date(2023, 10, 12), 300)],
            county_cap=None,
            seen=0,
            actor=office,
        )
        room = availability.look(
            row.campaign, "product", date(2023, 10, 11), date(2023, 10, 13), queries.everything()
        )
    assert [day.supply for day in room.days] == [50_000, 150_000, 50_000]
    booked = np.array([day.booked for day in room.days])
    assert booked[1] == pytest.approx(3 * booked[0], abs=3)
