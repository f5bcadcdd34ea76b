"""Reports of totals: a day is by how much a total rose above the highest it had reached."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.jobs.domain import run_due
from portal.statements import domain as statements
from portal.statements import raw
from portal.statements.models import IdKind, Source
from portal.verdict import RuleBroken
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import ID, land
from traffic import placing
from traffic.models import Correction, Day, DayFate, PlacementDay, UnmatchedDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
OTHER = "7390000000000000025"
STRANGER = "7390000000000000999"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def source():
    return totals_source()


def totals_source():
    """A source whose reports say totals."""
    row = world.source("抖音作品累计")
    row.is_cumulative = True
    row.save()
    return row


@pytest.fixture
def placement(office, source):
    return world.placement(office, source=source)


def day(number):
    return date(2023, 10, number)


def snapshot(office, source, number, rows, **words):
    """Land the totals as of a day of October."""
    return land(
        office,
        [(day(number).isoformat(), external_id, count) for external_id, count in rows],
        days=(day(number), day(number)),
        of=source,
        **words,
    )


def delivered():
    """Day of October → count, and ≈ where it is approximate."""
    rows = PlacementDay.objects.order_by("date", "placement")
    return [(row.date.day, row.count, "≈" * row.approximate) for row in rows]


def fates():
    return [
        (row.date.day, str(row.fate), row.rows, row.impressions)
        for row in DayFate.objects.order_by("date", "fate")
    ]


def everything_adds_up():
    assert [str(each) for each in reconcile().differences] == []


def test_a_day_is_the_difference_of_two_reports(office, source, placement):
    for number, total in ((10, 1000), (11, 1300), (12, 1300), (13, 1450)):
        snapshot(office, source, number, [(ID, total)])
    assert delivered() == [(11, 300, ""), (12, 0, ""), (13, 150, "")]
    assert fates() == [
        (10, "before", 1, 1000),  # counting begins with the first report
        (11, "before", 0, 1000),
        (11, "counted", 1, 300),
        (12, "before", 0, 1300),
        (12, "counted", 1, 0),
        (13, "before", 0, 1300),
        (13, "counted", 1, 150),
    ]
    everything_adds_up()


def test_an_id_that_is_new_began_at_zero(office, source, placement):
    snapshot(office, source, 10, [(OTHER, 5)])
    snapshot(office, source, 11, [(OTHER, 5), (ID, 70)])
    assert delivered() == [(11, 70, "")]
    everything_adds_up()


def test_over_a_missing_report_the_difference_lands_on_the_later_day(office, source, placement):
    snapshot(office, source, 10, [(ID, 1000)])
    snapshot(office, source, 13, [(ID, 1900)])
    assert delivered() == [(13, 900, "≈")]
    # It comes late: its own day and the one after are closed anew, exactly.
    snapshot(office, source, 12, [(ID, 1600)])
    assert delivered() == [(12, 600, "≈"), (13, 300, "")]
    assert [row.difference for row in Correction.objects.all()] == [-600]
    everything_adds_up()


def test_a_corrected_report_moves_its_own_day_and_the_next(office, source, placement):
    for number, total in ((10, 1000), (11, 1300), (12, 1400)):
        snapshot(office, source, number, [(ID, total)])
    snapshot(office, source, 11, [(ID, 1250)])
    assert delivered() == [(11, 250, ""), (12, 150, "")]
    assert not Day.objects.exclude(date__in=[day(10), day(11), day(12)]).exists()
    everything_adds_up()


def test_the_first_report_corrected_moves_the_next_day_alone(office, source, placement):
    for number, total in ((10, 1000), (11, 1300)):
        snapshot(office, source, number, [(ID, total)])
    snapshot(office, source, 10, [(ID, 900)])
    assert delivered() == [(11, 400, "")]
    everything_adds_up()


def test_a_report_that_is_set_aside_is_a_missing_one(office, source, placement):
    for number, total in ((10, 1000), (11, 1300)):
        snapshot(office, source, number, [(ID, total)])
    wrong = snapshot(office, source, 12, [(ID, 5000)]).statement
    snapshot(office, source, 13, [(ID, 1600)])
    assert delivered() == [(11, 300, ""), (12, 3700, "")]  # the 13th fell
    statements.set_aside(statement=wrong, actor=office)
    run_due()
    assert delivered() == [(11, 300, ""), (13, 300, "≈")]
    everything_adds_up()


def test_a_total_that_falls_is_never_negative_and_shown_with_its_reason(office, source, placement):
    for number, total in ((10, 1000), (11, 1300), (12, 1200), (13, 1250), (14, 1500)):
        snapshot(office, source, number, [(ID, total)])
    # Up to the highest total it had reached nothing counts; the days add up to the last total.
    assert delivered() == [(11, 300, ""), (14, 200, "")]
    assert [row for row in fates() if row[1] == "fell"] == [
        (12, "fell", 1, 1200),
        (13, "fell", 1, 1250),
    ]
    assert str(DayFate.objects.filter(fate="fell")[0].get_fate_display()) == "累计数回落，不计入"
    everything_adds_up()


def test_an_id_left_out_for_a_while_is_not_counted_anew(office, source, placement):
    snapshot(office, source, 10, [(ID, 1000), (OTHER, 1)])
    snapshot(office, source, 11, [(OTHER, 1)])
    snapshot(office, source, 12, [(ID, 1400), (OTHER, 1)])
    # To two days before: the report of the day before does not name it.
    assert delivered() == [(12, 400, "≈")]
    everything_adds_up()


def test_ids_nobody_knows_wait_with_their_difference(office, source, placement):
    snapshot(office, source, 10, [(STRANGER, 1000)])
    snapshot(office, source, 11, [(STRANGER, 1030)])
    assert [(row.date.day, row.impressions) for row in UnmatchedDay.objects.all()] == [(11, 30)]
    placing.match_id(source=source, external_id=STRANGER, placement=placement, actor=office)
    run_due()
    assert delivered() == [(11, 30, "")]
    everything_adds_up()


def test_what_was_reached_before_the_window_is_not_counted(office, source):
    world.placement(office, source=source, first_day=day(12))
    for number, total in ((10, 1000), (11, 1300), (12, 1350)):
        snapshot(office, source, number, [(ID, total)])
    assert delivered() == [(12, 50, "")]
    everything_adds_up()


def test_parts_of_a_report_add_before_they_are_compared(office, source, placement):
    snapshot(office, source, 10, [(ID, 1000)])
    first = snapshot(office, source, 11, [(OTHER, 4)]).statement
    snapshot(office, source, 11, [(ID, 1100)], adds_to=first)
    assert delivered() == [(11, 100, "")]
    everything_adds_up()


def test_plays_that_a_source_begins_to_tell_are_no_rise(office, source):
    world.placement(office, source=source, metric="plays")
    snapshot(office, source, 10, [(ID, 1000)])
    for number, plays in ((11, 50), (12, 58)):
        data = f"时间-天,素材ID,展示数,播放数\n{day(number)},{ID}\t,1000,{plays}\n".encode()
        statements.land(
            source=source,
            period=(day(number), day(number)),
            parts=[raw.keep([data], name="累计.csv")],
            actor=office,
        )
        run_due()
    assert delivered() == [(11, 0, ""), (12, 8, "")]
    everything_adds_up()


def test_a_report_of_totals_is_as_of_one_day(office, source):
    with pytest.raises(RuleBroken, match="截止"):
        land(office, [], days=(day(10), day(10) + timedelta(days=1)), of=source)


def test_sales_are_reported_by_the_day(office):
    words = {"name": "订单", "platform": "douyin", "id_kind": IdKind.PRODUCT}
    with pytest.raises(RuleBroken, match="销售"):
        statements.create_source(**words, is_cumulative=True, actor=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.create(**words, is_cumulative=True)
