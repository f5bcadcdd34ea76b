"""Long lists are counted and leafed through only so far."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import lists
from portal.regions.models import County
from tests import dossiers


@pytest.fixture
def counted(monkeypatch) -> int:
    monkeypatch.setattr(lists, "COUNTED", 40)
    return 40


def counties(number: int):
    keys = list(County.objects.order_by("pk").values_list("pk", flat=True)[:number])
    return County.objects.filter(pk__in=keys).order_by("pk")


@pytest.mark.parametrize(
    ("rows", "shown", "more"), [(0, 0, False), (40, 40, False), (41, 40, True)]
)
def test_rows_are_counted_up_to_the_limit(db, counted, rf, rows, shown, more):
    page = lists.page_of(rf.get("/"), counties(rows), 20)
    assert page.paginator.count == shown
    assert page.paginator.count.more is more


def test_pages_end_where_the_count_ends(db, counted, rf):
    page = lists.page_of(rf.get("/?page=99"), counties(60), 20)
    assert page.number == 2
    assert [row.pk for row in page] == [row.pk for row in counties(60)[20:40]]


def test_counting_reads_no_further_than_the_limit(db, counted, rf):
    with CaptureQueriesContext(connection) as done:
        assert lists.page_of(rf.get("/"), counties(60), 20).paginator.count.more
    assert "LIMIT 41" in done.captured_queries[-1]["sql"]


def test_the_list_says_that_there_is_more(db, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 20)
    owner = dossiers.official()
    dossiers.copies(dossiers.draft_product(owner), 21)
    client = Client()
    client.force_login(owner.person)
    page = client.get(reverse("dossiers")).content.decode()
    assert "20 条以上" in page, page
    assert "page=2" not in page
