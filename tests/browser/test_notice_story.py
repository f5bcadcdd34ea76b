"""How an official is told: a confirmed mailbox, a choice, a mail, a digest; the office's log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from portal.accounts.models import User
from portal.clock import SHANGHAI
from portal.home.tasks import ask_digests
from portal.jobs.domain import run_due
from portal.notices.domain import send_text
from portal.notices.models import Message, Preferences
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, faults, fill, follow, go, press, told
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.browser
WALKED_AT = 1280

NAME = "乳源彩石萝卜"
ADDRESS = "pan.zhiming@ruyuan.gov.cn"
MASKED = "p***@ruyuan.gov.cn"


def mailbox(page: Page) -> Locator:
    """What stands beside the address; the way to change it is a second definition."""
    return page.locator("dl > div", has_text="电子邮箱").get_by_role("definition").first


def confirm_a_mailbox(page: Page, look: Look) -> None:
    """From one's account to the address; the link that comes by mail is followed."""
    page.goto("/account/profile/")
    follow(page, "消息接收设置")
    expect(mailbox(page)).to_have_text("未填写")
    look(page, "preferences-without-mailbox")
    follow(page, "修改 电子邮箱")
    fill(page, 电子邮箱="盘@")
    press(page, "发送链接")
    assert faults(page) == ["电子邮箱：请按示例填写完整的邮箱地址。"]
    look(page, "mailbox-mistake")
    fill(page, 电子邮箱=ADDRESS)
    press(page, "发送链接")
    told(page, f"验证链接已发往 {MASKED}")
    expect(mailbox(page)).to_have_text(f"{MASKED}（尚未验证）")
    page.goto("/demonstration/mails/")
    look(page, "mails-waiting")
    run_due()
    page.goto("/demonstration/mails/")
    expect(page.get_by_role("heading", level=2)).to_have_text("请验证您的邮箱")
    go(page.get_by_role("main").locator("a[href*='/notices/email/']"))
    look(page, "mailbox-confirm")
    press(page, "确认使用此邮箱")
    told(page, "邮箱已验证")
    expect(mailbox(page)).to_have_text(MASKED)


def choose_channels(page: Page, user: User, look: Look) -> None:
    """Publication by mail, what waits quietly, and a digest each morning."""
    choose(page, 您的申报已发布="站内消息并发邮件")
    choose(page, 有申报等您办理="不提醒（仍可在消息中查看）")
    page.get_by_role("radio", name="工作日 8:30 发一条汇总，其他消息照常逐条发送").check()
    page.get_by_text("包括哪些事项").click()
    look(page, "preferences")
    press(page, "保存设置")
    told(page, "设置已保存。")
    row = Preferences.objects.get(user=user)
    assert (row.digest, row.ways["submission.publish"], row.ways["submission.waits"]) == (
        "daily",
        "email",
        "quiet",
    )


def publish(user: User) -> Submission:
    return dossiers.product_in("published", owner=dossiers.Actor.of(user), name=NAME)


def read_the_mail(page: Page, row: Submission, look: Look) -> None:
    """One mail for the one event that was chosen; its link leads to what it tells of."""
    run_due()
    page.goto("/demonstration/mails/")
    subjects = page.get_by_role("heading", level=2).all_inner_texts()
    assert subjects == ["您的申报已发布", "请验证您的邮箱"]
    look(page, "mails")
    go(page.get_by_role("main").locator(f"a[href$='{row.get_absolute_url()}']"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


def act_on_a_notice(page: Page, look: Look) -> None:
    """The list names the act; what is quieted is listed and not new."""
    dossiers.product_in("submitted", name="乳源红薯")
    page.goto("/notices/")
    cards = page.get_by_role("main").get_by_role("listitem")
    assert [card.get_by_role("button").inner_text().split()[0] for card in cards.all()] == [
        "去办理",
        "查看已发布内容",
        "查看进度",
        "查看进度",
    ]
    expect(cards.nth(0).get_by_text("新", exact=True)).to_have_count(0)
    expect(cards.nth(1).get_by_text("新", exact=True)).to_be_visible()
    look(page, "notices-with-acts")
    go(cards.nth(0).get_by_role("button"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("乳源红薯")


def read_the_digest(page: Page, look: Look) -> None:
    """On a working morning one mail says what waits and leads to it."""
    with time_machine.travel(datetime(2023, 10, 23, 8, 30, tzinfo=SHANGHAI)):
        assert ask_digests() == 1
        while run_due():
            pass
    page.goto("/demonstration/mails/")
    newest = page.get_by_role("main").get_by_role("listitem").first
    expect(newest.get_by_role("heading")).to_have_text("今天有 1 件事等您办理")
    expect(newest).to_contain_text("审核推荐 1 件")
    look(page, "mails-digest")
    go(newest.get_by_role("link").first)
    expect(page.get_by_role("link", name="审核推荐")).to_be_visible()


def look_up_what_was_sent(page: Page, look: Look) -> None:
    page.goto("/notices/preferences/")
    follow(page, "我的送达记录")
    firsts = page.get_by_role("rowheader").all_inner_texts()
    assert firsts == ["今日待办", "您的申报已发布", "请验证您的邮箱"]
    look(page, "own-messages")


def retry_what_failed(page: Page, settings: Any, look: Look) -> None:
    """The office finds the text that failed, sees why, and lets it be tried again."""
    settings.DEMONSTRATION = False
    send_text(phone="13700000002", body="验证码 123456", event="account.code")
    run_due()
    settings.DEMONSTRATION = True
    page.goto("/notices/")
    follow(page, "送达记录")
    look(page, "message-log")
    page.goto("/messages/?state=failed")
    look(page, "message-log-failed")
    assert page.get_by_role("rowheader").all_inner_texts() == ["手机验证码"]
    follow(page, "查看并重试 手机验证码 137****0002")
    press(page, "重试")
    told(page, "已重新排队")
    run_due()
    assert Message.objects.get(phone="13700000002").state == "sent"
    page.goto("/messages/?state=failed")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    look(page, "message-log-empty")


def test_an_official_is_told_as_chosen_and_the_office_sees_how_it_went(
    people: People, look: Look, settings: Any, live_server: Any
) -> None:
    settings.SITE_URL = live_server.url
    user = UserFactory(official=RUYUAN, full_name="盘志明")
    page = people(user)
    confirm_a_mailbox(page, look)
    choose_channels(page, user, look)
    row = publish(user)
    read_the_mail(page, row, look)
    act_on_a_notice(page, look)
    read_the_digest(page, look)
    look_up_what_was_sent(page, look)
    retry_what_failed(people(UserFactory(staff=True, full_name="陈雅文")), settings, look)
