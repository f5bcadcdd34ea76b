"""The menu of every role on one line, its groups by mouse, by keyboard and without scripts."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from portal.accounts.models import User
from tests.browser.conftest import WIDTHS, People
from tests.browser.look import Look, barriers
from tests.browser.steps import go
from tests.factories import RUYUAN, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]

# How many lines the entries of the menu stand on.
LINES = """() => new Set([...document.querySelectorAll(".menu > ul > li")]
  .map((item) => item.getBoundingClientRect().top)).size"""


def menu(page: Page) -> Locator:
    return page.get_by_role("navigation", name="主菜单")


def everybody() -> dict[str, User]:
    return {
        "official": UserFactory(official=RUYUAN),
        "merchant": UserFactory(merchant=OrganisationFactory(), creator=True, trainee=True),
        "office": UserFactory(staff=True),
        "admin": UserFactory(admin=True),
        "auditor": UserFactory(auditor=True),
        "all": UserFactory(admin=True, staff=True, auditor=True, official=RUYUAN, creator=True),
    }


@pytest.mark.parametrize("width", [1280])
def test_the_menu_of_every_role_stands_on_one_line(people: People) -> None:
    cookie, lines = settings.LANGUAGE_COOKIE_NAME, {}
    for role, user in everybody().items():
        page = people(user)
        for language, tag in {"zh-hans": "zh-CN", "en": "en"}.items():
            for elder in ("", "1"):
                page.context.add_cookies(
                    [
                        {"name": name, "value": value, "url": people.address}
                        for name, value in {cookie: language, "elder": elder}.items()
                    ]
                )
                page.goto("/")
                expect(page.locator("html")).to_have_attribute("lang", tag)
                lines[role, language, elder] = page.evaluate(LINES)
    assert lines == dict.fromkeys(lines, 1)
    assert len(lines) == 24


@pytest.mark.parametrize("width", [1280])
def test_a_group_opens_by_mouse_and_by_keyboard_and_closes_by_itself(
    people: People, look: Look
) -> None:
    page = people(UserFactory(staff=True))
    group = menu(page).get_by_role("group")
    actions, traffic = (group.filter(has_text=word) for word in ("五大行动", "活动与流量"))
    products, board = (
        menu(page).get_by_role("link", name=word, exact=True) for word in ("特色商品", "投放")
    )
    expect(products).to_be_hidden()
    actions.locator("summary").click()
    expect(products).to_be_visible()
    look(page, "menu-open")
    # One at a time; Escape closes, and the focus is where it was.
    traffic.locator("summary").press("Enter")
    expect(products).to_be_hidden()
    expect(board).to_be_visible()
    page.keyboard.press("Escape")
    expect(board).to_be_hidden()
    expect(traffic.locator("summary")).to_be_focused()
    # What the reader goes on from does not stay in the way.
    page.keyboard.press("Enter")
    expect(board).to_be_visible()
    menu(page).get_by_role("link", name="审核台").focus()
    expect(board).to_be_hidden()
    actions.locator("summary").click()
    page.get_by_role("heading", level=1).click()
    expect(products).to_be_hidden()
    actions.locator("summary").click()
    go(products)
    expect(page.get_by_role("heading", level=1)).to_have_text("广东县域特色商品")
    expect(actions.locator("summary")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_opens_without_scripts_in_large_type(people: People, look: Look) -> None:
    page = people(UserFactory(admin=True), java_script_enabled=False)
    page.context.add_cookies([{"name": "elder", "value": "1", "url": people.address}])
    page.goto("/")
    if people.width == 360:
        page.locator(".menu-toggle summary").click()
    menu(page).get_by_text("综合管理").click()
    look.picture(page, f"menu-plain-{people.width}")
    go(menu(page).get_by_role("link", name="人员管理"))
    expect(page.get_by_role("heading", level=1)).to_have_text("人员管理")


@pytest.mark.parametrize("width", [360])
def test_the_menu_of_a_phone_unfolds_in_its_place(people: People, look: Look) -> None:
    page = people(UserFactory(staff=True))
    page.locator(".menu-toggle summary").click()
    look(page, "menu-phone")
    menu(page).get_by_text("活动与流量").click()
    expect(menu(page).get_by_role("link", name="平台报表")).to_be_visible()
    look(page, "menu-phone-group")
    assert barriers(page) == []
