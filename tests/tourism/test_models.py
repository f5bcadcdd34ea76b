"""Every named constraint of rural tourism, attacked."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests import dossiers
from tests.tourism import world
from tourism.models import RouteStop, Spot

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize(
    "change", [{"closed_until": date(2023, 11, 10)}, {"closed_because": "台风抢修"}]
)
def test_a_closed_spot_says_until_and_because(change):
    world.draft_spot(dossiers.official())
    refused = pytest.raises(IntegrityError, match="spot_closed_says_until_and_because")
    with refused, transaction.atomic():
        Spot.objects.update(**change)


@pytest.mark.parametrize(
    ("name", "same"), [("one_stop_a_position", "position"), ("a_spot_once_a_route", "spot_id")]
)
def test_a_route_holds_a_position_and_a_spot_once(name, same):
    owner = dossiers.official()
    spots = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2)]
    route = world.draft_route(owner, spots).route
    first, second = route.stops.order_by("position")
    # PostgreSQL names the constraint, SQLite its columns.
    refused = pytest.raises(IntegrityError, match=f"{name}|{same}")
    with refused, transaction.atomic():
        RouteStop.objects.filter(pk=second.pk).update(**{same: getattr(first, same)})
