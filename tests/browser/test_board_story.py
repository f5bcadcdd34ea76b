"""The office opens the board, follows numbers to their rows, and prints it on one sheet."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.home.board import CALENDAR_SHOWN
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import go
from tests.factories import UserFactory
from tests.home import world
from tests.training import test_domain as training

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]
WALKED_AT = 1280


def number(link: Locator) -> int:
    """The exact number of a link, whatever words it is shown in."""
    return int(link.locator("data").get_attribute("value"))


def counted(page: Page) -> int:
    """What the head of the list counts."""
    return int(re.search(r"\d+", page.get_by_role("status").first.inner_text())[0])


def figure(page: Page, group: str, label: str) -> Locator:
    """The link of one outcome."""
    part = page.get_by_role("region", name=group, exact=True)
    return part.locator("div", has=page.get_by_role("term").filter(has_text=label)).get_by_role(
        "link"
    )


def test_numbers_lead_to_their_rows_and_back(people: People, look: Look) -> None:
    office = UserFactory(staff=True, full_name="陈雅文")
    world.programme(dossiers.staff())
    page = people(office)
    go(page.get_by_role("main").get_by_role("link", name="工程总览"))
    look(page, "board")
    for group, label, rows in (
        ("人", "已报名学员", 4),
        ("人", "验收作品", 2),
        ("货", "本月当季", 11),
        ("景", "暂停开放的打卡地", 4),
    ):
        link = figure(page, group, label)
        assert number(link) == rows
        go(link)
        assert counted(page) == rows
        page.go_back()
    overdue = page.get_by_role("region", name="今日关注").get_by_role("link", name="审核超期的卷宗")
    go(overdue)
    assert counted(page) == 1
    expect(page.get_by_role("main")).to_contain_text("久等的茶")
    page.go_back()
    go(page.get_by_role("link", name="已发布卷宗", exact=True))
    expect(page.get_by_role("heading", name="按县区：已发布卷宗")).to_be_visible()
    tile = page.get_by_label(re.compile("^韶关市 新丰县 "))
    rows = int(tile.get_attribute("aria-label").split()[-1])
    go(tile)
    assert counted(page) == rows


@pytest.mark.parametrize("width", [1280])
def test_a_full_programme_prints_on_one_sheet(people: People, look: Look) -> None:
    office = dossiers.staff()
    world.programme(office)
    for count in range(CALENDAR_SHOWN + 6):
        first = date(2023, 10, 25 + count % 6)
        world.campaign(f"full-{count}", f"乡村特产专场直播第{count}期", first, date(2023, 12, 31))
    training.planned()
    page = people(UserFactory(staff=True, full_name="陈雅文"))
    page.goto("/programme/")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    look(page, "board-full")
    for options in ({"prefer_css_page_size": True}, {"format": "A4"}):
        sheet = page.pdf(path=look.folder / "board-full.pdf", print_background=True, **options)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1


@pytest.mark.parametrize("width", [360])
def test_without_scripts_the_board_says_that_it_prints(people: People) -> None:
    page = people(UserFactory(official=dossiers.RUYUAN), java_script_enabled=False)
    page.goto("/programme/")
    expect(page.get_by_text("可打印为一页 A4。")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
