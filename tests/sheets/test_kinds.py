"""Spots and routes come in as county offices keep them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.regions.models import Town
from portal.sheets.headings import columns_of, meanings, plain_heading
from portal.submissions import kinds
from portal.submissions.models import Revision, Submission
from tests import dossiers
from tests.factories import UserFactory
from tests.sheets.books import SPOT_HEADINGS, photo_zip, spot_row, workbook
from tests.sheets.steps import act, cells, upload, verdicts
from tests.tourism import world
from tourism.models import Spot

pytestmark = pytest.mark.django_db
ROUTE_HEADINGS = ["序号", "线路名称", "行程天数", "线路特色", "站点1", "站点2", "站点3"]
JOINED = [kind.code for kind in kinds.every() if kind.by_sheet]


@pytest.fixture
def official():
    return UserFactory(official=dossiers.RUYUAN)


@pytest.fixture
def browser(official):
    client = Client()
    client.force_login(official)
    return client


def spots(*rows, name="景点统计表.xlsx"):
    return workbook(
        list(rows), headings=SPOT_HEADINGS, title="乳源县打卡点统计表", units=None, name=name
    )


def routes(*rows):
    return workbook(list(rows), headings=ROUTE_HEADINGS, title="精品线路", units=None)


def test_a_county_s_own_list_of_spots_is_understood_and_taken_in(browser):
    intake = upload(browser, spots(spot_row(1), spot_row(2)), photo_zip(["瑶寨2.jpg"]), kind="spot")
    assert intake.mapping == [
        "",
        "name",
        "category",
        "town",
        "address",
        "description",
        "opening_hours",
        "transport",
        "capacity",
        "contact_name",
        "contact_phone",
    ]
    assert verdicts(intake) == {"new": 2}
    act(browser, intake, "take_in")
    spot = Spot.objects.get(name="瑶寨2")
    assert (spot.category, spot.town.name, spot.address, spot.capacity) == (
        "sight",
        "必背镇",
        "必背口2号",
        802,
    )
    assert (spot.submission.county_id, spot.submission.state) == (dossiers.RUYUAN, "draft")
    assert [file.purpose for file in spot.submission.attachments.all()] == ["photos"]
    again = upload(browser, spots(spot_row(1), spot_row(2)), kind="spot")
    assert verdicts(again) == {"unchanged": 2}


def test_ten_spots_take_no_more_queries_than_three(browser):
    def asked(number: int) -> int:
        file = spots(*(spot_row(n) for n in range(number)))
        with CaptureQueriesContext(connection) as done:
            upload(browser, file, kind="spot")
        return len(done)

    assert asked(3) == asked(10)


def test_a_town_of_another_county_and_an_unknown_kind_of_place_are_wrong_cells(browser):
    elsewhere = Town.objects.filter(county=dossiers.XINFENG).exclude(
        name__in=Town.objects.filter(county=dossiers.RUYUAN).values("name")
    )[0]
    book = spots(spot_row(1, 所属乡镇=elsewhere.name), spot_row(2, 类型="溶洞"))
    first, second = upload(browser, book, kind="spot").checked
    assert set(first["errors"]) == {"town"}
    assert first["errors"]["town"][0].startswith(f"“{elsewhere.name}”不在可选项之内：")
    assert set(second["errors"]) == {"category"}


def test_a_workbook_closes_a_published_spot_at_once_and_proposes_the_rest(browser, official):
    owner = Actor.of(official)
    row = world.publish(world.draft_spot(owner), owner)
    rows = cells(browser.get(reverse("sheet-export", args=["spot"])))
    rows[1][rows[0].index("暂停至")] = "2023年11月10日"
    rows[1][rows[0].index("暂停原因")] = "台风抢修"
    rows[1][rows[0].index("地址")] = "云门村 2 号"
    book = workbook(rows[1:], headings=rows[0], title="", units=None)
    act(browser, upload(browser, book, kind="spot"), "take_in")
    spot = Spot.objects.get(pk=row.pk)
    assert (spot.closed_until, spot.closed_because) == (date(2023, 11, 10), "台风抢修")
    assert spot.address == "云门村 1 号"
    assert Revision.objects.get().changes == {"address": ["云门村 1 号", "云门村 2 号"]}


def test_a_route_s_stops_are_named_by_name_or_code(browser, official):
    owner = Actor.of(official)
    first, second, third, twin = (
        world.publish(world.draft_spot(owner, name), owner)
        for name in ("云门寺", "必背瑶寨", "大峡谷", "大峡谷")
    )
    book = routes(
        [1, "瑶乡一日", 1, "古寺与瑶寨", "云门寺", "必背瑶寨", third.code],
        [2, "峡谷一日", 1, "看峡谷", "云门寺", "大峡谷", ""],
        [3, "远方", 1, "还没有的地方", "没有的寺", "", ""],
    )
    intake = upload(browser, book, kind="route")
    assert [row["errors"] for row in intake.checked] == [
        {},
        {"stop2": [f"有多个“大峡谷”：请写编号（{third.code}、{twin.code}）。"]},
        {"stop1": ["没有名为“没有的寺”的已发布打卡地。"]},
    ]
    act(browser, intake, "take_in")
    route = Submission.objects.get(title="瑶乡一日").route
    assert [stop.spot_id for stop in route.stops.all()] == [first.pk, second.pk, third.pk]
    rows = cells(browser.get(reverse("sheet-export", args=["route"])))
    stops = rows[1][rows[0].index("第 1 站") :][:4]
    assert stops == [
        f"云门寺（{first.code}）",
        f"必背瑶寨（{second.code}）",
        f"大峡谷（{third.code}）",
        "",
    ]


def test_a_stop_taken_offline_comes_in_as_it_stands(browser, official):
    owner = Actor.of(official)
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2, 3)]
    world.draft_route(owner, stops)
    dossiers.move(stops[1], "suspend", dossiers.staff(), note="整改")
    rows = cells(browser.get(reverse("sheet-export", args=["route"])))
    book = workbook(rows[1:], headings=rows[0], title="", units=None)
    assert verdicts(upload(browser, book, kind="route")) == {"unchanged": 1}
    # A change of it says where it stopped.
    rows[1][rows[0].index("第 2 站")] = ""
    book = workbook(rows[1:], headings=rows[0], title="", units=None)
    page = browser.get(upload(browser, book, kind="route").get_absolute_url())
    [[_, [second, _]]] = page.context["changed"]
    assert (second.before, second.after) == ("第2景 · 乳源瑶族自治县", "第3景 · 乳源瑶族自治县")
    # For a route that does not stop there it is no stop.
    new = upload(browser, routes([1, "新线", 1, "新", stops[1].code, "", ""]), kind="route")
    assert set(new.checked[0]["errors"]) == {"stop1"}


def test_a_stop_struck_out_lets_the_next_ones_move_up(browser, official):
    owner = Actor.of(official)
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2, 3)]
    row = world.draft_route(owner, stops)
    rows = cells(browser.get(reverse("sheet-export", args=["route"])))
    rows[1][rows[0].index("第 2 站")] = ""
    book = workbook(rows[1:], headings=rows[0], title="", units=None)
    intake = upload(browser, book, kind="route")
    [line] = intake.checked
    assert line["changes"] == {
        "stop2": [stops[1].pk, stops[2].pk],
        "stop3": [stops[2].pk, None],
    }
    act(browser, intake, "take_in")
    assert list(row.route.stops.values_list("spot", flat=True)) == [stops[0].pk, stops[2].pk]
    act(browser, intake, "undo")
    assert list(row.route.stops.values_list("spot", flat=True)) == [stop.pk for stop in stops]


def test_stops_with_a_gap_come_in_once_and_say_the_same_the_second_time(browser, official):
    owner = Actor.of(official)
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2, 3)]
    row = [1, "瑶乡一日", 1, "古寺与瑶寨", "第1景", "", "第3景"]
    act(browser, upload(browser, routes(row), kind="route"), "take_in")
    route = Submission.objects.get(title="瑶乡一日").route
    assert list(route.stops.values_list("spot", flat=True)) == [stops[0].pk, stops[2].pk]
    assert verdicts(upload(browser, routes(row), kind="route")) == {"unchanged": 1}
    # Without any stop a row found by its name says nothing of them.
    silent = routes([1, "瑶乡一日", 2, "古寺与瑶寨", "", "", ""])
    [line] = upload(browser, silent, kind="route").checked
    assert line["changes"] == {"days": [1, 2]}


@pytest.mark.parametrize("code", JOINED)
def test_other_words_for_a_column_mean_one_field_that_is_there(code):
    kind = kinds.get(code)
    names = {column.name for column in columns_of(kind)}
    assert kind.headings.keys() <= names
    assert kind.sheet_example.keys() <= names
    words = [plain_heading(word) for others in kind.headings.values() for word in others]
    assert sorted(set(words)) == sorted(words)
    found = meanings(kind)
    wrong = {
        word: found[plain_heading(word)]
        for name, others in kind.headings.items()
        for word in others
        if found[plain_heading(word)] != name
    }
    assert wrong == {}


@pytest.mark.parametrize("code", JOINED)
def test_the_example_of_a_template_is_right_once_it_is_no_example(code, browser, official):
    owner = Actor.of(official)
    for name in ("云门寺", "瑶家食府", "必背瑶寨"):
        world.publish(world.draft_spot(owner, name), owner)
    head, explained, example = cells(browser.get(reverse("sheet-template", args=[code])))
    assert (explained[0][:5], example[0][:3]) == ("填写说明：", "示例：")
    filled = [example[0].removeprefix("示例：") + "二", *example[1:]]
    book = workbook([explained, example, filled], headings=head, title="", units=None)
    [row] = upload(browser, book, kind=code).checked
    assert (row["verdict"], row["errors"]) == ("new", {})


@pytest.mark.parametrize("code", ["application", "creator"])
def test_what_one_person_files_for_oneself_comes_in_by_no_workbook(code):
    who = UserFactory(creator=True) if code == "creator" else UserFactory(official=dossiers.RUYUAN)
    client = Client()
    client.force_login(who)
    for name in ("sheet-new", "sheet-template", "sheet-export"):
        assert client.get(reverse(name, args=[code])).status_code == 404
