"""Staff find a late source, land its report, and follow one figure down to its line."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from portal.jobs.domain import run_due
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import follow, go, press, told
from tests.factories import UserFactory
from tests.traffic import world
from tests.traffic.world import ID
from traffic.models import PlacementDay

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]
WALKED_AT = 1280

# As Excel leaves an id whose last digits it does not keep.
RUINED = ID[:15] + "0000"
# Headings nobody knows, and a column that is none of ours.
STRANGE = "统计日,货号,被看见的次数,备注"


@pytest.fixture
def late() -> date:
    """The day whose report should be here: the source sent the two days before it."""
    office = dossiers.staff()
    world.placement(office)
    # A day's report has the day after it to arrive.
    day = clock.today() - timedelta(days=2)
    for before in (2, 1):
        on = day - timedelta(days=before)
        world.land(office, [(on, ID, 1000)], days=(on, on), name=f"{on}.csv")
    run_due()
    return day


def delivered(page: Page) -> int:
    """What the board of the pool says."""
    page.goto("/board/")
    figure = page.get_by_role("link", name="已投放：查看明细").locator("data")
    value = figure.get_attribute("value")
    return int(value or 0)


def find_what_lacks(page: Page, look: Look, late: date) -> None:
    """The board of the programme says what is late, and leads to the form of its day."""
    page.goto("/programme/")
    go(page.get_by_role("link", name="平台报表迟到的来源"))
    look(page, "late-days")
    go(page.get_by_role("cell").get_by_role("link", name=re.compile("迟报")))
    expect(page.get_by_label("开始日期")).to_have_value(late.isoformat())
    expect(page.get_by_label("报表来源").locator("option:checked")).to_have_text("抖音作品日报")


def land_and_mend(page: Page, look: Look, late: date) -> None:
    """Its headings are new: they are given their meaning, and the file is not chosen again."""
    lines = [STRANGE, f"{late},{ID}\t,12000,主推", f"{late},{RUINED}\t,300,"]
    file = {"name": "迟到日报.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_label("文件").set_input_files([file])  # type: ignore[list-item]
    press(page, "查看文件内容")
    look(page, "late-columns")
    for heading, meaning in (
        ("统计日", "日期"),
        ("货号", "作品或素材 ID"),
        ("被看见的次数", "曝光次数"),
    ):
        page.get_by_label(heading).select_option(label=meaning)
    press(page, "查看文件内容")
    board = page.get_by_role("region", name="看板将产生的变化")
    expect(board).to_contain_text("乳源瑶族自治县")
    look(page, "late-dry-run")
    press(page, "入库并滚算")
    told(page, "已入库")
    run_due()


def match(page: Page, look: Look) -> None:
    """One id was ruined on its way; the portal says which placement it probably is."""
    page.goto("/unmatched/")
    row = page.get_by_role("row").filter(has_text=RUINED)
    look(page, "late-unmatched")
    go(row.get_by_role("button", name="就是这个投放"))
    told(page, "已匹配 1 个 ID")
    run_due()


def follow_to_its_lines(page: Page, look: Look) -> None:
    """The figure opens down to its lines in the file."""
    follow(page, "1.43万 (14,300) 已投放：查看明细")
    look(page, "late-deliveries")
    day = page.get_by_role("row").filter(has_text="1.23万")
    go(day.get_by_role("link", name="1.23万"))
    look(page, "late-lines")
    main = page.get_by_role("main")
    expect(main).to_contain_text("迟到日报.csv")
    for cells in (("2", ID, "12000"), ("3", RUINED, "300")):
        line = page.get_by_role("row").filter(has_text=cells[1])
        for cell in cells:
            expect(line).to_contain_text(cell)


def test_a_late_report_is_found_landed_mended_matched_and_followed(
    people: People, look: Look, late: date
) -> None:
    page = people(UserFactory(staff=True, full_name="陈雅文"))
    assert delivered(page) == 2000
    find_what_lacks(page, look, late)
    land_and_mend(page, look, late)
    assert delivered(page) == 14_000
    match(page, look)
    assert delivered(page) == 14_300
    follow_to_its_lines(page, look)
    assert PlacementDay.objects.get(date=late).count == 12_300
