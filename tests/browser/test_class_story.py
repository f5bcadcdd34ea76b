"""A class from its plan to the last word: seats by county, the waiting list, a change of place."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.moves.models import MoveLog
from portal.notices.models import Message
from portal.templatetags.figures import datetime_text
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, facts, faults, fill, follow, go, press, rows, told
from tests.factories import PASSWORD, RUYUAN, UserFactory
from training.models import ClassSession, CountySeats, Enrolment

pytestmark = pytest.mark.browser

COURSE = "短视频入门"
OURS, THEIRS = "乳源瑶族自治县", "新丰县"
MOBILE = "13700003600"


def open_class(page: Page) -> None:
    """From the public list of courses to the class."""
    page.goto("/courses/")
    go(page.get_by_role("main").get_by_role("link", name="2023年11月6日 09:00"))
    expect(page.get_by_role("heading", level=1)).to_have_text(COURSE)


def notice(page: Page) -> str:
    """What the class's page says of one's own place."""
    return page.locator(".card.notice strong").inner_text()


def states() -> dict[str, str]:
    return {
        row.trainee.full_name: row.state
        for row in Enrolment.objects.order_by("pk").select_related("trainee")
    }


def plan(page: Page, look: Look) -> None:
    """A course, then a class of two seats, one kept for each of two counties."""
    page.goto("/courses/")
    look(page, "class-courses-empty")
    follow(page, "新建课程")
    fill(page, 课程名称=COURSE, 学习内容="面向返乡青年，学完能独立拍一条种草视频。")
    choose(page, 培训方向="数字新媒体")
    look(page, "class-course-new")
    press(page, "发布课程")
    told(page, "课程已建立，请接着开设第一个班级。")
    fill(page, 开始时间="2023-11-06T09:00", 结束时间="2023-11-06T08:00")
    fill(page, 地点="韶关市农干院", 授课老师="罗老师")
    page.get_by_role("spinbutton", name="名额").fill("2")
    fill(page, 为县区保留的名额=f"{RUYUAN} 一", 县区名额放开日期="2023-11-01")
    press(page, "开放报名")
    assert faults(page) == [
        "结束时间：结束时间早于开始时间。",
        f"为县区保留的名额：“{RUYUAN} 一”不是“县区 名额”的格式。",
    ]
    look(page, "class-plan-refused")
    assert not ClassSession.objects.exists()
    fill(page, 结束时间="2023-11-06T17:00", 为县区保留的名额=f"{RUYUAN} 1\n{THEIRS} 1")
    press(page, "开放报名")
    told(page, "班级已开放报名。")
    kept = CountySeats.objects.order_by("county").values_list("county__name", "seats")
    assert list(kept) == [(OURS, 1), (THEIRS, 1)]
    look(page, "class-planned")


def sign_up(page: Page, look: Look, phone: str) -> None:
    """A visitor opens an account with nothing but a phone, and is back at the class."""
    open_class(page)
    look(page, "class-visitor")
    follow(page, "用手机号注册")
    fill(page, 姓名="盘阿妹", 手机号=phone, 密码=PASSWORD)
    page.get_by_role("radio", name="学员：我想参加培训").check()
    page.get_by_role("checkbox", name="我已阅读并同意").check()
    look(page, "class-sign-up")
    press(page, "注册")
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")
    look(page, "class-code")
    code = re.search(r"验证码是 (\d{6})", Message.objects.get(phone=phone).body)
    assert code is not None
    page.get_by_label("验证码").fill(code.group(1))
    press(page, "确认")
    expect(page.get_by_role("heading", level=1)).to_have_text(COURSE)
    user = User.objects.get(phone=phone)
    assert [hat.role for hat in user.memberships.all()] == [Role.TRAINEE]


def take_a_seat(page: Page, county: str) -> None:
    choose(page, 我来自=county)
    press(page, "我要报名")
    told(page, "您已报名成功。")
    assert notice(page) == "您已报名成功。"


def wait_first_in_line(page: Page, look: Look) -> None:
    """The county's seat is taken, the neighbour's is not given away: first on the list."""
    open_class(page)
    choose(page, 我来自=OURS)
    press(page, "我要报名")
    told(page, "目前没有您可报的名额，您排在候补第 1 位。")
    assert notice(page) == "您排在候补第 1 位。"
    look(page, "class-waiting")


def hand_on(leaving: Page, waiting: Page, look: Look) -> str:
    """Who leaves frees the seat; it is kept for the first in line until a told hour, and taken.

    Returns that hour as it is told.
    """
    press(leaving, "取消报名")
    told(leaving, "报名已取消")
    expect(leaving.get_by_role("button", name="我要报名")).to_be_visible()
    look(leaving, "class-cancelled")
    waiting.goto("/")
    look(waiting, "class-home-offered")
    follow(waiting, "确认为您保留的名额")
    offer = Enrolment.objects.get(state="offered")
    offered = MoveLog.objects.of(offer).get(move="offer")
    assert abs(offer.offer_until - offered.at - timedelta(hours=24)) < timedelta(seconds=1)
    until = datetime_text(offer.offer_until)
    assert notice(waiting) == f"已为您保留一个名额，请在 {until} 前确认。"
    look(waiting, "class-offered")
    press(waiting, "确认参加")
    told(waiting, "已确认名额")
    assert notice(waiting) == "您已报名成功。"
    look(waiting, "class-taken")
    return until


def change_place(page: Page, look: Look) -> None:
    """Only the place changes; what stood there stays."""
    open_class(page)
    follow(page, "修改班级安排")
    expect(page.get_by_label("开始时间")).to_have_value("2023-11-06T09:00")
    fill(page, 地点="乳源瑶族自治县文化馆")
    look(page, "class-change")
    press(page, "修改并通知所有人")
    told(page, "已修改，并通知了所有报名人员。")
    row = ClassSession.objects.get()
    assert (row.place, row.teacher, row.seats) == ("乳源瑶族自治县文化馆", "罗老师", 2)


def read_notices(page: Page) -> list[str]:
    page.goto("/notices/")
    expect(page.get_by_role("heading", level=1)).to_have_text("消息")
    told = page.get_by_role("main").locator("li.card p:first-child").all_inner_texts()
    return [text.removeprefix("新 ") for text in told]


CHANGED = f"“{COURSE}”有调整：2023年11月6日 09:00，乳源瑶族自治县文化馆，授课老师 罗老师。"


def tell_everyone(readers: dict[Page, list[str]], look: Look) -> None:
    """Who sits in the class reads of the change; who left does not."""
    for page, expected in readers.items():
        assert read_notices(page) == expected
    texted = {row.phone for row in Message.objects.filter(body__startswith=CHANGED)}
    seated = Enrolment.objects.filter(state="enrolled").select_related("trainee")
    assert texted == {row.trainee.phone for row in seated}
    page = next(page for page, expected in readers.items() if len(expected) == 2)
    look(page, "class-notices")
    go(page.get_by_role("button", name=f"查看新安排 {CHANGED}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(COURSE)
    expect(page.locator(".lead")).to_have_text("2023年11月6日 09:00 · 乳源瑶族自治县文化馆")


def read_rosters(office: Page, county: Page, look: Look) -> None:
    """The office sees everyone and may cancel, the county its own people."""
    open_class(office)
    ours, theirs = ["赵春兰", OURS, "已报名"], ["潘秀英", THEIRS, "已报名"]
    listed = [" ".join(" ".join(line).split()) for line in rows(office, "学员名单")]
    assert listed == [" ".join([*line, "撤销该学员报名", line[0]]) for line in (ours, theirs)]
    look(office, "class-roster-office")
    open_class(county)
    assert rows(county, "学员名单") == [ours]
    assert facts(county)["名额"] == "共 2 个名额，剩余 0 个"
    kept = "1 个名额已用 1 个 · 2023年11月1日 起向所有人开放"
    assert facts(county)[f"为{OURS}保留"] == kept
    look(county, "class-roster")


def cancel_for(office: Page, name: str, reason: str, look: Look) -> None:
    """The office cancels somebody's enrolment and says why."""
    open_class(office)
    follow(office, f"撤销该学员报名 {name}")
    look(office, "enrolment-remove")
    press(office, "撤销报名并通知学员")
    assert faults(office) == ["理由：这个字段是必填项。"]
    fill(office, 理由=reason)
    press(office, "撤销报名并通知学员")
    told(office, "项目办已撤销报名")


def test_a_class_from_its_plan_to_a_change_of_place(people: People, look: Look) -> None:
    def trainee(name: str) -> Page:
        return people(UserFactory(trainee=True, full_name=name))

    office = people(UserFactory(staff=True, full_name="陈雅文"))
    county = people(UserFactory(official=RUYUAN, full_name="盘志明"))
    plan(office, look)
    first = people.visitor()
    sign_up(first, look, MOBILE)
    take_a_seat(first, OURS)
    look(first, "class-seat")
    second, neighbour = trainee("赵春兰"), trainee("潘秀英")
    wait_first_in_line(second, look)
    open_class(neighbour)
    take_a_seat(neighbour, THEIRS)
    assert states() == {"盘阿妹": "enrolled", "赵春兰": "waiting", "潘秀英": "enrolled"}
    until = hand_on(first, second, look)
    assert states() == {"盘阿妹": "cancelled", "赵春兰": "enrolled", "潘秀英": "enrolled"}
    change_place(office, look)
    offered = f"“{COURSE}”有一个名额为您保留，请在 {until} 前确认。"
    tell_everyone({first: [], neighbour: [CHANGED], second: [CHANGED, offered]}, look)
    read_rosters(office, county, look)
    cancel_for(office, "潘秀英", "重复报名", look)
    assert read_notices(neighbour)[0] == f"项目办撤销了您在“{COURSE}”的报名。理由：重复报名"
    assert states() == {"盘阿妹": "cancelled", "赵春兰": "enrolled", "潘秀英": "cancelled"}
