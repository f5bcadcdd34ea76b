"""Spots and a route: filed, endorsed, published; a closing that visitors read at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import (
    choose,
    facts,
    faults,
    field,
    fill,
    follow,
    open_row,
    picked,
    press,
    told,
)
from tests.factories import RUYUAN, UserFactory
from tests.tourism import world
from tourism.models import RouteStop, Spot

pytestmark = pytest.mark.browser

SPOT, ROUTE = "必背瑶寨", "瑶乡两日"
STOPS = ["云门寺", SPOT, "南水湖"]
CLOSED = "暂停开放至 2023年11月10日：台风抢修"


def file_spot(page: Page, look: Look) -> None:
    """A spot with all its sections; the towns offered are the county's own."""
    page.goto("/")
    follow(page, "申报打卡地")
    look(page, "place-spot-new")
    fill(page, 打卡地名称=SPOT, 看点与玩法="住吊脚楼，看长鼓舞。", 地址="必背口 8 号")
    choose(page, 类别="景点", 乡镇街道="必背镇")
    fill(page, 开放时间="每天 9:00–17:30", 交通="乳源县城乘 6 路车到终点。", 日最大接待量="800")
    fill(page, 联系人="盘阿妹", 联系手机="13800138000")
    field(page, "照片").set_input_files(picked(dossiers.photo_upload("瑶寨.jpg")))
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text(SPOT)
    press(page, "提交审核")
    told(page, f"{SPOT}：已提交审核。")


def file_route(page: Page, look: Look) -> None:
    """Three stops in order; the same place twice is named and nothing is lost."""
    page.goto("/")
    follow(page, "申报线路")
    fill(page, 线路名称=ROUTE, 天数="2", 主题="绿美广东", 线路介绍="一湖一寨一古寺。")
    for number, name in enumerate([STOPS[0], STOPS[1], STOPS[1]], start=1):
        field(page, f"第 {number} 站").select_option(label=f"{name} · 乳源瑶族自治县")
    press(page, "保存并检查")
    assert faults(page) == ["第 3 站：这一站已在线路中。"]
    assert not Submission.objects.filter(kind="route").exists()
    look(page, "place-route-mistake")
    field(page, "第 3 站").select_option(label=f"{STOPS[2]} · 乳源瑶族自治县")
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text(ROUTE)
    press(page, "提交审核")
    told(page, f"{ROUTE}：已提交审核。")


def endorse(page: Page, title: str) -> None:
    page.goto("/")
    follow(page, "审核推荐")
    open_row(page, title)
    press(page, "同意推荐 A")
    told(page, f"{title}：县区已推荐。")


def approve_and_publish(page: Page, title: str) -> None:
    page.goto("/")
    follow(page, "审核决定")
    open_row(page, title)
    press(page, "审核通过 A")
    told(page, f"{title}：审核通过。")
    page.goto("/")
    follow(page, "发布已通过的卷宗")
    open_row(page, title)
    press(page, "发布 A")
    told(page, f"{title}：已发布。")


def stops_shown(page: Page) -> list[str]:
    return page.get_by_role("region", name="站点").get_by_role("link").all_inner_texts()


def find_in_public(page: Page, look: Look) -> None:
    """Anybody goes from the list to the route, and from its stop to the spot and back."""
    page.goto("/spots/")
    follow(page, ROUTE)
    expect(page.get_by_role("heading", level=1)).to_have_text(ROUTE)
    assert stops_shown(page) == STOPS
    expect(page.get_by_role("main")).not_to_contain_text("暂停开放")
    follow(page, SPOT)
    assert facts(page) == {
        "类别": "景点",
        "地址": "必背镇必背口 8 号",
        "开放时间": "每天 9:00–17:30",
        "交通": "乳源县城乘 6 路车到终点。",
        "日最大接待量": "800",
    }
    look(page, "place-spot")
    follow(page, ROUTE)
    expect(page.get_by_role("heading", level=1)).to_have_text(ROUTE)


def close(page: Page, look: Look) -> None:
    """Closing asks for both the day and the reason, and waits for nobody."""
    page.goto(f"/dossiers/{Submission.objects.get(title=SPOT).code}/")
    follow(page, "修改信息")
    fill(page, 暂停至="2023-11-10")
    press(page, "保存并检查")
    assert faults(page) == ["暂停原因：请写明原因：游客会看到。"]
    assert not Spot.objects.filter(closed_until__isnull=False).exists()
    look(page, "place-close-mistake")
    fill(page, 暂停原因="台风抢修")
    press(page, "保存并检查")
    told(page, "已即时生效：")
    expect(page.locator(".card.notice")).to_have_text(CLOSED)
    look(page, "place-closed-dossier")


def read_of_the_closing(page: Page, look: Look) -> None:
    """The public route says it on the next load, beside its stop alone."""
    page.reload()
    expect(page.locator(".card.notice")).to_have_text("有 1 站暂停开放，详见下方。")
    notes = page.get_by_role("region", name="站点").get_by_role("listitem").filter(has_text=CLOSED)
    expect(notes).to_have_count(1)
    expect(notes.get_by_role("link")).to_have_text(SPOT)
    look(page, "place-route-closed")
    follow(page, SPOT)
    expect(page.locator(".card.notice")).to_have_text(CLOSED)
    page.goto("/spots/")
    expect(page.get_by_role("rowheader").filter(has_text="暂停开放")).to_have_count(1)
    look(page, "place-spots-closed")


def test_a_spot_and_its_route_from_filing_to_a_closing(people: People, look: Look) -> None:
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    owner = Actor.of(official)
    for name in (STOPS[0], STOPS[2]):
        world.publish(world.draft_spot(owner, name), owner)
    county = people(official)
    colleague = people(UserFactory(official=RUYUAN, full_name="赵春兰"))
    office = people(UserFactory(staff=True, full_name="陈雅文"))
    public = people.visitor()

    file_spot(county, look)
    endorse(colleague, SPOT)
    approve_and_publish(office, SPOT)
    file_route(county, look)
    assert public.goto(f"/routes/{Submission.objects.get(title=ROUTE).code}/").status == 404
    endorse(colleague, ROUTE)
    approve_and_publish(office, ROUTE)
    find_in_public(public, look)
    close(county, look)
    read_of_the_closing(public, look)

    assert dict(Submission.objects.values_list("title", "state")) == dict.fromkeys(
        [*STOPS, ROUTE], "published"
    )
    in_order = RouteStop.objects.order_by("position").values_list("spot__name", flat=True)
    assert list(in_order) == STOPS
    closed = Spot.objects.filter(closed_until__isnull=False).values_list("name", flat=True)
    assert list(closed) == [SPOT]
