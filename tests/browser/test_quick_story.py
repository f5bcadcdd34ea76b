"""A product entered in the field: photo first, the connection lost and back, finished at a desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from portal.files.models import StoredFile
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import facts, field, follow, picked, press, told
from tests.factories import RUYUAN, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def kept(page: Page, words: str) -> None:
    """The line below the form says `words`, with the time where there is one."""
    expect(page.locator(".kept")).to_have_text(re.compile(words.replace("TIME", r"\d\d:\d\d")))


def type_without_a_connection(page: Page) -> None:
    """What is typed while there is none stays on the phone, whichever button is pressed."""
    page.goto("/products/quick/")
    page.context.set_offline(True)
    page.locator("#id_photos").set_input_files(picked(dossiers.photo_upload()))
    field(page, "类别").select_option(label="茶叶")
    field(page, "产品名称").fill("必背瑶山茶")
    kept(page, "^TIME 离线，已存在本机；联网后自动保存$")
    page.get_by_role("button", name="保存草稿").click()
    expect(field(page, "产品名称")).to_have_value("必背瑶山茶")
    assert Submission.objects.count() == 0


def connected_again(page: Page, address: str) -> None:
    """The page is closed without a connection and opened with one: nothing was sent between."""
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(address)


def come_back(page: Page, look: Look) -> None:
    """After a reload everything is there again, and is saved by itself."""
    connected_again(page, "/products/quick/")
    expect(field(page, "产品名称")).to_have_value("必背瑶山茶")
    expect(field(page, "类别")).to_have_value("tea")
    expect(page.locator("#id_photos")).to_have_js_property("files.length", 1)
    kept(page, "^已保存 TIME；选好的文件在按下按钮后上传$")
    look(page, "quick-1-saved")
    row = Submission.objects.get()
    assert (row.title, row.state) == ("必背瑶山茶", "draft")
    expect(page).to_have_url(re.compile(f"/products/quick/{row.code}/$"))


def send(page: Page) -> None:
    """The button takes the photo along and says what a desk has to add."""
    field(page, "价格").fill("88")
    field(page, "销售单位").select_option(label="箱")
    kept(page, "^已保存 TIME")
    press(page, "保存草稿")
    told(page, "已存为草稿。回办公室后还要补：产品特色")
    row = Submission.objects.get()
    assert row.attachments.count() == StoredFile.objects.count() == 1
    # Nothing is left on the phone.
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []
    )
    assert facts(page.get_by_role("region", name="填报内容"))["价格（元）"] == "88.00"


def finish_at_a_desk(page: Page, look: Look) -> None:
    """The missing field is a link away, the long form saves itself too, and variants go in."""
    page.get_by_role("link", name="产品特色").first.click()
    expect(field(page, "产品特色")).to_be_focused()
    field(page, "产品特色").fill("高山云雾茶，清香回甘。")
    kept(page, "^已保存 TIME$")
    assert Submission.objects.get().record.description == "高山云雾茶，清香回甘。"
    follow_the_category(page)
    line = page.get_by_role("group", name="规格 1")
    line.get_by_label("规格名").fill("礼盒")
    line.get_by_label("含量", exact=True).fill("2.5")
    line.get_by_label("含量单位").select_option(label="公斤")
    line.get_by_label("售价（元）").fill("39.80")
    kept(page, "^已保存 TIME$")
    look(page, "quick-2-form")
    press(page, "保存并检查")
    entries = facts(page.get_by_role("region", name="填报内容"))
    assert entries["规格明细"] == "礼盒 / 2.5公斤 / 39.80元"
    page.get_by_text("评分明细与提升建议").click()
    look(page, "quick-3-quality")


def follow_the_category(page: Page) -> None:
    """The form is another one as soon as the other category is saved."""
    category = field(page, "类别")
    category.focus()
    category.select_option(label="工艺品")
    expect(field(page, "保质期")).to_have_count(0)
    category.focus()
    category.select_option(label="茶叶")
    expect(field(page, "保质期")).to_be_visible()


def test_a_product_entered_in_the_field_and_finished_at_a_desk(people: People, look: Look) -> None:
    official = UserFactory(full_name="盘志明", official=RUYUAN)
    page = people(official)
    page.goto("/")
    follow(page, "快速录入产品")
    type_without_a_connection(page)
    come_back(page, look)
    send(page)
    finish_at_a_desk(page, look)


def test_typing_at_the_desk_offline_is_brought_back_and_a_colleague_is_not_overwritten(
    people: People,
) -> None:
    owner = UserFactory(full_name="盘志明", official=RUYUAN)
    row = dossiers.draft_product(Actor.of(owner))
    page, address = people(owner), f"/dossiers/{row.code}/edit/"
    page.goto(address)
    page.context.set_offline(True)
    field(page, "产品特色").fill("断网时写的。")
    kept(page, "离线")
    # A colleague works on the same draft meanwhile.
    other = people(UserFactory(full_name="赵春兰", official=RUYUAN))
    other.goto(address)
    field(other, "库存").fill("7")
    kept(other, "^已保存 TIME$")
    connected_again(page, address)
    expect(field(page, "产品特色")).to_have_value("断网时写的。")
    kept(page, "尚未上传")
    press(page, "保存并检查")
    press(page, "保存并检查")
    record = Submission.objects.get().record
    assert (record.description, record.stock) == ("断网时写的。", 7)
