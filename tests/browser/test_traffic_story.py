"""From the pledge to a true number: allotted, promoted, reported, corrected, matched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.jobs.models import ENDED, Work
from portal.ledger.models import Transfer
from portal.statements.models import Part, Statement
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, fill, find, follow, press, told
from tests.factories import UserFactory
from tests.traffic.world import DAY, ID, report
from tests.workers import celery_worker, wait_until
from traffic.models import Day

pytestmark = pytest.mark.browser
WALKED_AT = 1280

NEXT = date(2023, 10, 21)
UNKNOWN = "7390000000000000018"
PLACEMENT = "乳源彩石萝卜 · 丰收节"
# From the pool down; each is a link on the page of the one before.
LEVELS = ("乡村电商", "丰收节", "乳源瑶族自治县", PLACEMENT)
Settle = Callable[[], None]


def unfinished() -> int:
    return Work.objects.exclude(state__in=ENDED).count()


@pytest.fixture
def settle(child_environment: dict[str, str]) -> Iterator[Settle]:
    """`settle()` returns when no work waits: a real worker does it, whom the pages' messages
    wake."""
    with celery_worker(child_environment) as worker:
        yield lambda: wait_until(lambda: not unfinished(), what=f"work is done\n{worker.output}")


# --- Pages as people use them ------------------------------------------------------------------


def row_of(page: Page, name: str) -> Locator:
    """The row of a table that begins with `name`."""
    heading = page.get_by_role("rowheader").filter(has_text=name)
    return page.get_by_role("main").get_by_role("row").filter(has=heading)


def numbers(row: Locator) -> list[int]:
    """The exact numbers of a row, in order."""
    values: list[str] = row.locator("data").evaluate_all("all => all.map((item) => item.value)")
    return [int(value) for value in values]


def figures(page: Page) -> dict[str, int]:
    """The four figures on top of an account's page, exact; beside them stands its pacing."""
    found: dict[str, str] = page.locator(".stat").evaluate_all(
        "all => Object.fromEntries(all.map((item) =>"
        " [item.querySelector('.name').innerText, item.querySelector('data').value]))"
    )
    four = board(0, 0, 0)
    return {name: int(value) for name, value in found.items() if name in four}


def board(promised: int, allotted: int, delivered: int) -> dict[str, int]:
    return {
        "承诺量": promised,
        "已分配": allotted,
        "已投放": delivered,
        "剩余": promised - delivered,
    }


def assert_board(page: Page, delivered: int, look: Look | None = None) -> None:
    """Every level's page shows `delivered`, and its row on the page above says the same."""
    page.goto("/board/")
    assert figures(page) == board(10_000_000_000, 6_000_000, delivered)
    expected = [
        board(6_000_000, 5_000_000, delivered),
        *[board(5_000_000, 5_000_000, delivered)] * 3,
    ]
    for number, (name, below) in enumerate(zip(LEVELS, expected, strict=True)):
        if look:
            look(page, f"traffic-board-{number}")
        assert numbers(row_of(page, name))[:4] == list(below.values())
        follow(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        # A placement has nothing below itself to allot to.
        unsaid = {"已分配"} if name == PLACEMENT else set()
        assert figures(page) == {key: n for key, n in below.items() if key not in unsaid}
    if look:
        look(page, "traffic-placement")


# --- The story ---------------------------------------------------------------------------------


def open_and_plan(page: Page, look: Look) -> None:
    """The pledge is booked, and 丰收节 stands on the calendar."""
    page.goto("/board/")
    look(page, "traffic-pool-closed")
    press(page, "开启流量池")
    told(page, "流量池已开启")
    look(page, "traffic-pool-open")
    page.goto("/campaigns/")
    follow(page, "新建活动")
    look(page, "traffic-campaign-new")
    fill(page, 名称="丰收节", 代码="harvest-2023", 开始日期="2023-09-23", 结束日期="2023-10-31")
    choose(page, 行动="乡村电商")
    press(page, "列入活动日历")
    told(page, "“丰收节”已列入活动日历。")
    look(page, "traffic-campaigns")


def add_source(page: Page, look: Look) -> None:
    page.goto("/report-sources/")
    follow(page, "添加报表来源")
    look(page, "traffic-source-new")
    fill(page, 名称="抖音作品日报")
    choose(page, 平台="抖音", 数据行的标识="作品或素材 ID")
    press(page, "添加报表来源")
    told(page, "报表来源已添加")
    page.goto("/report-sources/")
    look(page, "traffic-sources")


def place(page: Page, look: Look) -> None:
    """A published product of 乳源 is placed; the page leads on to its impressions."""
    page.goto("/placements/")
    follow(page, "新建投放")
    find(page, "已发布的卷宗", "乳源彩石萝卜")
    choose(page, 活动="丰收节", 渠道="产品导流", 计数报表="抖音作品日报", 计数口径="曝光次数")
    fill(page, 开始日期="2023-10-01", 结束日期="2023-10-31")
    page.get_by_label("平台 ID").fill(ID)
    look(page, "traffic-placement-new")
    press(page, "建立投放")
    told(page, "投放已建立")
    page.goto("/placements/")
    look(page, "traffic-placements")


def allot(page: Page, look: Look) -> None:
    """Too much is refused with what is there; then 5,000,000 go down through every level."""
    page.goto("/board/")
    follow(page, "乡村电商")
    follow(page, "分配流量")
    fill(page, 曝光次数="600万", 理由="电商行动首批")
    press(page, "确认调拨")
    told(page, "已调拨 6,000,000 次曝光。")
    page.goto("/placements/")
    follow(page, PLACEMENT)
    follow(page, "分配流量")
    page.get_by_label("乡村电商 · A").check()
    fill(page, 曝光次数="5000万", 理由="丰收节首批")
    before = list(Transfer.objects.values_list("pk", flat=True))
    press(page, "确认调拨")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        "曝光次数：“乡村电商”余额只有 6,000,000，无法调拨 50,000,000。"
    )
    assert list(Transfer.objects.values_list("pk", flat=True)) == before
    look(page, "traffic-allot-refused")
    fill(page, 曝光次数="500万")
    press(page, "确认调拨")
    told(page, "已调拨 5,000,000 次曝光。")
    assert_board(page, 0)
    follow(page, "500万 (5,000,000) 承诺量：查看明细")
    assert numbers(row_of(page, "2023年10月23日")) == [5_000_000]
    look(page, "traffic-transfers")


def show_report(page: Page, rows: list[tuple[date, str, int]], day: str, name: str) -> None:
    """Choose a file and see what it says."""
    page.goto("/platform-reports/land/")
    choose(page, 报表来源="抖音作品日报")
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": report(rows)}
    page.get_by_label("文件").set_input_files([file])
    fill(page, 开始日期=day, 结束日期=day)
    press(page, "查看文件内容")


def land_first(page: Page, look: Look, settle: Settle) -> None:
    """Without its days it is refused; the dry run shows what would change; then it lands."""
    show_report(page, [(DAY, ID, 120_000)], "", "日报1020.csv")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        "开始日期：文件没有写明周期，请填写开始日期和结束日期。文件中的数据日期为2023年10月20日。"
    )
    look(page, "traffic-land-refused")
    show_report(page, [(DAY, ID, 120_000)], "2023-10-20", "日报1020.csv")
    changes = page.get_by_role("region", name="这些日期将产生的变化")
    assert numbers(changes.get_by_role("row").filter(has_text="曝光次数")) == [0, 120_000, 120_000]
    look(page, "traffic-dry-run")
    press(page, "修改各列含义")
    look(page, "traffic-columns")
    press(page, "查看文件内容")
    assert (Statement.objects.count(), Part.objects.count(), Day.objects.count()) == (0, 0, 0)
    press(page, "入库并滚算")
    told(page, "已入库，正在读取")
    settle()
    page.reload()
    fate = page.get_by_role("region", name="数据行的去向").get_by_role("row").nth(1)
    expect(fate.get_by_role("cell").first).to_have_text("已计入")
    assert numbers(fate) == [1, 120_000, 0]
    look(page, "traffic-statement")
    assert_board(page, 120_000, look)
    follow(page, "12万 (120,000) 已投放：查看明细")
    expect(page.locator("#total data")).to_have_attribute("value", "120000")
    look(page, "traffic-deliveries")


def correct(page: Page, look: Look, settle: Settle) -> None:
    """The platform's corrected report comes in place of the first one; nothing is added twice."""
    show_report(page, [(DAY, ID, 90_000)], "2023-10-20", "日报1020更正.csv")
    page.get_by_role("radio", name="完整的新报表：替代现有数据").check()
    look(page, "traffic-dry-run-again")
    press(page, "入库并滚算")
    told(page, "已入库，正在读取")
    settle()
    page.reload()
    look(page, "traffic-statement-again")
    assert_board(page, 90_000)
    correction = page.get_by_role("region", name="更正记录").get_by_role("row").nth(1)
    expect(correction.get_by_role("rowheader")).to_have_text("2023年10月20日")
    assert numbers(correction) == [120_000, 90_000, -30_000]
    look(page, "traffic-placement-corrected")


def match(page: Page, look: Look, settle: Settle) -> None:
    """An id that nobody knows waits, uncounted; matched, its day is closed again and it counts."""
    show_report(page, [(NEXT, ID, 30_000), (NEXT, UNKNOWN, 45_600)], "2023-10-21", "日报1021.csv")
    press(page, "入库并滚算")
    told(page, "已入库，正在读取")
    settle()
    assert_board(page, 120_000)
    page.goto("/")
    follow(page, "匹配报表中的 ID")
    assert numbers(row_of(page, UNKNOWN)) == [45_600, 0, 1]
    look(page, "traffic-unmatched")
    follow(page, f"选择所属投放 {UNKNOWN}")
    page.get_by_role("radio", name=PLACEMENT).check()
    look(page, "traffic-match")
    press(page, "将 ID 归入此投放")
    told(page, f"{UNKNOWN} 已归入“{PLACEMENT}”")
    expect(page.get_by_text("没有待匹配的 ID")).to_be_visible()
    settle()
    assert_board(page, 165_600)
    expect(page.get_by_role("definition").filter(has_text=ID)).to_have_text(
        f"{ID}\n{UNKNOWN}", use_inner_text=True
    )
    lines = page.get_by_role("region", name="更正记录").locator("tbody").get_by_role("row")
    assert [numbers(line) for line in lines.all()] == [
        [30_000, 75_600, 45_600],
        [120_000, 90_000, -30_000],
    ]
    look(page, "traffic-placement-matched")


def test_five_million_impressions_from_the_pledge_to_a_true_number(
    people: People, look: Look, settle: Settle
) -> None:
    dossiers.product_in("published")
    settle()  # the notices of its way
    office = people(UserFactory(staff=True, full_name="陈雅文"))
    open_and_plan(office, look)
    add_source(office, look)
    place(office, look)
    allot(office, look)
    land_first(office, look, settle)
    correct(office, look, settle)
    match(office, look, settle)
