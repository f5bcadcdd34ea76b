"""Story 5: spots, a route of three stops, and a closing that shows at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.submissions import kinds, values
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.tourism import world
from tourism.models import RouteStop, Spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return dossiers.official()


@pytest.fixture
def route(owner):
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2, 3)]
    return world.publish(world.draft_route(owner, stops), owner)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def change(client, row, **changes):
    form = kinds.get(row.kind).form(instance=row.record)
    data = values.as_post({**values.of_form(form), **changes})
    row.refresh_from_db()
    url = reverse("dossier-edit", args=[row.code]) + f"?seen={row.version}"
    return client.post(url, data, follow=True)


def test_a_published_route_shows_its_stops_in_order(route):
    text = Client().get(reverse("route", args=[route.code])).content.decode()
    places = [text.index(f"第{n}景") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert "暂停开放" not in text
    spot = route.route.stops.first().spot
    assert "云门一日" in Client().get(reverse("spot", args=[spot.submission.code])).content.decode()


def test_closing_a_spot_shows_on_its_route_at_once(owner, route):
    spot = route.route.stops.all()[1].spot
    client = client_of(owner.user)
    change(client, spot.submission, closed_until="2023-11-10", closed_because="台风抢修")
    text = Client().get(reverse("route", args=[route.code])).content.decode()
    assert "暂停开放至 2023年11月10日：台风抢修" in text
    assert "有 1 站暂停开放" in text
    verdict = kinds.get("route").readiness(route.record, date(2023, 10, 24))
    assert (bool(verdict), str(verdict.reason)) == (False, "打卡地暂停开放。")
    assert kinds.get("route").readiness(route.record, date(2023, 11, 11))


def test_closing_says_both_until_and_because(owner):
    row = world.publish(world.draft_spot(owner), owner)
    client = client_of(owner.user)
    answer = change(client, row, closed_until="2023-11-10", closed_because="")
    assert "请写明原因" in answer.content.decode()
    assert Spot.objects.get().closed_until is None
    with (
        pytest.raises(IntegrityError, match="spot_closed_says_until_and_because"),
        transaction.atomic(),
    ):
        Spot.objects.update(closed_until=date(2023, 11, 10))


def test_a_route_needs_three_stops_to_be_submitted(owner):
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2)]
    row = world.draft_route(owner, stops)
    with pytest.raises(RuleBroken, match="第 3 站"):
        dossiers.move(row, "submit", owner)


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


def test_a_new_order_of_stops_waits_for_review(owner, route):
    first, second, third = (stop.spot_id for stop in route.route.stops.all())
    change(client_of(owner.user), route, stop1=second, stop2=first)
    assert [stop.spot_id for stop in route.route.stops.all()] == [first, second, third]
    revision = route.revisions.get()
    assert set(revision.changes) == {"stop1", "stop2"}
    dossiers.move(revision, "approve", dossiers.staff())
    assert [s.spot_id for s in RouteStop.objects.order_by("position")] == [second, first, third]


def test_only_officials_file_routes():
    merchant = client_of(UserFactory(merchant=True))
    assert merchant.get(reverse("dossier-new", args=["route"])).status_code == 302
    assert merchant.get(reverse("dossier-new", args=["spot"])).status_code == 200


def test_only_towns_of_the_own_county_are_offered(owner):
    text = client_of(owner.user).get(reverse("dossier-new", args=["spot"])).content.decode()
    assert 'value="440232' in text
    assert 'value="440233' not in text
