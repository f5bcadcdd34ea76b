"""How many queries each page takes: a literal, the same for 1, 3 and 30 rows of what it shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_django
from django.db import connections, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import walk
from tests.pages.crowd import Crowd

pytestmark = pytest.mark.django_db
NUMBERS = (1, 3, 30)
# Nothing is kept between two readings: what is counted once a minute is counted here each time.
UNCACHED = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@dataclass(frozen=True)
class Page:
    """A page, who reads it, how many queries that takes, and the filter in its address.

    `of` fills the address where it is not about the row that the walk names. `beside` are the rows
    of a list which do not grow.
    """

    name: str
    reader: str
    sql: int
    query: str = ""
    of: Callable[[Crowd], dict[str, Any]] | None = None
    beside: int = 0

    def __str__(self) -> str:
        return f"{self.name}{self.query} of {self.reader}"

    def address(self, crowd: Crowd) -> str:
        fill = self.of or FILLS.get(self.name, lambda _crowd: {})
        return reverse(self.name, kwargs=fill(crowd)) + self.query


FILLS = walk.PUBLIC | {
    name: stop.fill
    for name, stop in (walk.ROWS | walk.SHARED | walk.OPEN | walk.ADMIN_ROWS).items()
}
PAGES = (
    Page("products", "visitor", 0),
)


@pytest.fixture(scope="module")
def crowd(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Crowd]:
    """Made once: it takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Crowd()
        transaction.set_rollback(True)


def test_x(crowd):
    import time
    t=time.time()
    for n in NUMBERS:
        crowd.grow(n)
    print(time.time()-t)
