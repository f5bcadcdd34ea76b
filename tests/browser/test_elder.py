"""Large type: nothing smaller than 18 px, nothing to press smaller than 60 px, all by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests import dossiers
from tests.browser.conftest import WIDTHS, People
from tests.browser.look import Look
from tests.factories import RUYUAN, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]

SMALLEST_TYPE, SMALLEST_TARGET = 18, 60  # pixels
MEASURE = """([type, target]) => {
  const shown = (box) => box.width > 0 && box.height > 0;
  const name = (item) => `${item.tagName.toLowerCase()} “${item.textContent.trim().slice(0, 20)}”`;
  const small = [], tight = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const home = walk.currentNode.parentElement, range = document.createRange();
    range.selectNode(walk.currentNode);
    if (!walk.currentNode.data.trim() || home.closest(".sr, .skip, script, option, svg")) continue;
    if (!shown(range.getBoundingClientRect())) continue;
    const size = parseFloat(getComputedStyle(home).fontSize);
    if (size < type) small.push(`${name(home)}: ${size} px`);
  }
  const inSentence = (item) => getComputedStyle(item).display === "inline" &&
    [...item.parentElement.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const pressed = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const item of document.querySelectorAll(pressed)) {
    // The table under a map or chart holds every link of it once more, large.
    if (item.closest(".skip, svg") || inSentence(item)) continue;
    // A tick is pressed by its whole label, and a stretched link by the box it covers.
    const covers = getComputedStyle(item, "::after").position === "absolute";
    const part = item.closest(".choice") || (covers ? item.offsetParent : item);
    const box = part.getBoundingClientRect();
    if (shown(box) && (box.height < target - 0.5 || box.width < target - 0.5))
      tight.push(`${name(item)}: ${box.width.toFixed(0)} × ${box.height.toFixed(0)} px`);
  }
  return {small, tight};
}"""
NOTHING: dict[str, list[str]] = {"small": [], "tight": []}


def measured(page: Page) -> Any:
    return page.evaluate(MEASURE, [SMALLEST_TYPE, SMALLEST_TARGET])


def measured_on_each(page: Page, look: Look) -> dict[int, dict[str, Any]]:
    """The same on every screen; at the end the page stands on its own again."""
    found = {}
    own, *others = look.screens
    for width in (*others, own):
        page.set_viewport_size({"width": width, "height": look.screens[width]})
        found[width] = measured(page)
    return found


def in_large_type(page: Page) -> Page:
    address = page.url if page.url.startswith("http") else "http://localhost"
    page.context.add_cookies([{"name": "elder", "value": "1", "url": address}])
    return page


def test_what_everybody_sees_is_large(people: People, look: Look) -> None:
    dossiers.product_in("published")
    page = people.visitor()
    page.goto("/")
    in_large_type(page)
    found = {}
    for name, address in {
        "public": "/",
        "sign-in": "/account/login/",
        "products": "/products/",
    }.items():
        page.goto(address)
        look(page, f"elder-{name}")
        found[name] = measured_on_each(page, look)
    assert found == dict.fromkeys(found, dict.fromkeys(WIDTHS, NOTHING))


def test_what_an_official_works_with_is_large(people: People, look: Look) -> None:
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    owner = dossiers.Actor.of(official)
    returned = dossiers.product_in("returned", owner=owner, name="必背瑶绣香囊")
    page = people(official)
    # In normal type there is something to find, or the measure would prove nothing.
    assert (measured(page)["small"] != [], measured(page)["tight"] != []) == (True, True)
    in_large_type(page)
    found = {}
    for name, address in {
        "home": "/",
        "form": "/dossiers/new/product/",
        "list": "/dossiers/",
        "record": f"/dossiers/{returned.code}/",
    }.items():
        page.goto(address)
        look(page, f"elder-{name}")
        found[name] = measured_on_each(page, look)
    assert found == dict.fromkeys(found, dict.fromkeys(WIDTHS, NOTHING))


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_office_works_with_is_large(people: People, look: Look) -> None:
    row = dossiers.product_in("endorsed", name="必背瑶绣香囊")
    live = dossiers.product_in("published")
    page = in_large_type(people(UserFactory(staff=True, full_name="陈雅文")))
    found = {}
    for name, address in {
        "home": "/",
        "desk": "/desk/",
        "review": f"/desk/dossiers/{row.code}/",
        "statistics": "/desk/statistics/",
        "programme": "/programme/",
        "traffic": "/board/",
        "placements": "/placements/",
        "public-record": f"/products/{live.code}/",
        "work": "/work/",
        "notices": "/notices/",
    }.items():
        page.goto(address)
        for fold in page.locator(".menu summary:visible, .filters-toggle summary:visible").all():
            fold.click()
        look(page, f"elder-office-{name}")
        found[name] = measured(page)
    assert found == dict.fromkeys(found, NOTHING)


FOCUSED = """() => {
  const item = document.activeElement, style = getComputedStyle(item);
  if (item === document.body) return null;
  const box = item.getBoundingClientRect();
  return {name: item.textContent.trim().slice(0, 20) || item.name,
          ring: parseFloat(style.outlineWidth) >= 3 || style.boxShadow !== "none" ||
                item.matches(".choice input"),
          seen: box.bottom > 0 && box.top < innerHeight};
}"""


@pytest.mark.parametrize("width", [1280])
def test_tab_comes_to_everything_and_shows_where_it_is(people: People) -> None:
    page = in_large_type(people(UserFactory(official=RUYUAN)))
    page.goto("/dossiers/new/product/")
    wanted = page.locator(
        "a[href]:visible, button:visible, input:visible, select:visible, textarea:visible"
    ).count()
    met = []
    for _press in range(wanted + 5):
        page.keyboard.press("Tab")
        if (here := page.evaluate(FOCUSED)) is None:
            break
        met.append(here)
    assert [stop["name"] for stop in met if not (stop["ring"] and stop["seen"])] == []
    # Radio buttons of one question are one stop; everything else is a stop of its own.
    assert len(met) >= wanted - 1
