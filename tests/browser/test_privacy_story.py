"""A merchant reads, exports, corrects and leaves; an official looks at a number and says why."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.privacy.models import Consent
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import confirm, facts, field, follow, press, told
from tests.factories import PASSWORD, RUYUAN, OrganisationFactory, UserFactory
from tests.merchants import world as subsidies

pytestmark = pytest.mark.browser
PHONE = "13911112222"


@pytest.fixture
def merchant(live_server) -> User:
    """A merchant who agreed to an earlier text."""
    row = OrganisationFactory(name="必背瑶寨合作社", contact_phone=PHONE)
    return UserFactory(merchant=row, full_name="盘小", phone=PHONE, privacy_version="1")


@pytest.fixture
def application(merchant: User) -> Submission:
    """What the merchant asks for; the county is to endorse it."""
    office = Actor.of(UserFactory(staff=True))
    row = subsidies.application(Actor.of(merchant), subsidies.subsidy_round(office, county=RUYUAN))
    return dossiers.move(row, "submit", Actor.of(merchant))


def agree(people: People, look: Look, merchant: User) -> Page:
    """Asked once after signing in; the way out stays open."""
    page = people.visitor()
    page.goto("/account/login/?next=/account/profile/")
    page.get_by_label("用户名或手机号").fill(merchant.username)
    page.get_by_label("密码").fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1)).to_have_text("请阅读个人信息保护说明")
    look(page, "privacy-1-consent")
    press(page, "我已阅读并同意")
    page.wait_for_url(f"{people.address}/account/profile/")
    assert list(Consent.objects.values_list("user", "version")) == [(merchant.pk, "2")]
    return page


def read_and_export(page: Page, look: Look) -> None:
    """Everything is there, and in one file."""
    follow(page, "我的个人信息")
    look(page, "privacy-2-my-data")
    press(page, "导出我的信息")
    expect(page.get_by_role("heading", level=1)).to_contain_text("汇总您的个人信息")
    run_due(kinds=["privacy.export"])
    page.reload()
    follow(page, "查看结果")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载（Excel 表格）").click()
    assert waiting.value.suggested_filename.startswith("我的个人信息 ")
    book = CalamineWorkbook.from_path(str(waiting.value.path()))
    assert ["手机号", PHONE] in book.get_sheet_by_name("账号").to_python()
    look(page, "privacy-3-ready")


def correct(page: Page, look: Look) -> None:
    follow(page, "更正姓名")
    field(page, "姓名").fill("盘小英")
    look(page, "privacy-4-name")
    press(page, "更正姓名")
    told(page, "姓名已更正。")


def look_at_the_number(page: Page, look: Look, row: Submission) -> None:
    """Stars, a reason, then the number; the name stays masked."""
    page.goto(row.get_absolute_url())
    entries = page.get_by_role("region", name="填报内容")
    assert facts(entries)["联系手机"].startswith("137****0001")
    page.get_by_role("link", name="显示 联系手机").click()
    press(page, "记录理由并显示")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("指导申请人补正").check()
    look(page, "privacy-5-reason")
    press(page, "记录理由并显示")
    page.wait_for_url(f"**{row.get_absolute_url()}")
    shown = facts(entries)
    assert shown["联系手机"].startswith("13700000001 显示至 ")
    assert shown["联系人"].startswith("盘**")
    look(page, "privacy-6-shown")


def leave(page: Page, look: Look, row: Submission, merchant: User) -> None:
    """What is under way is settled first; then the person is gone and the acts stay."""
    page.goto("/my-data/")
    follow(page, "撤回同意并注销账号")
    expect(page.get_by_role("region", name="请先办结")).to_contain_text(row.title)
    look(page, "privacy-8-under-way")
    page.get_by_role("region", name="请先办结").get_by_role("link").click()
    confirm(page, "撤回申报")
    page.goto("/my-data/close/")
    field(page, "您的登录密码").fill(PASSWORD)
    look(page, "privacy-9-close")
    press(page, "确认注销，不再恢复")
    told(page, "账号已注销")
    merchant.refresh_from_db()
    assert (merchant.full_name, merchant.phone) == (f"已注销用户{merchant.pk}", "")


def test_a_persons_rights_from_the_first_consent_to_the_last_day(
    people: People, look: Look, merchant: User, application: Submission
) -> None:
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    page = agree(people, look, merchant)
    read_and_export(page, look)
    correct(page, look)
    look_at_the_number(people(official), look, application)

    entry = Entry.objects.get(act="privacy.show")
    assert (entry.user, entry.data["reason"]) == (official, "mend")
    auditor = people(UserFactory(auditor=True, full_name="温丽华"))
    auditor.goto("/audit/?act=privacy.show")
    line = auditor.get_by_role("row").filter(has_text="盘志明")
    for words in ("查看打码信息", "联系手机", "指导申请人补正"):
        expect(line).to_contain_text(words)
    look(auditor, "privacy-7-audit")

    leave(page, look, application, merchant)


@pytest.mark.usefixtures("live_server")
def test_everybody_reads_this_text_and_the_one_before(people: People, look: Look) -> None:
    page = people.visitor()
    page.goto("/privacy/")
    look(page, "privacy-text")
    follow(page, "第 1 版")
    expect(page.locator(".message")).to_contain_text("这是以前的版本")
    look(page, "privacy-text-earlier")
