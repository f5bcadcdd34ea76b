"""The same pages where scripts are switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.steps import go, picked, press, told
from tests.browser.test_product_story import CHOSEN, TYPED
from tests.factories import RUYUAN, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", [360])]


@pytest.mark.usefixtures("live_server")
def test_a_product_is_filed_and_submitted_without_scripts(people: People) -> None:
    user = UserFactory(official=RUYUAN, full_name="盘志明")
    page = people.through_the_door(user, java_script_enabled=False)
    page.get_by_text("菜单").click()
    go(page.get_by_role("navigation", name="主菜单").get_by_role("link", name="卷宗"))
    go(page.get_by_role("link", name="申报特色商品"))
    for label, value in (TYPED | {"价格": "39.90"}).items():
        page.get_by_label(label).fill(value)
    for label, value in CHOSEN.items():
        page.get_by_label(label).select_option(label=value)
    page.get_by_label("照片").set_input_files(picked(dossiers.photo_upload()))
    page.get_by_label("证书").set_input_files(picked(dossiers.pdf_upload()))
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text("乳源彩石萝卜")
    press(page, "提交审核")
    told(page, "乳源彩石萝卜：已提交审核。")
    row = Submission.objects.get()
    assert (row.state, row.product.stock, row.attachments.count()) == ("submitted", 500, 2)
    # Large type is a form as well.
    page.get_by_text("菜单").click()
    go(page.get_by_role("button", name="大字版", exact=True))
    expect(page.locator("html")).to_have_class("elder")
