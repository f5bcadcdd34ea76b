"""What the forms of spots and routes let through."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal import clock
from portal.submissions import kinds, values
from tests import dossiers
from tests.tourism import world
from tourism.models import RouteStop

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return dossiers.official()


def spot_form(row, owner, **changes):
    now = values.of_form(kinds.get("spot").form(instance=row.record))
    return kinds.get("spot").form(
        values.as_post({**now, **changes}), instance=row.record, actor=owner
    )


@pytest.mark.parametrize(
    ("days", "errors"),
    [(-1, ["closed_until"]), (0, []), (1, [])],
)
def test_a_closing_ends_today_or_later(owner, days, errors):
    row = world.draft_spot(owner)
    until = clock.today() + timedelta(days=days)
    form = spot_form(row, owner, closed_until=str(until), closed_because="台风抢修")
    assert list(form.errors) == errors


def test_a_passed_closing_stays_but_no_other_passed_day_replaces_it(owner):
    row = world.draft_spot(owner)
    spot = row.spot
    spot.closed_until, spot.closed_because = date(2023, 10, 1), "台风抢修"
    spot.save()
    assert spot_form(row, owner, address="云门村 2 号").is_valid()
    assert list(spot_form(row, owner, closed_until="2023-10-02").errors) == ["closed_until"]
    assert spot_form(row, owner, closed_until="", closed_because="").is_valid()


def test_the_same_stop_twice_is_refused(owner):
    spot = world.publish(world.draft_spot(owner), owner)
    form = kinds.get("route").form(
        dossiers.as_post({"name": "重复", "stop1": spot.pk, "stop2": spot.pk}), actor=owner
    )
    assert not form.is_valid()
    assert list(form.errors) == ["stop2"]


def test_a_neighbours_draft_spot_is_no_stop(owner):
    neighbour = dossiers.official(dossiers.XINFENG)
    hidden = world.draft_spot(neighbour, "未公开")
    form = kinds.get("route").form(
        dossiers.as_post({"name": "越界", "stop1": hidden.pk}), actor=owner
    )
    assert not form.is_valid()
    assert not RouteStop.objects.exists()
