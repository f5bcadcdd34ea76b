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
Fill = Callable[[Crowd], dict[str, Any]]
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
    of: Fill | None = None
    beside: int = 0

    def __str__(self) -> str:
        return f"{self.name}{self.query} of {self.reader}"

    def address(self, crowd: Crowd) -> str:
        fill = self.of or FILLS.get(self.name, lambda _crowd: {})
        return reverse(self.name, kwargs=fill(crowd)) + self.query


def _code(name: str) -> Fill:
    return lambda crowd: {"code": getattr(crowd, name).code}


def _action(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent.parent.parent_id}


def _campaign(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent.parent_id}


def _county(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent_id}


def _pool(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.placement.account.parent.parent.parent.parent_id}


def _other(crowd: Crowd) -> dict[str, Any]:
    return {"pk": crowd.other.pk}


_submitted, _published, _route = _code("submitted"), _code("published"), _code("route")
_approved, _endorsed = _code("approved"), _code("endorsed")


FILLS = walk.PUBLIC | {
    name: stop.fill
    for name, stop in (walk.ROWS | walk.SHARED | walk.OPEN | walk.ADMIN_ROWS).items()
}
PAGES = (
    # Homes and boards.
    Page("home", "office", 0),
    Page("home", "official", 0),
    Page("home", "colleague", 0),
    Page("home", "admin", 0),
    Page("home", "auditor", 0),
    Page("home", "merchant", 0),
    Page("home", "creator_user", 0),
    Page("home", "trainee", 0),
    Page("programme", "office", 0),
    Page("programme", "official", 0),
    Page("board", "office", 0),
    Page("board", "official", 0),
    Page("account", "office", 0, of=_action),
    Page("account", "office", 0, of=_campaign),
    Page("account", "office", 0),
    Page("account", "official", 0),
    Page("desk-statistics", "office", 0),
    # Dossiers and the desk.
    Page("dossiers", "office", 0),
    Page("dossiers", "office", 0, "?kind=product&state=published"),
    Page("dossiers", "official", 0),
    Page("dossiers-export", "office", 0),
    Page("dossier", "official", 0),
    Page("dossier", "office", 0, of=_submitted),
    Page("dossier", "office", 0, of=_published),
    Page("dossier", "office", 0, of=_route),
    Page("dossier", "merchant", 0, of=_approved),
    Page("dossier-new", "official", 0),
    Page("dossier-new", "merchant", 0, of=lambda _crowd: {"kind": "application"}),
    Page("dossier-edit", "official", 0),
    Page("dossier-edit", "official", 0, of=_route),
    Page("dossier-reason", "colleague", 0),
    Page("revision", "official", 0),
    Page("desk", "office", 0),
    Page("desk", "office", 0, "?turn="),
    Page("desk", "office", 0, "?state=endorsed"),
    Page("desk", "colleague", 0),
    Page("desk-export", "office", 0),
    Page("desk-review", "colleague", 0),
    Page("desk-review", "office", 0, of=_endorsed),
    Page("desk-interest", "colleague", 0),
    Page("desk-bulk-result", "colleague", 0),
    Page("desk-letters", "office", 0),
    Page("desk-letter", "office", 0),
    Page("desk-away", "colleague", 0),
    Page("desk-away-person", "admin", 0),
    Page("desk-hand-over", "official", 0),
    Page("desk-hand-over-person", "admin", 0),
    # People and organisations.
    Page("organisations", "office", 0),
    Page("organisations", "official", 0),
    Page("organisations-export", "office", 0),
    Page("organisation-record", "official", 0),
    Page("organisation-record", "office", 0),
    Page("organisation-edit", "official", 0),
    Page("people", "admin", 0),
    Page("person", "admin", 0),
    Page("person", "admin", 0, of=_other),
    Page("person-role", "admin", 0),
    Page("person-act", "admin", 0),
    Page("profile", "official", 0),
    Page("my-data", "official", 0),
    # Messages, work and the record.
    Page("notices", "official", 0),
    Page("notice-preferences", "official", 0),
    Page("own-messages", "official", 0),
    Page("message-log", "admin", 0),
    Page("message-log-export", "admin", 0),
    Page("demonstration-messages", "visitor", 0),
    Page("demonstration-mails", "visitor", 0),
    Page("work-list", "admin", 0),
    Page("work-list", "official", 0, "?state=waiting"),
    Page("work-detail", "official", 0),
    Page("audit-list", "admin", 0),
    Page("audit-export", "admin", 0),
    # Traffic.
    Page("campaigns", "office", 0),
    Page("campaigns-unplaced", "office", 0),
    Page("placements", "office", 0),
    Page("placements", "official", 0),
    Page("placements-export", "office", 0),
    Page("placement", "office", 0),
    Page("placement", "official", 0),
    Page("placement-new", "office", 0),
    Page("allot", "office", 0),
    Page("allotments", "office", 0),
    Page("transfers", "office", 0),
    Page("transfers", "official", 0),
    Page("transfers", "office", 0, of=_county),
    Page("transfers-export", "office", 0),
    Page("transfer-reverse", "office", 0),
    Page("deliveries", "office", 0),
    Page("deliveries", "office", 0, of=_pool),
    Page("deliveries-export", "office", 0),
    Page("region-deliveries", "office", 0),
    Page("region-deliveries-export", "office", 0),
    Page("days", "office", 0),
    Page("unmatched", "office", 0),
    Page("unmatched-export", "office", 0),
    Page("unmatched-match", "office", 0, "{lost}"),
    Page("statements", "office", 0),
    Page("statements-export", "office", 0),
    Page("statement", "office", 0),
    Page("statement-rejected", "office", 0),
    Page("statement-set-aside", "office", 0),
    Page("statement-land", "office", 0),
    Page("sources", "office", 0),
    Page("sources", "office", 0, "?late=1"),
    Page("sources-export", "office", 0),
    # The other actions.
    Page("products", "visitor", 0),
    Page("product", "visitor", 0),
    Page("spots", "visitor", 0),
    Page("spot", "visitor", 0),
    Page("routes", "visitor", 0),
    Page("route", "visitor", 0),
    Page("creators", "visitor", 0),
    Page("creator", "visitor", 0),
    Page("tasks", "creator_user", 0),
    Page("task", "creator_user", 0),
    Page("task", "office", 0),
    Page("task-new", "office", 0),
    Page("takes", "office", 0),
    Page("takes", "creator_user", 0),
    Page("take", "official", 0),
    Page("take", "creator_user", 0),
    Page("courses", "visitor", 0),
    Page("courses", "trainee", 0),
    Page("class", "visitor", 0),
    Page("class", "trainee", 0),
    Page("class", "office", 0),
    Page("class-roster", "official", 0),
    Page("class-new", "office", 0),
    Page("class-change", "office", 0),
    Page("enrolment-remove", "office", 0),
    Page("trainees", "office", 0),
    Page("subsidies", "merchant", 0),
    Page("subsidies", "office", 0),
    Page("subsidies-supported", "office", 0),
    Page("subsidy-round", "office", 0),
    Page("subsidy-round", "official", 0),
    Page("subsidy-round", "merchant", 0),
    Page("subsidy-round-new", "office", 0),
)


@pytest.fixture(scope="module")
def crowd(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Crowd]:
    """Made once: it takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Crowd()
        transaction.set_rollback(True)


def _read(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.headers.get("Location"))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def _asked(client: Client, address: str) -> tuple[list[str], Any]:
    """Every statement of one answer, over all databases, and the answer."""
    with ExitStack() as stack:
        contexts = [
            stack.enter_context(CaptureQueriesContext(connection))
            for connection in connections.all()
        ]
        answer = _read(client, address)
    return [query["sql"] for context in contexts for query in context.captured_queries], answer


def _signed_in(crowd: Crowd) -> dict[str, Client]:
    clients = {"visitor": Client()}
    for reader in {page.reader for page in PAGES} - {"visitor"}:
        clients[reader] = Client()
        clients[reader].force_login(getattr(crowd, reader))
    return clients


@override_settings(CACHES=UNCACHED)
def test_every_page_takes_the_same_queries_for_1_3_and_30_rows(crowd: Crowd) -> None:
    import time

    clients = _signed_in(crowd)
    found = {page: [] for page in PAGES}
    first = {}
    bad = set()
    for number in NUMBERS:
        crowd.grow(number)
        t = time.time()
        for page in PAGES:
            if page in bad:
                continue
            try:
                address = page.address(crowd)
                if number == 1:
                    _read(clients[page.reader], address)
                sqls, answer = _asked(clients[page.reader], address)
                n = (
                    answer.context["page_obj"].paginator.count
                    if answer.context and "page_obj" in answer.context
                    else None
                )
                found[page].append((len(sqls), n))
                if number == 1:
                    first[page] = sqls
                else:
                    c = Counter(re.sub(r"\d+|'[^']*'", "#", x)[:300] for x in sqls) - Counter(
                        re.sub(r"\d+|'[^']*'", "#", x)[:300] for x in first[page]
                    )
                    if len(sqls) != len(first[page]):
                        print(page, c.most_common(3))
            except (Exception, AssertionError) as e:
                bad.add(page)
                print("BAD", page, repr(e)[:300])
        print(number, time.time() - t)
    for p, f in found.items():
        flag = "" if len({x for x, _ in f}) == 1 else "   <<<<"
        print(p, f, flag)
