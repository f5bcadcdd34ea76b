"""A cadre files for a villager, in large type; two tabs, the back button, a double click."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.audit.domain import digest
from portal.audit.models import Entry
from portal.moves.models import MoveLog
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import field, fill, follow, go, picked, press, told
from tests.browser.test_product_story import CHOSEN, TYPED
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.browser


def fill_in(page: Page) -> None:
    """Everything a product needs."""
    for label, value in (TYPED | {"价格": "39.90"}).items():
        page.get_by_label(label).fill(value)
    for label, value in CHOSEN.items():
        page.get_by_label(label).select_option(label=value)
    field(page, "照片").set_input_files(picked(dossiers.photo_upload()))
    field(page, "证书").set_input_files(picked(dossiers.pdf_upload()))


@pytest.mark.parametrize("width", [360])
def test_a_cadre_files_for_a_villager_in_large_type(people: People, look: Look) -> None:
    user = UserFactory(official=RUYUAN, full_name="盘志明")
    page = people(user)
    page.get_by_text("菜单").click()
    page.get_by_role("button", name="大字版", exact=True).click()
    expect(page.locator("html")).to_have_class("elder")
    page.goto("/")
    expect(page.locator("html")).to_have_class("elder")
    follow(page, "申报特色商品")
    fill_in(page)
    fill(page, 代村民填报="邓阿婆")
    look(page, "help-form")
    press(page, "保存并检查")
    expect(page.get_by_role("main")).to_contain_text("代 邓阿婆 申报")
    look(page, "help-record")
    press(page, "提交审核")
    told(page, "已提交审核。")
    row = Submission.objects.get()
    assert (row.filed_for, row.owner, row.state) == ("邓阿婆", user, "submitted")
    assert MoveLog.objects.of(row).first().on_behalf_of == "邓阿婆"
    # In the record her name stands nowhere in clear.
    assert Entry.objects.get(act="create").on_behalf_of == digest("邓阿婆")
    colleague = people(UserFactory(official=RUYUAN, full_name="赵春兰"))
    colleague.goto(row.get_absolute_url())
    expect(colleague.get_by_role("main")).to_contain_text("代 邓阿婆 申报")
    office = people(UserFactory(staff=True))
    office.goto(row.get_absolute_url())
    expect(office.get_by_role("main")).to_contain_text("代 邓")
    expect(office.get_by_role("main")).not_to_contain_text("邓阿婆")


@pytest.mark.parametrize("width", [360])
def test_two_tabs_the_back_button_and_a_double_click_cost_nothing(people: People) -> None:
    user = UserFactory(official=RUYUAN)
    page = people(user)
    page.goto("/dossiers/new/product/")
    field(page, "产品名称").fill("必背瑶绣香囊")
    save = page.get_by_role("main").get_by_role("button", name="保存并检查")
    with page.expect_event("domcontentloaded"):
        save.dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("必背瑶绣香囊")
    page.go_back()
    go(page.get_by_role("main").get_by_role("button", name="保存并检查"))
    expect(page.get_by_role("heading", level=1)).to_have_text("必背瑶绣香囊")
    assert Submission.objects.count() == 1

    row = Submission.objects.get()
    tab = page.context.new_page()
    for each in (page, tab):
        each.goto(f"{row.get_absolute_url()}edit/")
    field(page, "产品特色").fill("手工刺绣。")
    press(page, "保存并检查")
    field(tab, "库存").fill("7")
    press(tab, "保存并检查")
    expect(tab.get_by_role("alert")).to_contain_text("请重新查看")
    expect(field(tab, "库存")).to_have_value("7")
    expect(field(tab, "产品特色")).to_have_value("手工刺绣。")
    press(tab, "保存并检查")
    row.product.refresh_from_db()
    assert (row.product.description, row.product.stock) == ("手工刺绣。", 7)
