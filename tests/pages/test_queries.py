"""How many queries each page takes: a literal, the same for 1, 3 and 30 rows of what it shows."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
import pytest_django
from django.db import connections, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from benchmarks import pages as benchmark
from portal.regions.queries import county_choices
from tests import walk
from tests.pages.crowd import Crowd
from tests.pages.literals import PAGES, WITHOUT_ROWS
from tests.pages.page import Page

pytestmark = pytest.mark.django_db
NUMBERS = (1, 3, 30)
# Nothing is kept between two readings: what is counted once a minute is counted here each time.
UNCACHED = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@dataclass
class Reading:
    """What one page did at each number: its statements, its length, and the rows of its list."""

    asked: list[list[str]]
    bytes: list[int]
    listed: list[int | None]

    @property
    def numbers(self) -> list[int]:
        return [len(asked) for asked in self.asked]

    @property
    def surplus(self) -> str:
        """What was asked at the largest number more often than at the smallest."""
        many, few = (Counter(map(_form, asked)) for asked in (self.asked[-1], self.asked[0]))
        return "".join(f"\n  {times} x {sql}" for sql, times in (many - few).items())


def _form(sql: str) -> str:
    """A statement without its values."""
    return re.sub(r"'[^']*'|\d+", "?", sql)[:500]


def _note(reading: Reading, client: Client, address: str) -> None:
    """Open a page or take a workbook whole; note every statement over all databases."""
    with ExitStack() as stack:
        contexts = [
            stack.enter_context(CaptureQueriesContext(connection))
            for connection in connections.all()
        ]
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (address, answer.status_code)
    reading.asked.append([done["sql"] for context in contexts for done in context])
    reading.bytes.append(len(content))
    context = answer.context or {}
    listed = context["page_obj"].paginator.count if "page_obj" in context else None
    reading.listed.append(listed)


def _clients(crowd: Crowd) -> dict[str, Client]:
    """A browser of every reader."""
    clients = {page.reader: Client() for page in PAGES}
    for reader, client in clients.items():
        if reader != "visitor":
            client.force_login(getattr(crowd, reader))
    return clients


@pytest.fixture(scope="module")
def readings(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> dict[Page, Reading]:
    """Every page at every number, over one crowd that grows: it takes seconds to make."""
    found = {page: Reading([], [], []) for page in PAGES}
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(override_settings(CACHES=UNCACHED))
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
        # Read once a process, whichever page comes first.
        county_choices()
        crowd = Crowd()
        clients = _clients(crowd)
        for number in NUMBERS:
            crowd.grow(number)
            for page, reading in found.items():
                _note(reading, clients[page.reader], page.address(crowd))
        for alias in connections:
            transaction.set_rollback(True, using=alias)
    return found


def test_every_page_takes_its_queries_whether_it_shows_1_3_or_30_rows(
    readings: dict[Page, Reading],
) -> None:
    wrong = {
        page: reading
        for page, reading in readings.items()
        if reading.numbers != [page.sql] * len(NUMBERS)
    }
    assert not wrong, "\n".join(
        f"{page}: {reading.numbers}{reading.surplus}" for page, reading in wrong.items()
    )


def test_every_list_showed_1_3_and_30_rows(readings: dict[Page, Reading]) -> None:
    wrong = {}
    for page, reading in readings.items():
        if reading.listed[0] is None:
            continue
        if page.beside is None:
            right = reading.listed[-1] - reading.listed[0] >= NUMBERS[-1] - NUMBERS[0]
        else:
            right = reading.listed == [number + page.beside for number in NUMBERS]
        if not right:
            wrong[str(page)] = reading.listed
    assert wrong == {}


def test_every_page_got_longer_but_those_that_show_no_rows(readings: dict[Page, Reading]) -> None:
    listless = {page: reading for page, reading in readings.items() if reading.listed[0] is None}
    short = {page for page, reading in listless.items() if reading.bytes[0] >= reading.bytes[-1]}
    still = {page for page in PAGES if page.still}
    assert {str(page) for page in short - still} == set()
    assert still - listless.keys() == set()


def test_every_page_has_its_literal() -> None:
    rows = walk.ROWS | walk.SHARED | walk.OPEN | walk.ADMIN_ROWS
    walked = {name for name, stop in rows.items() if stop.answer == 200}
    walked |= walk.LISTS | walk.PUBLIC.keys() | walk.FORMS.keys()
    measured = {page.name for page in PAGES}
    assert measured | WITHOUT_ROWS == walked
    assert measured & WITHOUT_ROWS == set()


def test_every_page_of_the_benchmark_has_its_literal() -> None:
    measured = {(page.reader, page.name) for page in PAGES}
    readers = {"staff": "office", "creator": "creator_user"}
    named = set()
    for page in benchmark.PAGES:
        address = re.sub(r"{\w+}", "1", page.url).partition("?")[0]
        named.add((readers.get(page.role, page.role), resolve(address).url_name))
    assert named - measured == set()
