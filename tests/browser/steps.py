"""What a person does on a page, by the words that stand on it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Locator, Page, expect


def go(control: Locator) -> None:
    """Click what leads to a page, and be there: a click alone may return on the old one."""
    with control.page.expect_event("domcontentloaded"):
        control.click()


def press(page: Page, name: str) -> None:
    go(page.get_by_role("main").get_by_role("button", name=name, exact=True))


def follow(page: Page, name: str) -> None:
    go(page.get_by_role("main").get_by_role("link", name=name, exact=True))


def confirm(page: Page, name: str) -> None:
    """Open the dialog behind the button `name`, and say yes to it there."""
    page.get_by_role("main").locator("summary", has_text=name).click()
    go(page.get_by_role("dialog").get_by_role("button", name=name, exact=True))


def open_row(page: Page, name: str | None = None) -> None:
    """Follow the link that a table's row begins with: the only one, or the one called `name`."""
    go(page.get_by_role("rowheader").get_by_role("link", name=name))


def told(page: Page, words: str) -> None:
    """The answer to the last act says `words`."""
    expect(page.locator(".message", has_text=words)).to_be_visible()


def field(page: Page, label: str) -> Locator:
    """The field whose label holds `label`; parts of the page have labels too."""
    controls = page.locator("input, select, textarea")
    return page.get_by_role("main").get_by_label(label).and_(controls)


def fill(page: Page, **values: str) -> None:
    for label, value in values.items():
        field(page, label).fill(value)


def choose(page: Page, **values: str) -> None:
    for label, value in values.items():
        field(page, label).select_option(label=value)


def find(page: Page, label: str, words: str) -> Locator:
    """Look for one of many, and choose the only one that fits; returns what stands chosen."""
    group = page.get_by_role("group", name=label)
    group.get_by_role("searchbox").fill(words)
    go(group.get_by_role("button", name="查找"))
    found = page.get_by_role("group", name=label).get_by_role("radio", name=words)
    expect(found).to_be_checked()
    return found


def faults(page: Page) -> list[str]:
    """What the list above the form says is to be mended."""
    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    return summary.get_by_role("link").all_inner_texts()


def picked(*uploads: SimpleUploadedFile) -> list[Any]:
    """Uploads as a person picks them on the own device."""
    return [
        {"name": file.name, "mimeType": file.content_type, "buffer": file.read()}
        for file in uploads
    ]


def facts(part: Page | Locator) -> dict[str, str]:
    """Terms and what stands beside them."""
    terms = part.get_by_role("term").all_inner_texts()
    return dict(zip(terms, part.get_by_role("definition").all_inner_texts(), strict=True))


def rows(page: Page, region: str) -> list[list[str]]:
    """The cells of each row of the table in `region`, the heading row left out."""
    lines = page.get_by_role("region", name=region).locator("tbody tr").all()
    return [line.locator("th, td").all_inner_texts() for line in lines]
