"""A creator's way: registered without followers, verified, a task taken, the work placed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from creators.models import Creator, Take, Task
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.notices.models import Message
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, facts, faults, field, fill, find, follow, press, told
from tests.factories import PASSWORD, RUYUAN, UserFactory
from tests.traffic import world as traffic
from traffic import pool
from traffic.models import Placement

pytestmark = pytest.mark.browser

NAME, TASK, PRODUCT = "瑶山阿妹", "拍一条萝卜短视频", "乳源彩石萝卜"
LINK = "https://www.douyin.com/video/7390000000000000017"
NUMBER = "7390000000000000017"
MOBILE = "13700003601"


def sign_up(page: Page, phone: str) -> None:
    """A phone is enough, and the account has a creator's role at once."""
    page.goto("/account/signup/")
    fill(page, 姓名="盘阿妹", 手机号=phone, 密码=PASSWORD)
    page.get_by_role("radio", name="创作者：我拍摄短视频或做直播").check()
    page.get_by_role("checkbox", name="我已阅读并同意").check()
    press(page, "注册")
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")
    code = re.search(r"验证码是 (\d{6})", Message.objects.get(phone=phone).body)
    assert code is not None
    page.get_by_label("验证码").fill(code.group(1))
    press(page, "确认")
    expect(page.get_by_role("main")).to_contain_text("盘阿妹")
    user = User.objects.get(phone=phone)
    assert [hat.role for hat in user.memberships.all()] == [Role.CREATOR]


def register(page: Page, look: Look, phone: str) -> None:
    """Name and number stand there already; followers are left empty."""
    page.goto("/")
    follow(page, "申报创作者")
    expect(field(page, "平台昵称")).to_have_value("盘阿妹")
    expect(field(page, "联系手机")).to_have_value(phone)
    fill(page, 平台昵称=NAME, 平台账号="yaoshan001", 个人介绍="在瑶山种菜，拍菜。")
    field(page, "拍摄所在县区").select_option(value=RUYUAN)
    choose(page, 领域="美食与农产")
    expect(field(page, "粉丝数")).to_have_value("")
    look(page, "creator-register")
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    press(page, "提交审核")
    told(page, f"{NAME}：已提交审核。")


def verify(page: Page) -> None:
    """The county finds the creator among its tasks."""
    page.goto("/dossiers/?turn=me")
    follow(page, NAME)
    press(page, "核实通过")
    told(page, f"{NAME}：县区已核实。")
    assert Creator.objects.get(followers=None).submission.state == "published"


def find_in_public(page: Page, look: Look) -> None:
    page.goto("/creators/")
    look(page, "creators")
    follow(page, NAME)
    assert facts(page) == {
        "领域": "美食与农产",
        "平台账号": "yaoshan001",
        "个人介绍": "在瑶山种菜，拍菜。",
    }
    look(page, "creator")


def publish_task(page: Page, look: Look) -> None:
    """The brief comes from the product; a day that is over is refused."""
    page.goto("/tasks/")
    look(page, "tasks-empty")
    follow(page, "发布任务")
    find(page, "已发布的产品、打卡地或线路", PRODUCT)
    fill(page, 任务名称=TASK, 作品要展示什么="在地里拍，说清楚脆甜。", 提交截止="2023-09-30")
    press(page, "发布任务")
    expect(page.get_by_role("alert")).to_contain_text("提交截止日期已过。")
    assert not Task.objects.exists()
    look(page, "task-new-refused")
    fill(page, 提交截止="2023-11-30")
    press(page, "发布任务")
    told(page, "任务已发布。")
    assert brief(page)["包装规格"] == "5斤/箱"


def brief(page: Page) -> dict[str, str]:
    return facts(page.get_by_role("region", name=f"任务资料：{PRODUCT}"))


def take_and_hand_in(page: Page, look: Look) -> None:
    """The creator reads the brief, takes the task, and hands in link and number."""
    page.goto("/tasks/")
    follow(page, TASK)
    assert brief(page)["包装规格"] == "5斤/箱"
    look(page, "task-creator")
    press(page, "领取任务")
    told(page, "任务已领取，作品发布后请提交链接。")
    fill(page, 作品链接=LINK, 作品编号="7.39E+18")
    press(page, "提交作品")
    assert faults(page) == ["作品编号：作品编号只含数字。"]
    assert Take.objects.get().state == "taken"
    look(page, "take-mistake")
    expect(field(page, "作品链接")).to_have_value(LINK)
    fill(page, 作品编号=NUMBER)
    press(page, "提交作品")
    told(page, "已提交，等待项目办验收。")


def accept(page: Page, look: Look) -> None:
    """The office finds the work among its tasks."""
    page.goto("/")
    follow(page, "验收作品")
    expect(page.get_by_role("link", name=LINK)).to_be_visible()
    press(page, "验收通过")
    told(page, "作品已验收")
    look(page, "take-accepted")


def place(page: Page, look: Look) -> None:
    """Product, channel and number are filled in; the rest is the office's choice."""
    follow(page, "为作品建立投放")
    chosen = page.get_by_role("group", name="已发布的卷宗").get_by_role("radio", name=PRODUCT)
    expect(chosen).to_be_checked()
    expect(field(page, "渠道").locator("option:checked")).to_have_text("达人推介")
    expect(field(page, "平台 ID")).to_have_value(NUMBER)
    choose(page, 活动="丰收节", 计数报表="抖音作品日报", 计数口径="播放次数")
    fill(page, 开始日期="2023-10-20", 结束日期="2023-10-31")
    look(page, "placement-from-work")
    press(page, "建立投放")
    told(page, "投放已建立")
    page.goto(Placement.objects.get().get_absolute_url())
    expect(page.get_by_role("main").locator(".lead")).to_contain_text("达人推介")
    assert facts(page)["平台 ID"] == NUMBER


def test_a_creator_from_signing_up_to_the_placed_work(people: People, look: Look) -> None:
    product = dossiers.product_in("published")
    pool.open_pool(actor=Actor.system())
    traffic.harvest()
    traffic.source()
    creator, public = people.visitor(), people.visitor()
    county = people(UserFactory(official=RUYUAN, full_name="盘志明"))
    office = people(UserFactory(staff=True, full_name="陈雅文"))

    sign_up(creator, MOBILE)
    register(creator, look, MOBILE)
    assert public.goto(f"/creators/{Creator.objects.get().submission.code}/").status == 404
    verify(county)
    find_in_public(public, look)
    publish_task(office, look)
    take_and_hand_in(creator, look)
    accept(office, look)
    place(office, look)

    take = Take.objects.get()
    assert (take.state, take.link, take.work_id) == ("accepted", LINK, NUMBER)
    placed = Placement.objects.get()
    assert (placed.submission, placed.channel, placed.metric) == (product, "creator", "plays")
    assert [row.value for row in placed.external_ids.all()] == [NUMBER]
