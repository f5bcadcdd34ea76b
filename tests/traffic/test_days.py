"""From the platform's file to a true number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.jobs.domain import run_due
from portal.statements import domain as statements
from portal.statements.models import Part, Statement
from tests import dossiers, services
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import placing, queries
from traffic.models import Correction, Day, DayFate, PlacementDay, UnmatchedDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)


@pytest.fixture
def office():
    return dossiers.staff()


def delivered():
    return {
        (row.date, row.placement.external_ids.first().value): row.count
        for row in PlacementDay.objects.all()
    }


def fates():
    return {(row.date, row.fate): (row.rows, row.impressions) for row in DayFate.objects.all()}


def test_a_report_becomes_the_days_figures_at_every_level(office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100_000)])
    assert delivered() == {(DAY, ID): 100_000}
    line = [placement.account]
    while line[-1].parent:
        line.append(line[-1].parent)
    assert [queries.board_row(account).delivered for account in line] == [100_000] * 6
    assert reconcile().differences == []


def test_the_same_file_again_does_nothing(office):
    world.placement(office)
    first = land(office, [(DAY, ID, 100_000)])
    wanted = Day.objects.get().wanted
    again = land(office, [(DAY, ID, 100_000)], name="另存.csv")
    assert (again.repeated, again.part) == (True, first.part)
    assert (Statement.objects.count(), Part.objects.count()) == (1, 1)
    assert Day.objects.get().wanted == wanted


def test_a_corrected_version_replaces_and_the_difference_shows(office):
    world.placement(office)
    land(office, [(DAY, ID, 100_000)])
    land(office, [(DAY, ID, 90_000)])
    assert delivered() == {(DAY, ID): 90_000}
    correction = Correction.objects.get()
    assert (correction.before, correction.after, correction.difference) == (
        100_000,
        90_000,
        -10_000,
    )
    assert reconcile().differences == []


def test_parts_add(office):
    world.placement(office)
    first = land(office, [(DAY, ID, 100)])
    land(office, [(DAY, ID, 11)], adds_to=first.part.statement)
    assert delivered() == {(DAY, ID): 111}
    assert Statement.objects.count() == 1


def test_correcting_one_day_of_two_replaces_that_day(office):
    world.placement(office)
    land(office, [(DAY, ID, 100), (NEXT, ID, 200)], days=(DAY, NEXT))
    land(office, [(NEXT, ID, 250)], days=(NEXT, NEXT))
    assert delivered() == {(DAY, ID): 100, (NEXT, ID): 250}
    assert reconcile().differences == []


def test_a_row_outside_its_reports_period_counts_for_no_day(office):
    world.placement(office)
    land(office, [(DAY, ID, 100), (NEXT, ID, 200)])
    assert delivered() == {(DAY, ID): 100}
    report = reconcile()
    assert report.differences == []
    assert ("aside.outside", 1, 200) in report.lines


def test_an_unknown_id_waits_and_counts_once_it_is_matched(office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100), (DAY, "7390000000000000999", 40)])
    assert fates() == {(DAY, "counted"): (1, 100), (DAY, "unmatched"): (1, 40)}
    (waiting,) = queries.unmatched(office.user)
    assert (waiting["external_id"], waiting["total_impressions"]) == ("7390000000000000999", 40)
    placing.match_id(
        source=world.source(), external_id="7390000000000000999", placement=placement, actor=office
    )
    run_due()
    assert PlacementDay.objects.get().count == 140
    assert not UnmatchedDay.objects.exists()
    assert fates() == {(DAY, "counted"): (2, 140)}
    assert reconcile().differences == []


def test_a_day_outside_the_window_is_not_counted(office):
    world.placement(office, last_day=date(2023, 10, 19))
    land(office, [(DAY, ID, 100)])
    assert delivered() == {}
    assert fates() == {(DAY, "outside"): (1, 100)}


def test_another_report_of_the_same_delivery_is_compared_never_added(office):
    world.placement(office)
    other = world.source("抖音复核日报")
    land(office, [(DAY, ID, 100)])
    land(office, [(DAY, ID, 103)], of=other)
    assert delivered() == {(DAY, ID): 100}
    assert fates() == {(DAY, "counted"): (1, 100), (DAY, "compared"): (1, 103)}


def test_a_version_that_removes_everything_asks_first(office):
    world.placement(office)
    land(office, [(DAY, ID, 100)])
    empty = land(office, []).part.statement
    empty.refresh_from_db()
    assert empty.held
    assert delivered() == {(DAY, ID): 100}
    statements.confirm_removal(statement=empty, actor=office)
    run_due()
    assert delivered() == {}
    assert Correction.objects.get().difference == -100


def test_closing_again_with_the_same_inputs_writes_nothing(office):
    from traffic import days

    world.placement(office)
    land(office, [(DAY, ID, 100)])
    before = list(PlacementDay.objects.values_list("pk", flat=True))
    days.want_closed([DAY])
    run_due()
    assert list(PlacementDay.objects.values_list("pk", flat=True)) == before
    day = Day.objects.get()
    assert day.wanted == day.closed


@settings(max_examples=services.examples(12), suppress_health_check=list(HealthCheck))
@given(order=st.permutations([0, 1, 2, 3]))
def test_any_order_of_closing_gives_the_same_figures(office, order):
    """Versions of a source keep their order; between sources and matches any order is the same."""
    from django.db import transaction

    with transaction.atomic():
        placement = world.placement(office)
        other = world.source("抖音复核日报")
        acts = [
            lambda: [land(office, [(DAY, ID, 100)]), land(office, [(DAY, ID, 70), (DAY, "9", 5)])],
            lambda: land(office, [(DAY, ID, 103)], of=other),
            lambda: placing.match_id(
                source=world.source(), external_id="9", placement=placement, actor=office
            ),
            lambda: land(office, [(NEXT, ID, 8)], days=(NEXT, NEXT)),
        ]
        for number in order:
            acts[number]()
            run_due()
        found = {row.date: row.count for row in PlacementDay.objects.all()}
        assert found == {DAY: 75, NEXT: 8}
        assert reconcile().differences == []
        transaction.set_rollback(True)
