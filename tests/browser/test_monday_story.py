"""A Monday in the office: the brief, a county that will miss and why, a what-if, two million moved,
a make-good by two people; and the brief of the week after. Nobody types an address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal import clock
from portal.ledger.models import Account, Transfer
from tests import dossiers, pdfs
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import fill, follow, go, open_row, press, told
from tests.factories import UserFactory
from tests.traffic import shortfalls, world
from traffic.makegood.models import MakeGood
from traffic.models import Placement

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]

MONDAY, NEXT = date(2023, 10, 23), date(2023, 10, 30)
RADISH, TEA = "乳源彩石萝卜 · 丰收节", "乳源瑶山茶 · 丰收节"
# What each delivers a day; the radish will miss, the tea is far ahead.
DAILY = {"7390000000000000017": 100_000, "7390000000000000025": 240_000}
ENDED = "7390000000000000033"
FIRST = date(2023, 10, 1)


def report(office: Any, first: date, last: date, name: str) -> None:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [(str(day), each, count) for day in days for each, count in DAILY.items()]
    if first == FIRST:
        rows.append((str(shortfalls.LAST), ENDED, 200_000))
    # Before the brief is made at 8:30.
    with clock.telling(clock.start_of(last + timedelta(days=1)) + timedelta(hours=7)):
        world.land(office, rows, days=(first, last), name=name)


@pytest.fixture
def county(settings: Any) -> dict[str, Placement]:
    """乳源 in 丰收节: 500万 for radish, 530万 for tea, 30万 that ended 10万 short; 50万 left."""
    settings.PROGRAMME_CLOCK = MONDAY
    office, owner = dossiers.staff(), dossiers.official()
    rows = {}
    names = (("radish", "乳源彩石萝卜"), ("tea", "乳源瑶山茶"))
    for (key, name), number in zip(names, DAILY, strict=True):
        dossier = dossiers.product_in("published", owner=owner, office=office, name=name)
        rows[key] = world.placement(office, ids=(number,), submission=dossier)
    rows["short"] = shortfalls.ended(
        office, promised=300_000, number=ENDED, submission=rows["radish"].submission
    )
    shortfalls.give(office, rows["radish"].account, 5_000_000)
    shortfalls.give(office, rows["tea"].account, 5_300_000)
    account = rows["tea"].account.parent
    assert account is not None
    shortfalls.give(office, account, 500_000)
    report(office, FIRST, MONDAY - timedelta(days=1), "十月.csv")
    return rows


# --- Pages as people use them ------------------------------------------------------------------


def by_menu(page: Page, group: str, name: str) -> None:
    page.locator(".menu-toggle summary").click()
    menu = page.get_by_role("navigation", name="主菜单")
    menu.get_by_text(group).click()
    go(menu.get_by_role("link", name=name, exact=True))


def leads_on(page: Page, words: str) -> None:
    """Follow the only link of the page that holds `words`."""
    go(page.get_by_role("main").get_by_role("link", name=words))


def numbers(part: Page | Locator) -> list[int]:
    """The exact numbers that stand there, in their order."""
    values: list[str] = part.locator("data").evaluate_all("all => all.map((item) => item.value)")
    return [int(value) for value in values]


def line(page: Page, name: str) -> list[int]:
    """The numbers of the first row that begins with `name`; on a phone rows are cards."""
    return numbers(page.locator("main tr", has=page.locator("th", has_text=name)).first)


def stat(page: Page, name: str) -> int:
    return numbers(page.locator(".stat", has=page.get_by_text(name, exact=True)))[0]


def balances(rows: dict[str, Placement]) -> dict[str, int]:
    """What each account holds; the county's own beside its placements'."""
    accounts = {name: row.account_id for name, row in rows.items()}
    accounts["county"] = rows["tea"].account.parent_id  # type: ignore[assignment]
    return {name: Account.objects.get(pk=pk).balance for name, pk in accounts.items()}


# --- The story ---------------------------------------------------------------------------------


def read_the_brief(page: Page, look: Look) -> None:
    """The week's figures, and what asks for a decision on top of them."""
    by_menu(page, "活动与流量", "每周简报")
    expect(page.get_by_role("heading", level=1)).to_have_text("每周简报：广东省")
    # Delivered, due by plan, against it, last week, against it, so far, promised.
    week, due, against, *rest = line(page, "更正后（现值）")
    assert (week, against) == (2_580_000, week - due)
    assert rest == [2_380_000, 200_000, 7_680_000, 11_100_000]
    expect(page.get_by_text("目前有1项投放预计完不成承诺量。")).to_be_visible()
    look(page, "monday-brief")


def take_the_alert_on(page: Page, look: Look) -> None:
    """The same is told as an alert, which is taken on."""
    by_menu(page, "活动与流量", "预警")
    look(page, "monday-alerts")
    open_row(page, "预计完不成")
    look(page, "monday-alert")
    expect(page.get_by_text("1 个投放项目")).to_be_visible()
    follow(page, "确认")
    look(page, "monday-alert-acknowledge")
    fill(page, 处理措施="周一上午调整")
    press(page, "确认预警")
    told(page, "预警已确认")
    expect(page.get_by_text("周一上午调整")).to_be_visible()


def see_why(page: Page, look: Look) -> None:
    """From the brief to the placement, to its county, and to the reason."""
    leads_on(page, f"“{RADISH}”（乳源瑶族自治县）预计缺口188.76万")
    expect(page.get_by_role("heading", level=1)).to_have_text(RADISH)
    go(page.get_by_role("navigation", name="当前位置").get_by_role("link", name="乳源瑶族自治县"))
    look(page, "monday-county")
    assert (stat(page, "承诺量"), stat(page, "预计完不成")) == (11_100_000, 1)
    leads_on(page, "预计完不成")
    look(page, "monday-will-miss")
    open_row(page, RADISH)
    look(page, "monday-placement")
    follow(page, "查看进度与原因")
    expect(page.locator("#standing-title")).to_contain_text("预计完不成")
    expect(page.get_by_text("应完成 372.58万，实际完成 220万。")).to_be_visible()
    expect(page.get_by_text("差 188.76万。")).to_be_visible()
    look(page, "monday-why")


def wonder(page: Page, look: Look) -> None:
    """Twenty days more would do; the campaign ends when it ends, and nothing was written."""
    follow(page, "情景推演")
    fill(page, 延后结束的天数="20")
    press(page, "开始推演")
    assert line(page, "预计完不成") == [1, 0]
    look(page, "monday-what-if")
    assert Placement.objects.filter(last_day__gt=date(2023, 10, 31)).count() == 0
    go(page.locator("main tr", has_text="预计完不成").get_by_role("link"))


def move_two_million(page: Page, look: Look, rows: dict[str, Placement]) -> None:
    """From the radish to the tea, which has delivered almost all of its own."""
    open_row(page, RADISH)
    follow(page, "分配流量")
    page.get_by_label("从本账户转出").check()
    page.get_by_label(TEA).check()
    fill(page, 曝光次数="200万", 理由="萝卜量不足，转给瑶山茶")
    look(page, "monday-move")
    press(page, "确认调拨")
    told(page, "已调拨 2,000,000 次曝光。")
    assert (stat(page, "承诺量"), stat(page, "剩余")) == (3_000_000, 800_000)
    follow(page, "查看进度与原因")
    expect(page.locator("#standing-title")).to_contain_text("正常")
    go(page.get_by_role("navigation", name="当前位置").get_by_role("link", name=RADISH))
    follow(page, "对账单")
    look(page, "monday-statement")
    # What came in, or went out, and the balance after each line.
    lines = [numbers(row) for row in page.locator("main tbody tr").all()]
    assert lines == [[5_000_000, 5_000_000], [2_000_000, 3_000_000]]
    assert [row for row in balances(rows).items() if row[0] != "short"] == [
        ("radish", 3_000_000),
        ("tea", 7_300_000),
        ("county", 500_000),
    ]
    moved = Transfer.objects.filter(reason="萝卜量不足，转给瑶山茶").order_by("pk")
    assert [(row.source.name, row.target.name, row.amount) for row in moved] == [
        (RADISH, "乳源瑶族自治县", 2_000_000),
        ("乳源瑶族自治县", TEA, 2_000_000),
    ]


def make_good(first: Page, second: Page, look: Look, rows: dict[str, Placement]) -> None:
    """One sets who gets it, another approves; the brief leads both there."""
    by_menu(first, "活动与流量", "每周简报")
    leads_on(first, "待审批")
    open_row(first, RADISH)
    follow(first, "调整")
    first.get_by_label(TEA).check()
    fill(first, 理由="萝卜已转出，由瑶山茶补足")
    press(first, "保存调整")
    told(first, "已调整，等待另一位同事审批。")
    by_menu(second, "活动与流量", "每周简报")
    look(second, "monday-brief-after")
    expect(second.get_by_text("预计完不成")).to_have_count(0)
    leads_on(second, "待另一人复核")
    open_row(second, RADISH)
    look(second, "monday-make-good")
    press(second, "批准并调拨流量")
    told(second, "已补量")
    assert MakeGood.objects.get().amount == 100_000
    assert (balances(rows)["tea"], balances(rows)["county"]) == (7_400_000, 400_000)


def print_the_next(page: Page, look: Look) -> None:
    """A week later: what was moved is no longer lacking, and nothing is delivered twice."""
    by_menu(page, "活动与流量", "每周简报")
    week, due, against, *rest = line(page, "更正后（现值）")
    assert (week, against) == (2_380_000, week - due)
    assert rest == [2_580_000, -200_000, 10_060_000, 11_100_000]
    look(page, "monday-next-brief")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    (sheet,) = pdfs.pages(download.value.path().read_bytes())
    printed = "".join(sheet)
    for text in ("2023年10月23日", "2023年10月29日", "238万", "258万", "1,006万", "1,110万"):
        assert text in printed, text
    assert "完不成" not in printed


def test_a_monday_from_the_brief_to_the_brief_of_the_week_after(
    people: People, look: Look, settings: Any, county: dict[str, Placement]
) -> None:
    page = people(UserFactory(staff=True, full_name="陈雅文"))
    colleague = people(UserFactory(staff=True, full_name="林志远"))
    take_the_alert_on(page, look)
    read_the_brief(page, look)
    see_why(page, look)
    wonder(page, look)
    move_two_million(page, look, county)
    make_good(page, colleague, look, county)
    settings.PROGRAMME_CLOCK = NEXT
    report(dossiers.staff(), MONDAY, NEXT - timedelta(days=1), "上周.csv")
    print_the_next(page, look)
