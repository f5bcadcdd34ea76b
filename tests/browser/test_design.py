"""Every component in every state, at both widths, in both sizes of type and both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import go
from tests.factories import RUYUAN, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]


# A form that carries more than the portal takes.
TOO_LARGE = """(size) => {
  const form = document.querySelector("main form"), field = document.createElement("textarea");
  field.name = "more";
  field.value = "x".repeat(size + 1);
  form.append(field);
  form.submit();
}"""


def switch(page: Page, name: str) -> None:
    """Press a switch of the header, which a phone keeps in its menu."""
    menu = page.locator(".menu-toggle summary")
    if menu.is_visible():
        menu.click()
    button = page.get_by_role("banner").get_by_role("button", name=name, exact=True)
    go(button)


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_the_design_page_shows_every_component(people: People, look: Look, elder: bool) -> None:
    page = people(UserFactory(staff=True, full_name="陈雅文"))
    size = "elder" if elder else "normal"
    if elder:
        page.context.add_cookies([{"name": "elder", "value": "1", "url": page.url}])
    page.goto("/design/")
    look(page, f"design-{size}-zh")
    switch(page, "English")
    expect(page.get_by_role("heading", level=1).first).to_have_text("Design system")
    look(page, f"design-{size}-en", language="en")


@pytest.mark.urls("tests.pages.failing_urls")
@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_the_pages_of_faults(people: People, look: Look, elder: bool, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "1/m/ip"}
    size = "elder" if elder else "normal"
    page, visitor = people(UserFactory(official=RUYUAN)), people.visitor()
    if elder:
        for each in (page, visitor):
            each.context.add_cookies([{"name": "elder", "value": "1", "url": people.address}])
    for status, address in {403: "/forbidden/", 404: "/nowhere/", 500: "/broken/"}.items():
        assert page.goto(address).status == status
        look(page, f"fault-{status}-{size}")
    # What is too large, and what comes too often.
    page.goto("/dossiers/new/product/")
    page.evaluate(TOO_LARGE, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    expect(page.get_by_role("heading", level=1)).to_have_text("提交的内容过大")
    look(page, f"fault-413-{size}")
    for _try in range(2):
        visitor.goto("/account/signup/")
        with visitor.expect_event("domcontentloaded"):
            visitor.evaluate("document.querySelector('main form').submit()")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("尝试次数过多")
    look(visitor, f"fault-429-{size}")


@pytest.mark.parametrize("width", [1280])
def test_a_dialog_asks_over_the_page_and_gives_the_focus_back(people: People) -> None:
    page = people(UserFactory(staff=True))
    page.goto("/design/")
    opener = page.locator("summary", has_text="撤回申报")
    dialog = page.get_by_role("dialog", name="确定撤回这项申报？")
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    opener.click()
    go(dialog.get_by_role("button", name="撤回申报"))
    expect(page.locator(".message").first).to_contain_text("这是示例，没有保存任何内容。")


@pytest.mark.parametrize("width", [360])
def test_a_dialog_unfolds_in_place_without_scripts(people: People) -> None:
    page = people(UserFactory(staff=True), java_script_enabled=False)
    page.goto("/design/")
    part = page.locator("details.ask", has_text="确定撤回这项申报？")
    expect(part.get_by_text("以后可以重新申报")).to_be_hidden()
    part.locator("summary").click()
    expect(part.get_by_text("以后可以重新申报")).to_be_visible()
    expect(part.get_by_role("button", name="取消")).to_be_hidden()
    go(part.get_by_role("button", name="撤回申报"))
    expect(page.locator(".message").first).to_contain_text("这是示例，没有保存任何内容。")
