"""Every list can be taken away as a workbook, or there is a reason why not."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from portal.spreadsheet import CONTENT_TYPE
from tests import walk
from tests.answers import content, signed_in, status

pytestmark = pytest.mark.django_db

# Lists that nobody takes away, each with its reason.
WITHOUT = {
    "work-list": "work in progress: gone when it is done",
    "notices": "a person's own notices: they lead to what they tell of, which has its sheet",
    "own-messages": "a person's own messages: they are in the copy of own data",
    "demonstration-messages": "the demonstration's outbox",
    "demonstration-mails": "the demonstration's outbox",
    "design": "specimens",
    "running-order-add": "a list to choose from: the running order has its sheet",
    "campaigns-unplaced": "campaigns of the next seven days: the calendar has its sheet",
    "export-profiles": "each leads to exports that are workbooks themselves",
    "export-profile": "its exports are workbooks themselves",
    "export": "it is a workbook itself, fetched as it was sent",
}
# Pages with a table that is no list of its own: one record with what hangs on it, a form, or the
# outcome of one act.
RECORDS = {
    "allotment-sheet",
    "allotment-sheet-new",
    "api-docs",
    "call-put-forward",
    "call-quotas",
    "desk-bulk-result",
    "desk-letters",
    "dossier",
    "listing",
    "live-session",
    "my-data",
    "placement",
    "product-county",
    "programme",
    "revision",
    "running-order",
    "sheet",
    "source",
    "statement",
    "webhook-delivery",
}
# What a page with rows has: the count above a list, or a table.
LISTED = ('<p class="count"', "<table")
TAKEN = re.compile(r'<a class="button" href="(/[^"]+)">导出 Excel</a>')


def pages(side: walk.Side) -> Iterator[tuple[str, str]]:
    """Name and address of every page about rows of a side, and of every list."""
    stops = walk.ROWS | walk.ADMIN_ROWS | walk.SHARED | walk.OPEN
    for name, stop in stops.items():
        if stop.answer == 200:
            yield name, walk.address(name, stop, side)
    for name in walk.LISTS:
        yield name, reverse(name)
    for name, fill in walk.PUBLIC.items():
        yield name, reverse(name, kwargs=fill(side))


def lists(clients: list[Client], side: walk.Side) -> dict[str, set[str]]:
    """Page with a list → where it can be taken away, over all readers; empty where it cannot."""
    found: dict[str, set[str]] = {}
    for name, address in pages(side):
        for client in clients:
            answer = client.get(address)
            text = content(answer)
            if answer.status_code == 200 and any(mark in text for mark in LISTED):
                found.setdefault(name, set()).update(taken(client, text))
    return found


def taken(client: Client, text: str) -> Iterator[str]:
    """The addresses where a page's lists can be taken away; each is a workbook."""
    for link in map(html.unescape, TAKEN.findall(text)):
        answer = client.get(link)
        assert (status(answer), answer["Content-Type"]) == (200, CONTENT_TYPE), link
        yield link


def test_every_list_goes_out_as_a_workbook_or_says_why_not(sides):
    here, _there = sides
    people = (here.official, here.office, here.admin, here.merchant)
    found = lists([signed_in(user) for user in people], here)
    without = {name for name, links in found.items() if not links}
    assert without == WITHOUT.keys() | RECORDS
