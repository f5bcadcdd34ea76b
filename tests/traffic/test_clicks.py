"""Clicks stand beside what was delivered: said by the report that counts it, or not at all."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.actor import Actor
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import Correction, Day, DaySum, PlacementDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
OTHER = "7390000000000000018"


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def land(office, rows, *, heading="展示数,点击数", of=None, name="日报.csv"):
    """A report of one day: id and cells under `heading`."""
    lines = [f"时间-天,素材ID,{heading}", *(f"{DAY},{value}\t,{cells}" for value, cells in rows)]
    world.land_file(office, "\n".join(lines).encode("utf-8-sig"), name=name, of=of)


def days():
    rows = PlacementDay.objects.order_by("placement_id")
    return list(rows.values_list("count", "clicks"))


def sums():
    return list(DaySum.objects.order_by("pk").values_list("count", "clicks", "clicks_of"))


def test_clicks_stand_beside_deliveries_whose_report_says_them(office):
    world.placement(office, ids=(ID,))
    world.placement(office, ids=(OTHER,))
    land(office, [(ID, "1000,25"), (OTHER, "500,-"), ("lost", "70,7")])
    assert days() == [(1000, 25), (500, None)]
    assert sums() == [(1500, 25, 1000)]
    assert reconcile().differences == []


def test_no_clicks_are_not_zero_clicks(office):
    world.placement(office, ids=(ID,))
    land(office, [(ID, "1000,0")])
    assert (days(), sums()) == ([(1000, 0)], [(1000, 0, 1000)])
    land(office, [(ID, "1000")], heading="展示数", name="无点击.csv")
    assert (days(), sums()) == ([(1000, None)], [(1000, None, None)])
    # What was delivered is the same: no figure of the board was corrected.
    assert Correction.objects.count() == 0


def test_ids_and_hours_of_a_placement_are_added_up(office):
    world.placement(office, ids=(ID, OTHER))
    rows = [(ID, "8,600,6"), (ID, "9,400,4"), (OTHER, "8,50,5")]
    land(office, rows, heading="小时,展示数,点击数")
    assert (days(), sums()) == ([(1050, 15)], [(1050, 15, 1050)])


def test_a_report_that_is_only_compared_gives_no_clicks(office):
    world.placement(office, ids=(ID,))
    land(office, [(ID, "1000")], heading="展示数")
    land(office, [(ID, "1000,25")], of=world.source("达人合作周报"), name="周报.csv")
    assert (days(), sums()) == ([(1000, None)], [(1000, None, None)])


def test_clicks_outside_the_window_are_left_with_their_rows(office):
    world.placement(office, ids=(ID,), first_day=DAY.replace(day=25))
    land(office, [(ID, "1000,25")])
    assert (days(), sums()) == ([], [])


def test_reconciling_finds_clicks_that_no_file_says(office):
    world.placement(office, ids=(ID,))
    land(office, [(ID, "1000,25")])
    PlacementDay.objects.update(clicks=24)
    DaySum.objects.update(clicks=None, clicks_of=None)
    found = [str(line) for line in reconcile().differences]
    assert len(found) == 2
    assert "点击 24" in found[0]
    assert "点击 25" in found[0]
    assert "点击 —" in found[1]


def test_a_day_that_was_closed_by_an_older_portal_is_written_anew_when_it_is_wanted(office):
    world.placement(office, ids=(ID,))
    land(office, [(ID, "1000,25")])
    PlacementDay.objects.update(clicks=None)
    Day.objects.update(inputs="of an older portal")
    from traffic import days as closing

    assert closing.close_day(day=DAY)
    assert days() == [(1000, 25)]
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"clicks": 5},
        {"clicks_of": 5},
        {"clicks": -1, "clicks_of": 5},
        {"clicks": 1, "clicks_of": -5},
        {"clicks": 5, "clicks_of": 1001},
    ],
)
def test_a_sum_of_clicks_is_of_a_part_of_what_was_delivered(office, values):
    world.placement(office, ids=(ID,))
    land(office, [(ID, "1000")], heading="展示数")
    refused = pytest.raises(IntegrityError, match="clicks_stand_beside_what_was_delivered")
    with refused, transaction.atomic():
        DaySum.objects.update(**values)
    assert sums() == [(1000, None, None)]


def test_no_placement_was_clicked_less_than_never(office):
    world.placement(office, ids=(ID,))
    land(office, [(ID, "1000,25")])
    with pytest.raises(IntegrityError, match="clicks_not_negative"), transaction.atomic():
        PlacementDay.objects.update(clicks=-1)
    assert days() == [(1000, 25)]
