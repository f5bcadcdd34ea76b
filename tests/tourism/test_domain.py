"""Stops of routes, and what a route may be submitted with."""

from __future__ import annotations

import pytest

from portal.verdict import RuleBroken
from tests import dossiers
from tests.tourism import world
from tourism import domain
from tourism.models import RouteStop

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return dossiers.official()


def test_a_route_needs_three_stops_to_be_submitted(owner):
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2)]
    row = world.draft_route(owner, stops)
    with pytest.raises(RuleBroken, match="第 3 站"):
        dossiers.move(row, "submit", owner)


def test_stops_stand_in_the_order_they_are_set(owner):
    first, second, third = (
        world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2, 3)
    )
    route = world.draft_route(owner, [first, second]).route
    domain.set_stops(route=route, spots=[third.spot, first.spot])
    rows = RouteStop.objects.filter(route=route).order_by("position")
    assert list(rows.values_list("position", "spot")) == [(0, third.pk), (1, first.pk)]
