"""Every page, walked once in Chinese by all who read it: each list can be taken away as a workbook,
or there is a reason why not; each page fits a slow line.
"""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator

import pytest
import pytest_django
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.spreadsheet import CONTENT_TYPE
from tests import databases, walk
from tests.answers import Browsers, status
from tests.factories import SHAOGUAN, UserFactory
from tests.pages.weight import LIST_IMAGE, ROWS, Weighed, crowded

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
    "sheet-new",
    "source",
    "statement",
    "webhook-delivery",
}
# What a page with rows has: the count above a list, or a table.
LISTED = ('<p class="count"', "<table")
TAKEN = re.compile(r'<a class="button" href="(/[^"]+)">导出 Excel</a>')
# Public addresses that answer with no page of their own: files, switches, and what machines ask.
NO_PAGES = {"healthz", "readyz", "freshz", "elder-mode", "set_language", "file", "file-thumb"}
NO_PAGES |= {"api-schema", "harvest-export", "product-qr", "product-poster", "product-share"}


class Walked:
    """What was found on every page."""

    def __init__(self) -> None:
        self.side = crowded()
        self.browsers = Browsers(headers={"accept-encoding": "gzip"})
        self.homes = homes(self.side)
        self.weighed = Weighed()
        # Page with a list → where it can be taken away, over all readers; empty where it cannot.
        self.lists: dict[str, set[str]] = {}
        for name, user, address in addresses(self.side, self.homes):
            self._open(name, user, address)

    def _open(self, name: str, user: User | None, address: str) -> None:
        client = self.browsers(user)
        answer = client.get(address)
        if status(answer) != 200 or not answer["Content-Type"].startswith("text/html"):
            return
        page = gzip.decompress(answer.content).decode()
        self.weighed.note(name, user, answer, page)
        if any(mark in page for mark in LISTED):
            self.lists.setdefault(name, set()).update(taken(client, page))


def homes(side: walk.Side) -> dict[str, User]:
    return {
        "official": side.official,
        "city": UserFactory(official_of_city=SHAOGUAN),
        "office": side.office,
        "admin": side.admin,
        "auditor": UserFactory(auditor=True),
        "merchant": side.merchant,
        "creator": side.maker.user,
        "trainee": side.trainee,
        "nobody": UserFactory(),
    }


def addresses(side: walk.Side, homes: dict[str, User]) -> Iterator[tuple[str, User | None, str]]:
    """Name, reader and address of every page about rows of a side, and of every list."""
    people = (side.official, side.office, side.admin, side.merchant)
    for name, stop in (walk.ROWS | walk.ADMIN_ROWS | walk.SHARED | walk.OPEN).items():
        address = walk.address(name, stop, side)
        readers = {getattr(side, stop.who), *(people if stop.answer == 200 else ())}
        yield from ((name, user, address) for user in sorted(readers, key=lambda user: user.pk))
    for name in sorted(walk.LISTS):
        yield from ((name, user, reverse(name)) for user in people)
    for name, fill in walk.PUBLIC.items():
        address = reverse(name, kwargs=fill(side))
        yield from ((name, user, address) for user in (None, *people))
    for name, kwargs in walk.FORMS.items():
        yield name, side.official, reverse(name, kwargs=kwargs)
    for role, user in homes.items():
        yield f"home of {role}", user, reverse("home")
    for name in ("account_login", "account_signup"):
        yield name, None, reverse(name)


def taken(client: Client, text: str) -> Iterator[str]:
    """The addresses where a page's lists can be taken away; each is a workbook."""
    for link in map(html.unescape, TAKEN.findall(text)):
        answer = client.get(link)
        assert (status(answer), answer["Content-Type"]) == (200, CONTENT_TYPE), link
        yield link


@pytest.fixture(scope="module")
def walked(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Walked]:
    """One walk over a county where every list is a page long."""
    with databases.made_once(django_db_blocker):
        yield Walked()


def test_every_list_goes_out_as_a_workbook_or_says_why_not(walked):
    without = {name for name, links in walked.lists.items() if not links}
    assert without == WITHOUT.keys() | RECORDS


def test_pages_fit_a_slow_line_and_their_pictures_come_late_and_small(walked):
    found = walked.weighed
    assert found.heavy == {}
    assert found.eager == set()
    names = {name for name, _reader in found.pages}
    visited = {name for name, reader in found.pages if reader == "None"}
    assert set(walk.PUBLIC) - visited == NO_PAGES
    assert {f"home of {role}" for role in walked.homes} <= names
    assert {"account_login", "account_signup"} <= visited
    assert {"dossier", "dossier-new", "desk-review", "placement"} <= names
    assert len(names) >= 170
    assert len(found.pictures) > ROWS
    sizes = {
        src: sum(map(len, walked.browsers(user).get(src).streaming_content))
        for src, user in found.pictures.items()
        if "thumb" in src
    }
    assert {src: size for src, size in sizes.items() if size > LIST_IMAGE} == {}
