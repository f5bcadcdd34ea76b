"""What comes out of the printer: the record alone, with where it is from and when it was true."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Error, Page, expect

from portal.accounts.actor import Actor
from tests import dossiers, walk
from tests.browser.conftest import People
from tests.browser.look import TOO_WIDE, Look
from tests.factories import RUYUAN, OrganisationFactory, UserFactory
from tests.sides import Side
from tests.traffic import world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("live_server"),
    pytest.mark.parametrize("width", [360]),
]

OUTSIDES = "(items) => items.map((item) => item.outerHTML.slice(0, 120)).slice(0, 5)"
LIST_READERS = ("colleague", "office", "admin")
PAPER = 703  # A4 without its margins, in CSS pixels
PRESSED = (
    "header.top, footer, .menu, .crumbs, .filters, .filters-toggle, .pager, .button, .views, "
    ".list-head nav, input, select, textarea"
)
NO_TABLES = """() => [...document.querySelectorAll("main table")]
  .filter((item) => getComputedStyle(item).display !== "table").length"""
UNDERLINED = """() => [...document.querySelectorAll("main a")]
  .filter((item) => item.checkVisibility() && getComputedStyle(item).textDecorationLine !== "none")
  .length"""


def on_paper(page: Page) -> dict[str, Any]:
    """What is wrong with a page that is shown as the printer gets it."""
    found = {
        "to press": page.locator(PRESSED).locator("visible=true").evaluate_all(OUTSIDES),
        "no head": [] if page.locator(".printed").is_visible() else [page.url],
        "too wide": page.evaluate(TOO_WIDE, PAPER),
        "tables that are none": page.evaluate(NO_TABLES),
        "underlined": page.evaluate(UNDERLINED),
    }
    return {fault: what for fault, what in found.items() if what}


def opens(page: Page, address: str) -> bool:
    """Whether the address has a page for its reader: no other one, no file, no refusal."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    is_page = answer is not None and "text/html" in answer.headers["content-type"]
    return is_page and answer.ok and not answer.request.redirected_from


def printed(page: Page, address: str, look: Look) -> None:
    """Open a page as the printer gets it, keep its picture, and hold it to what paper is."""
    page.emulate_media(media="screen")
    page.goto(address)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    name = address.strip("/").replace("/", "-").split("?")[0] or "home"
    look.picture(page, f"print-{name}")
    assert on_paper(page) == {}
    head = page.locator(".printed")
    expect(head).to_contain_text("广东“百千万工程”流量扶持平台")
    expect(head).to_contain_text("打印时间：2023年10月23日")


def test_lists_and_records_print_on_paper(people: People, look: Look) -> None:
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    owner = Actor.of(official)
    row = dossiers.product_in("returned", owner=owner, name="必背瑶绣香囊")
    published = dossiers.product_in("published", owner=owner)
    OrganisationFactory(name="乳源瑶山茶业专业合作社")
    placement = world.placement(dossiers.staff())
    page = people(official)
    for address in (
        "/dossiers/",
        f"/dossiers/{row.code}/",
        "/organisations/",
        "/placements/",
        placement.get_absolute_url(),
        "/products/",
        f"/products/{published.code}/",
        "/board/",
        "/notices/",
    ):
        printed(page, address, look)
    # The words on paper are those of the record.
    page.goto(f"/dossiers/{row.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("必背瑶绣香囊")


def test_the_record_of_acts_fits_a4(people: People, look: Look) -> None:
    dossiers.product_in("published")
    page = people(UserFactory(admin=True, full_name="王建国"))
    for address in ("/audit/", "/people/"):
        printed(page, address, look)


def test_every_list_and_every_record_prints_as_paper(people: People, look: Look) -> None:
    """One page of each address in `tests.walk`, opened by the first whom it is for."""
    side = Side(RUYUAN)
    stops = {
        name: [(who, reverse(name)) for who in LIST_READERS] for name in walk.LISTS - {"design"}
    }
    for name, stop in {**walk.ROWS, **walk.SHARED, **walk.OPEN, **walk.ADMIN_ROWS}.items():
        stops[name] = [(stop.who, walk.address(name, stop, side))]
    pages = {
        who: people(getattr(side, who)) for who in {who for at in stops.values() for who, _ in at}
    }
    for page in pages.values():
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER, "height": 1000})
    wrong, seen = {}, set()
    for name, readers in sorted(stops.items()):
        # What machines read, and pictures, a browser shows in pages of its own.
        if name.startswith(("api-", "file-")):
            continue
        for who, address in readers:
            if opens(pages[who], address):
                seen.add(name)
                if faults := on_paper(pages[who]):
                    wrong[name, who] = faults
                break
    assert wrong == {}
    assert {"dossiers", "dossier", "desk", "placement", "statement", "organisation-record"} <= seen
    assert len(seen) >= 80
    # What is filled in a form beside the record goes; the record stays.
    page = pages["colleague"]
    page.goto(reverse("desk-review", args=[side.submitted.code]))
    look.picture(page, "print-desk-review")
    expect(page.get_by_role("group", name="产品特色", exact=True)).to_contain_text("高山冷凉菜")
    page.goto(reverse("desk"))
    look.picture(page, "print-desk")
    expect(page.locator("thead th:visible")).to_have_count(5)
    expect(page.locator("tbody tr").first.locator("th:visible, td:visible")).to_have_count(5)


def test_charts_print_with_their_figures(people: People, look: Look) -> None:
    page = people(UserFactory(staff=True))
    page.goto("/design/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    look.picture(page, "print-design")
    expect(page.locator("#line_chart table")).to_be_visible()
    expect(page.locator("#tile_map table")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#line_chart details[open]").count() == 0
