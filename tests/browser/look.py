"""What every page is held to: it can be read, reached, understood, and fits its screen."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# The levels the law asks of public bodies' pages.
AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}
# Checks the page. On a further screen contrast, which is two thirds of the work, is measured where
# something appears or looks otherwise than on the first, and in all that stands in it.
RUN = """([options, further]) => {
  const style = (item) => {
    const is = getComputedStyle(item);
    return [is.color, is.backgroundColor, is.backgroundImage, is.fontSize, is.fontWeight,
      is.opacity].join();
  };
  const now = new Map([...document.querySelectorAll("*")]
    .map((item) => [item, item.checkVisibility() ? style(item) : ""]));
  const before = window.appearance;
  window.appearance = now;
  if (!further) return axe.run(options).then((all) => all.violations);
  const changed = new Set([...now].filter(([item, look]) => look && look !== before.get(item))
    .map(([item]) => item));
  const stands = (item) => item && (changed.has(item) || stands(item.parentElement));
  const include = [...changed].filter((item) => !stands(item.parentElement));
  const rest = {...options, preload: false, rules: {"color-contrast": {enabled: false}}};
  const contrast = {...options, preload: false, runOnly: ["color-contrast"]};
  return axe.run(rest).then((all) => include.length === 0 ? all.violations :
    axe.run({include}, contrast).then((more) => [...all.violations, ...more.violations]));
}"""
# Latin letters that are right on a Chinese page.
LATIN_WORDS = {
    *("Excel", "PDF", "JPEG", "PNG", "WebP", "HEIC", "IP", "KB", "MB", "jpg", "pdf"),
    # What reports and workbooks are made of.
    *("ID", "csv", "xls", "xlsx", "zip", "json", "JSON", "parquet"),
    "harvest",  # the example of a short name for addresses
    *("Chrome", "Linux"),  # the device the tests sign in on
}
# Shown, read out or hovered: everything a person may meet, but nothing marked as English.
WORDS = r"""() => {
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const home = walk.currentNode.parentElement;
    if (!home.closest("script, style, code, [lang=en]")) texts.push(walk.currentNode.data);
  }
  const said = ["aria-label", "alt", "title", "placeholder", "data-label"];
  for (const name of said)
    document.querySelectorAll(`[${name}]`).forEach((item) => texts.push(item.getAttribute(name)));
  const told = texts.join("\n").replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "")
    .replace(/https?:\/\/\S+|[\w.*]+@[\w.]+/g, "");  // addresses are in no language
  return [...new Set(told.match(/\b[A-Za-z]{2,}\b|%\(\w+\)/g) || [])];
}"""
# Pictures further down load late; the call fails when one of them cannot be shown.
PICTURES = """() => Promise.all([...document.images].map((picture) => {
  const was = picture.loading;
  picture.loading = "eager";
  return picture.decode().then(() => { picture.loading = was; });
}))"""
TOO_WIDE = """(width) => document.documentElement.scrollWidth <= width ? [] :
  [...document.body.querySelectorAll("*")]
    .filter((item) => item.getBoundingClientRect().right > width + 0.5)
    .map((item) => item.outerHTML.slice(0, 120)).slice(0, 5)"""


class Look:
    """`look(page, "name")` checks a page on each screen.

    `screens` maps widths to heights; on the first of them the page stands, and stands again after.
    `keeps`: pictures of the whole page go to `folder`, else only those of a page with a fault.
    """

    def __init__(self, folder: Path, screens: dict[int, int], *, keeps: bool) -> None:
        self.folder, self.screens, self.keeps = folder, screens, keeps
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, page: Page, name: str, *, language: str = "zh-CN") -> None:
        """Assert that nobody is shut out of `page`, that it is Chinese, and that it fits.

        In English its words are not looked at: what is data stays Chinese, and
        `tests/pages/test_every_page.py` tells the two apart.
        """
        page.evaluate(PICTURES)
        assert page.locator("html").get_attribute("lang") == language
        foreign = set(page.evaluate(WORDS)) - LATIN_WORDS if language == "zh-CN" else set()
        faults = [f"English word: {word}" for word in foreign]
        own, *others = self.screens
        for width in (own, *others):
            if others:
                self._turn(page, width)
            faults += [
                *(f"too wide at {width} px: {item}" for item in page.evaluate(TOO_WIDE, width)),
                *(f"at {width} px: {fault}" for fault in barriers(page, further=width != own)),
            ]
            self.picture(page, f"{name}-{width}", anyway=bool(faults))
        if others:
            self._turn(page, own)
        assert not faults, "\n".join([f"{name}:", *faults])

    def picture(self, page: Page, name: str, *, anyway: bool = False) -> None:
        """Keep a picture of the whole page where pictures are wanted, or `anyway`."""
        if self.keeps or anyway:
            page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    def _turn(self, page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": self.screens[width]})


def barriers(page: Page, *, further: bool = False) -> list[str]:
    """What axe finds wrong: the rule, and where it is broken; `further`: see `RUN`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [AXE, further])
    return [
        f"{rule['help']}: {node['html'][:160]} ({node['failureSummary']})"
        for rule in found
        for node in rule["nodes"]
    ]
