"""What stops being ready pauses, is planned for the days it may run, and goes on by itself."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.submissions import kinds
from portal.submissions.models import Submission
from products.models import Product
from products.seasons.models import SeasonWindow
from tests import dossiers
from tests.answers import content, shown, signed_in
from tests.qualifications.world import at
from tests.tourism import world as tourism
from tests.traffic.pacing.test_standing import placed, report
from tourism.models import Spot
from traffic.models import Placement
from traffic.pacing import ahead, facts, queries, standing
from traffic.pacing.enums import Status
from traffic.tasks import renew_pacing

pytestmark = pytest.mark.django_db
MIDDLE = date(2023, 10, 11)


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def row(office):
    """A million from the first to the twentieth, half of it delivered by the tenth."""
    found = placed(office)
    with at(MIDDLE):
        report(office, [50_000] * 10)
    return found


def seasons(dossier, *windows):
    """Give the product windows of (starts, ends) in place of its months."""
    product = Product.objects.get(pk=dossier.pk)
    product.windows.all().delete()
    SeasonWindow.objects.bulk_create(
        SeasonWindow(product=product, starts=starts, ends=ends, daily_capacity=1)
        for starts, ends in windows
    )
    # What is kept of today knows nothing of it until anything else changes.
    cache.clear()


def told_on(day, row):
    with at(day):
        return queries.of_placements([row])[row.pk]


def planned(row, day):
    """What the plan has on each day to come, of what is left."""
    with at(day):
        found = queries.everything()
    return standing.still_due(found, int(found.facts.places([row.pk])[0]))


def test_a_season_that_opens_later_is_planned_for_and_it_goes_on_by_itself(office, row):
    usual = told_on(MIDDLE, row)
    seasons(row.submission, (901, 1010), (1016, 1031))
    with at(MIDDLE):
        page = signed_in(office.user).get(reverse("placement-plan", args=[row.pk]))
    paused = told_on(MIDDLE, row)
    assert (paused.status, paused.need) == (Status.PAUSED, 0)
    assert "暂停" in shown(content(page))
    assert "不在上市季" in shown(content(page))
    # Five days of ten: nothing until the fifteenth, all of it in the five after.
    plan = planned(row, MIDDLE)
    assert plan[:5].tolist() == [0] * 5
    assert int(plan.sum()) == 500_000
    assert (plan[5:] > 0).all()
    # Fewer days, less at the end; and on the first of them twice as much is needed.
    assert paused.middle < usual.middle
    again = told_on(date(2023, 10, 16), row)
    assert again.status != Status.PAUSED
    assert again.need == plan[5]
    assert again.need > 1.9 * usual.need


def test_a_season_that_closes_soon_is_hurried_before_it_does(row):
    usual = told_on(MIDDLE, row)
    seasons(row.submission, (901, 1015))
    hurried = told_on(MIDDLE, row)
    assert hurried.status != Status.PAUSED
    assert hurried.need > 1.8 * usual.need
    assert hurried.middle < usual.middle
    assert planned(row, MIDDLE)[5:].tolist() == [0] * 5
    assert told_on(date(2023, 10, 16), row).status == Status.PAUSED


def test_a_season_that_is_changed_counts_when_the_beat_has_looked(row):
    usual = told_on(MIDDLE, row)
    product = Product.objects.get(pk=row.submission_id)
    window = SeasonWindow.objects.create(product=product, starts=901, ends=1015, daily_capacity=1)
    assert told_on(MIDDLE, row) == usual
    for change, need in ((None, 1.8 * usual.need), (window.delete, usual.need)):
        if change is not None:
            change()
        with at(MIDDLE):
            renew_pacing()
            assert not queries.look_ahead()
        assert told_on(MIDDLE, row).need == pytest.approx(need, rel=0.2)
    assert told_on(MIDDLE, row) == usual


def test_what_is_over_stays_as_it_was_planned(row):
    usual = told_on(MIDDLE, row)
    seasons(row.submission, (901, 1015))
    assert told_on(MIDDLE, row).due == usual.due


def agree(row, days):
    """Whether what is known of many days is what `readiness` says of each; both answers occur."""
    kind = kinds.get(row.kind)
    fresh = Submission.objects.get(pk=row.pk)
    expected = tuple(bool(kind.readiness(getattr(fresh, kind.accessor), day)) for day in days)
    assert set(expected) == {True, False}
    return kind.open_on(days, Submission.objects.values("pk"))[row.pk] == expected


def test_the_days_ahead_are_those_that_each_day_by_itself_would_refuse():
    """By windows and by months, over the new year; spots and routes while a stop is closed."""
    days = [date(2023, 12, 20) + timedelta(days=n) for n in range(120)]
    product = dossiers.product_in("published")
    seasons(product, (1215, 110), (201, 229))
    assert agree(product, days)
    SeasonWindow.objects.all().delete()
    Product.objects.filter(pk=product.pk).update(season_start=11, season_end=1)
    assert agree(product, days)
    owner = dossiers.official()
    spots = [tourism.publish(tourism.draft_spot(owner, name), owner) for name in ("甲", "乙", "丙")]
    route = tourism.publish(tourism.draft_route(owner, spots), owner)
    for spot, ends in zip(spots, (9, 4, 14), strict=True):
        Spot.objects.filter(pk=spot.pk).update(closed_until=days[ends], closed_because="修路")
        assert agree(spot, days)
        assert agree(route, days)


@pytest.mark.sqlite
def test_many_of_one_season_take_as_many_queries_as_one_and_one_curve(office, row):
    rows = [row, *(placed(office, ids=(f"n{n}",), submission=row.submission) for n in range(2))]
    seasons(row.submission, (901, 1015))
    with at(MIDDLE):
        of = facts.read(Placement.objects.all(), MIDDLE)
        with CaptureQueriesContext(connection) as taken:
            runs = ahead.runs(of)
    assert len(taken) == 4
    assert set(runs) == {each.pk for each in rows}
    expected = np.arange(20) < 15
    assert all((each == expected).all() for each in runs.values())
