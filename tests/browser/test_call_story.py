"""A campaign's call from the plan to the host's run sheet: quotas, choice, order, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from products.calls.models import Call, LiveSession
from tests import dossiers, pdfs
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import (
    choose,
    facts,
    faults,
    field,
    fill,
    follow,
    go,
    open_row,
    press,
    rows,
    told,
)
from tests.factories import RUYUAN, UserFactory
from tests.products.calls import world

pytestmark = pytest.mark.browser

COUNTY = "乳源瑶族自治县"


def ask(page: Page, look: Look) -> None:
    """The office asks for products, three from our county and one from every other."""
    page.goto("/calls/")
    look(page, "calls-empty")
    follow(page, "发起征集")
    choose(page, 活动="丰收节")
    fill(page, 征集要求="应季、能发货。", 每县区名额="1")
    fill(page, 开始日期="2023-10-16", 截止日期="2023-12-01")
    page.get_by_label("名称").fill("头条精选")
    press(page, "向县区征集")
    assert faults(page) == ["截止日期：届时活动已结束。"]
    look(page, "call-new-refused")
    fill(page, 截止日期="2023-10-31")
    press(page, "向县区征集")
    told(page, "征集已发起，并已通知各县区。")
    page.get_by_label(COUNTY).fill("2")
    look(page, "call-quotas")
    press(page, "确定名额")
    told(page, "已修改 1 个县区的名额。")
    assert facts(page)["截止时间"] == "2023年10月31日 24 时止"
    look(page, "call-office")


def put_forward(page: Page, look: Look) -> None:
    """The county finds the call among its tasks and is told what does not fit."""
    page.goto("/")
    look(page, "call-home-county")
    follow(page, "推荐产品")
    assert facts(page)[COUNTY] == "名额 2 个，已推荐 0 个，还可推荐 2 个"
    look(page, "call-put-forward")
    press(page, "推荐选中的产品")
    told(page, "请至少选择一个产品。")
    for name in ("选择 红薯", "选择 萝卜"):
        page.get_by_label(name).check()
    press(page, "推荐选中的产品")
    told(page, "已推荐 2 个产品。")
    look(page, "call-county")


def select(page: Page, look: Look) -> None:
    """The office selects both; passing over without a reason is refused."""
    page.goto("/calls/")
    look(page, "calls")
    open_row(page, "头条精选")
    follow(page, "遴选产品")
    page.get_by_label("选择 红薯").check()
    press(page, "选中的不入选")
    assert faults(page) == ["理由：请填写理由，县区会看到。"]
    look(page, "call-entries-refused")
    page.get_by_label("选择 萝卜").check()
    press(page, "选中的入选")
    told(page, "已处理 2 个产品，并已通知所在县区。")
    look(page, "call-entries")


def plan_session(page: Page, look: Look) -> None:
    page.goto("/live-sessions/")
    look(page, "sessions-empty")
    follow(page, "新建专场直播")
    choose(page, 活动="丰收节")
    page.get_by_label("名称").fill("粤北专场")
    fill(page, 开始时间="2023-11-06T20:00", 结束时间="2023-11-06T20:30")
    fill(page, 主播="山里阿姐", 直播间="广东好物")
    look(page, "session-new")
    press(page, "安排这场直播")
    told(page, "场次已建好，请选择产品。")
    for name in ("选择 红薯", "选择 萝卜"):
        page.get_by_label(name).check()
    look(page, "order-add")
    press(page, "把选中的排到最后")
    told(page, "已排到最后，请填写序号和时长。")


def write_order(page: Page, look: Look) -> None:
    """More units than leave that day are refused beside the field; then the order is written."""
    fill(page, 红薯的序号="1", 萝卜的序号="2", 红薯的分钟数="20", 萝卜的分钟数="15")
    fill(page, 萝卜的预留件数="81", 萝卜的直播价="29.9")
    press(page, "编排直播顺序")
    said = "萝卜的预留件数：“萝卜”：要预留 81 件，当天可发 80 件，只剩 80 件。"
    assert faults(page) == [said]
    expect(field(page, "萝卜的直播价")).to_have_value("29.9")
    look(page, "order-refused")
    fill(page, 萝卜的预留件数="80")
    press(page, "编排直播顺序")
    told(page, "直播顺序已保存。")
    warned = page.get_by_role("region", name="请注意").locator(".message")
    assert warned.all_inner_texts() == ["直播顺序比场次时长多出 5 分钟。"]
    assert rows(page, "直播顺序") == [
        ["红薯", "1", "20:00 – 20:20", COUNTY, "39.90", "0"],
        ["萝卜", "2", "20:20 – 20:35", COUNTY, "29.90", "80"],
    ]
    look(page, "session")


def print_sheet(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="直播流程单（PDF，可打印）").click()
    assert download.value.suggested_filename == "粤北专场.pdf"
    (sheet,) = pdfs.pages(download.value.path().read_bytes())
    assert "220:2020:3515萝卜" in "".join(sheet)


def test_a_call_from_the_plan_to_the_run_sheet(people: People, look: Look) -> None:
    office = people(UserFactory(staff=True, full_name="陈雅文"))
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    for name, words in {
        "红薯": {},
        "萝卜": {},
        "夏荔": {"season_start": 5, "season_end": 7},
    }.items():
        dossiers.product_in("published", owner=Actor.of(official), name=name, **words)
    world.campaign()
    county = people(official)
    ask(office, look)
    put_forward(county, look)
    select(office, look)
    plan_session(office, look)
    write_order(office, look)
    print_sheet(office)
    county.goto("/notices/")
    go(county.get_by_role("button", name="查看入选情况"))
    assert facts(county)[COUNTY] == "名额 2 个，已推荐 2 个，还可推荐 0 个；入选 2 个"
    county.goto(LiveSession.objects.get().get_absolute_url())
    assert rows(county, "本场直播中您的产品")[1][0] == "萝卜"
    look(county, "session-county")
    assert Call.objects.get().entries.filter(state="selected").count() == 2
