"""Story 5 through the pages: spots, a route of three stops, and a closing that shows at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.submissions import kinds, values
from tests import dossiers
from tests.factories import UserFactory
from tests.fingerprint import fingerprint
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


def test_a_closing_that_is_over_is_refused(owner):
    row = world.publish(world.draft_spot(owner), owner)
    client = client_of(owner.user)
    before = fingerprint()
    answer = change(client, row, closed_until="2023-10-22", closed_because="台风抢修")
    assert answer.context["form"].errors == {
        "closed_until": ["这一天已过，请填写今天或以后的日期。"]
    }
    assert fingerprint() == before
    change(client, row, closed_until="2023-10-23", closed_because="台风抢修")
    assert Spot.objects.get().closed_until == date(2023, 10, 23)


def test_a_closing_that_has_passed_does_not_stand_in_the_way(owner):
    row = world.publish(world.draft_spot(owner), owner)
    client = client_of(owner.user)
    change(client, row, closed_until="2023-10-24", closed_because="台风抢修")
    with clock.telling(clock.now().replace(month=12)):
        change(client, row, opening_hours="每天 9:00–17:00")
        spot = Spot.objects.get()
        assert (spot.opening_hours, spot.closed_until) == ("每天 9:00–17:00", date(2023, 10, 24))
        assert not spot.is_closed()


def test_a_stop_taken_offline_shows_on_its_route_at_once(owner, route):
    spot = route.route.stops.all()[1].spot
    note = "已下线，请勿安排前往。"
    page, listed = reverse("route", args=[route.code]), reverse("routes")
    assert note not in Client().get(page).content.decode()
    office = dossiers.staff()
    row = dossiers.move(spot.submission, "suspend", office, note="道路塌方")
    text = Client().get(page).content.decode()
    assert text.count(note) == 1
    assert "有 1 站暂停开放" in text
    assert reverse("spot", args=[row.code]) not in text
    assert "有站点暂停开放" in Client().get(listed).content.decode()
    # Who looks after the route reads it on the record.
    record = client_of(owner.user).get(route.get_absolute_url()).content.decode()
    assert f"第2景 {note}" in record
    dossiers.move(row, "resume", office)
    assert note not in Client().get(page).content.decode()
    assert "有站点暂停开放" not in Client().get(listed).content.decode()


def publish_routes(owner, count, stops):
    return [world.publish(world.draft_route(owner, stops, f"第{n}线"), owner) for n in range(count)]


def test_every_published_route_is_reached_from_a_list(owner, route):
    stops = [stop.spot.submission for stop in route.route.stops.all()]
    rows = [route, *publish_routes(owner, 13, stops)]
    world.draft_route(owner, stops, "未公开")
    top = Client().get(reverse("spots"))
    assert len(top.context["routes"]) == 12
    text = top.content.decode()
    assert f'<a href="{reverse("routes")}">全部线路</a>' in text
    pages = [Client().get(reverse("routes"), {"size": "20", "sort": "name"}).content.decode()]
    found = {row.code for row in rows if reverse("route", args=[row.code]) in pages[0]}
    assert found == {row.code for row in rows}
    assert "未公开" not in pages[0]


def test_routes_are_found_by_name_and_county(owner, route):
    neighbour = dossiers.official(dossiers.XINFENG)
    stops = [stop.spot.submission for stop in route.route.stops.all()]
    theirs = world.publish(world.draft_route(neighbour, stops, "云髻山二日"), neighbour)

    def shown(**query):
        page = Client().get(reverse("routes"), query).context["page_obj"]
        return {row.code for row in page}

    assert shown() == {route.code, theirs.code}
    assert shown(q=" 云髻 ") == {theirs.code}
    assert shown(county=dossiers.RUYUAN) == {route.code}
    assert shown(county="odd") == {route.code, theirs.code}
    assert "没有符合条件的线路" in Client().get(reverse("routes"), {"q": "无"}).content.decode()


def test_the_stops_of_a_route_are_named_in_one_query(route, django_assert_num_queries):
    form = kinds.get("route").form(instance=route.record)
    starts = values.of_form(form)
    with django_assert_num_queries(1):
        lines = values.lines(form, starts)
    names = [f"第{n}景 · 乳源瑶族自治县" for n in (1, 2, 3)] + ["未填写"] * 3
    assert [line.display for line in lines if line.name.startswith("stop")] == names


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
