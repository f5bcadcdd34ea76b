"""A subsidy's whole way: announced, applied for, endorsed, approved within what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from merchants.models import Application
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.moves.models import MoveLog
from portal.notices.models import Message, Notice
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import (
    choose,
    confirm,
    facts,
    faults,
    fill,
    follow,
    open_row,
    picked,
    press,
    rows,
    told,
)
from tests.factories import RUYUAN, OrganisationFactory, UserFactory

pytestmark = pytest.mark.browser
WALKED_AT = 1280

ROUND = "冷链补贴 · 第一轮"
COUNTY = "乳源瑶族自治县"
PLEA = "目录第12项列有移动冷藏柜。"
REASON = "移动冷藏柜不在设备目录内。"


@contextmanager
def nothing_written() -> Iterator[None]:
    """Neither dossier, log, notice nor money changes inside."""

    def written() -> list[Any]:
        tables = (Submission, Application, Account, Transfer, MoveLog, Notice, Message)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    before = written()
    yield
    assert written() == before


def row_named(title: str) -> Submission:
    return Submission.objects.get(title=title)


def dossier(page: Page, title: str) -> None:
    """Open a dossier from the list of those one may see."""
    page.goto("/dossiers/")
    follow(page, title)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def subsidy_round(page: Page) -> None:
    """From the menu to the round."""
    page.goto("/subsidies/")
    follow(page, "第一轮")
    expect(page.get_by_role("heading", level=1)).to_have_text(ROUND)


def actions(page: Page) -> list[str]:
    """The acts the page of a dossier offers."""
    group = page.get_by_role("group", name="现在可以做的")
    return group.locator("a, button, summary").locator("visible=true").all_inner_texts()


def standing(page: Page) -> str:
    """The state in the words of the reader."""
    return page.get_by_role("main").locator(".lead .tag").inner_text()


def announce(page: Page, look: Look) -> None:
    """A scheme, its first round, and no more for the county than the round has."""
    page.goto("/subsidies/")
    look(page, "subsidy-schemes-empty")
    follow(page, "新建补贴项目")
    fill(page, 项目名称="冷链补贴", 补贴内容="县域商家购置冷藏设备，每家最多补贴 2 万元。")
    look(page, "subsidy-scheme-new")
    press(page, "发布补贴项目")
    told(page, "补贴项目已建立，请接着开设第一轮。")
    fill(page, 轮次名称="第一轮", 开始日期="2023-10-01", 截止日期="2023-09-30", 预算="20000")
    press(page, "开设本轮")
    assert faults(page) == ["截止日期：结束日期早于开始日期。"]
    look(page, "subsidy-round-refused")
    fill(page, 截止日期="2023-11-30")
    press(page, "开设本轮")
    told(page, "本轮已开设，请给各县区分配份额。")
    choose(page, 县区=COUNTY)
    fill(page, 份额="30000", 理由="首批")
    press(page, "记入份额")
    assert faults(page) == [
        "份额（元）：“冷链补贴 · 第一轮”余额只有 20,000.00元，无法调拨 30,000.00元。"
    ]
    assert not Account.objects.filter(parent__subsidy_round__isnull=False).exists()
    fill(page, 份额="10000")
    press(page, "记入份额")
    told(page, "份额已记入。")
    assert rows(page, "县区份额") == [[COUNTY, "10,000.00元", "0.00元", "10,000.00元"]]
    look(page, "subsidy-round")


def apply(page: Page, title: str, amount: str, look: Look | None = None) -> None:
    """A merchant types what only the merchant knows; the rest stands there already."""
    subsidy_round(page)
    if look:
        look(page, "subsidy-round-merchant")
    follow(page, "申请补贴")
    expect(page.get_by_label("补贴轮次").locator("option:checked")).to_have_text(ROUND)
    expect(page.get_by_label("联系人")).to_have_value("盘小英")
    expect(page.get_by_label("联系手机")).to_have_value("13700000001")
    fill(page, 申请事项=title, 申请金额=amount, 资金用途="购置设备一台，年底前完成。")
    page.get_by_label("证明材料").set_input_files(picked(dossiers.pdf_upload()))
    if look:
        look(page, "subsidy-apply")
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    entries = page.get_by_role("region", name="填报内容")
    assert facts(entries) == {
        "申请主体": Submission.objects.get(title=title).organisation.name,
        "补贴轮次": ROUND,
        "申请事项": title,
        "申请金额（元）": f"{amount}.00",
        "资金用途": "购置设备一台，年底前完成。",
        "证明材料": "证明材料 1",
        "联系人": "盘小英",
        "联系手机": "13700000001",
    }
    if look:
        look(page, "subsidy-apply-check")
    press(page, "提交审核")
    told(page, f"{title}：已提交审核。")


def endorse(page: Page, title: str) -> None:
    """The county finds it among its tasks."""
    page.goto("/")
    follow(page, "审核推荐")
    open_row(page, title)
    press(page, "同意推荐 A")
    told(page, f"{title}：县区已推荐。")


def approve_within_the_budget(page: Page) -> None:
    dossier(page, "茶叶冷藏库")
    press(page, "审核通过")
    told(page, "茶叶冷藏库：审核通过。")
    subsidy_round(page)
    assert rows(page, "县区份额") == [[COUNTY, "10,000.00元", "6,000.00元", "4,000.00元"]]


def read_when_it_is_paid(page: Page, look: Look) -> None:
    """The merchant is told, and reads how much comes until when."""
    page.goto("/notices/")
    expect(page.get_by_role("main")).to_contain_text("“茶叶冷藏库”已审核通过。")
    dossier(page, "茶叶冷藏库")
    # Ten working days after Monday 2023-10-23.
    expect(page.locator(".notice")).to_have_text("已批准 6,000.00元，将于 2023年11月6日 前拨付。")
    assert standing(page) == "已批准，等待拨付"
    assert actions(page) == []
    look(page, "subsidy-approved")


def overspend_then_refuse(page: Page, look: Look) -> None:
    """More than is left is not approved; then the office refuses with a reason."""
    dossier(page, "移动冷藏柜")
    with nothing_written():
        press(page, "审核通过")
        told(page, "余额只有 4,000.00元，无法调拨 6,000.00元。")
    look(page, "subsidy-overspent")
    follow(page, "不予通过")
    fill(page, 理由=REASON)
    look(page, "subsidy-refuse")
    press(page, "不予通过")
    told(page, "移动冷藏柜：不予通过。")
    row = row_named("移动冷藏柜")
    assert (row.state, row.application.account, row.application.pay_by) == ("refused", None, None)


def withdraw(page: Page, look: Look) -> None:
    """Before the decision the applicant takes the application back."""
    dossier(page, "烘干机")
    confirm(page, "撤回申报")
    told(page, "烘干机：申请人撤回。")
    assert standing(page) == "已撤回"
    assert actions(page) == []
    look(page, "subsidy-withdrawn")


def appeal(page: Page, look: Look) -> None:
    """The merchant reads why, and answers once."""
    page.goto("/notices/")
    expect(page.get_by_role("main")).to_contain_text(f"“移动冷藏柜”未通过审核。理由：{REASON}")
    dossier(page, "移动冷藏柜")
    assert standing(page) == "未通过"
    look(page, "subsidy-refused")
    follow(page, "申诉")
    fill(page, 理由=PLEA)
    look(page, "subsidy-appeal")
    press(page, "申诉")
    told(page, "移动冷藏柜：已申诉。")
    assert actions(page) == ["撤回申报"]


def leave_it_to_a_colleague(page: Page) -> None:
    """Who refused cannot decide the appeal, but may give the county what it lacks."""
    dossier(page, "移动冷藏柜")
    assert actions(page) == ["退回补正"]
    subsidy_round(page)
    choose(page, 县区=COUNTY)
    fill(page, 份额="2500", 理由="追加")
    press(page, "记入份额")
    told(page, "份额已记入。")


def decide_the_appeal(page: Page, look: Look) -> None:
    page.goto("/")
    follow(page, "审核决定")
    open_row(page, "移动冷藏柜")
    expect(page.get_by_role("region", name="办理进度")).to_contain_text(PLEA)
    look(page, "subsidy-appealed")
    press(page, "审核通过 A")
    told(page, "移动冷藏柜：审核通过。")
    subsidy_round(page)
    assert rows(page, "县区份额") == [[COUNTY, "12,500.00元", "12,000.00元", "500.00元"]]


def test_a_subsidy_from_the_scheme_to_the_day_of_payment(people: People, look: Look) -> None:
    first, second = OrganisationFactory(), OrganisationFactory()
    office = people(UserFactory(staff=True, full_name="陈雅文"))
    colleague = people(UserFactory(staff=True, full_name="何伟"))
    county = people(UserFactory(official=RUYUAN, full_name="盘志明"))
    merchant = people(UserFactory(merchant=first, full_name="盘小英"))
    other = people(UserFactory(merchant=second, full_name="邓春花"))

    announce(office, look)
    apply(merchant, "茶叶冷藏库", "6000", look)
    endorse(county, "茶叶冷藏库")
    approve_within_the_budget(office)
    read_when_it_is_paid(merchant, look)
    apply(other, "移动冷藏柜", "6000")
    endorse(county, "移动冷藏柜")
    overspend_then_refuse(office, look)
    apply(merchant, "烘干机", "3000")
    withdraw(merchant, look)
    appeal(other, look)
    leave_it_to_a_colleague(office)
    decide_the_appeal(colleague, look)

    decided = {row.title: (row.state, row.organisation) for row in Submission.objects.all()}
    assert decided == {
        "茶叶冷藏库": ("approved", first),
        "移动冷藏柜": ("approved", second),
        "烘干机": ("withdrawn", first),
    }
    given = dict(Account.objects.filter(level="application").values_list("name", "balance"))
    assert given == {"茶叶冷藏库": 600_000, "移动冷藏柜": 600_000}
    assert ledger.breaks() == []
