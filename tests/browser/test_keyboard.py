"""Everything by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.submissions.models import Submission
from tests.browser.conftest import People
from tests.factories import PASSWORD, RUYUAN, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", [1280])]

FURTHEST = 60  # presses of Tab from a field to anything on the same page


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the control has the focus."""
    wanted = page.get_by_role("main").get_by_role(role, name=name, exact=True)
    for _press in range(FURTHEST):
        if wanted.evaluate("(item) => item === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}.")


@pytest.mark.usefixtures("live_server")
def test_sign_in_skip_the_head_and_file_by_keyboard(people: People) -> None:
    official = UserFactory(official=RUYUAN)
    page = people.visitor()
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到主要内容")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("用户名或手机号")).to_be_focused()
    page.keyboard.type(official.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(official.full_name)

    tab_to(page, "link", "申报特色商品")
    page.keyboard.press("Enter")
    page.get_by_label("产品名称").focus()
    page.keyboard.type("必背瑶绣香囊")
    tab_to(page, "button", "保存并检查")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("必背瑶绣香囊")
    assert Submission.objects.get().title == "必背瑶绣香囊"


@pytest.mark.usefixtures("live_server")
def test_enter_in_a_field_sends_the_form_and_leads_to_what_is_wrong(people: People) -> None:
    page = people(UserFactory(official=RUYUAN))
    page.goto("/dossiers/new/product/")
    page.get_by_label("库存").focus()
    page.keyboard.type("-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("产品名称")).to_be_focused()
    expect(page.get_by_label("库存")).to_have_value("-1")
    assert Submission.objects.count() == 0
