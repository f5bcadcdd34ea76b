"""The feed: everything once, then every change, in an order in which nothing is skipped."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.accounts.actor import Actor
from portal.api import changes, cursors
from portal.api.models import Change, Touched
from portal.regions.models import County
from tests import dossiers
from tests.api.world import FEED, issue, machine, platform
from tests.factories import RUYUAN, XINFENG, UserFactory
from tests.races import Elsewhere

pytestmark = pytest.mark.django_db


def read(client, cursor="", **parameters):
    query = "&".join([f"cursor={cursor}", *(f"{n}={v}" for n, v in parameters.items())])
    answer = client.get(f"{FEED}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(page):
    return [(change["type"], change["code"]) for change in page["changes"]]


def live(row, owner, **fields):
    """Change a published product's live fields through its form."""
    from portal.submissions import domain, kinds, values

    kind = kinds.get("product")
    row.refresh_from_db()
    now = values.of_form(kind.form(instance=row.record))
    form = kind.form(
        values.as_post({**now, **fields}), instance=row.record, actor=owner, complete=True
    )
    assert form.is_valid(), form.errors
    domain.change_published(submission=row, form=form, actor=owner, seen=row.version)


@pytest.mark.sqlite
def test_first_everything_that_is_published_then_each_change_once():
    owner, office = dossiers.official(), dossiers.staff()
    first = dossiers.product_in("published", owner=owner, office=office)
    second = dossiers.product_in("published", owner=owner, office=office)
    dossiers.product_in("approved", owner=owner, office=office)
    client = machine(owner=platform())

    page = read(client, limit=1)
    assert (codes(page), page["more"]) == ([("changed", first.code)], True)
    # What changes while the first reading goes on comes after it.
    live(first, owner, stock=3)
    page = read(client, page["cursor"], limit=1)
    assert (codes(page), page["more"]) == ([("changed", second.code)], True)
    page = read(client, page["cursor"], limit=1)
    assert (codes(page), page["more"]) == ([], False)
    page = read(client, page["cursor"])
    assert codes(page) == [("changed", first.code)]
    assert page["changes"][0]["fields"]["stock"] == 3
    page = read(client, page["cursor"])
    assert (codes(page), page["more"]) == ([], False)

    dossiers.move(second, "suspend", office, "标签不合格")
    page = read(client, page["cursor"])
    second.refresh_from_db()
    assert page["changes"] == [
        {
            "type": "deleted",
            "code": second.code,
            "version": second.version,
            "reason": "suspended",
        }
    ]
    dossiers.move(second, "resume", office)
    page = read(client, page["cursor"])
    assert codes(page) == [("changed", second.code)]


def test_a_change_shows_what_the_platform_needs_and_nobodys_number():
    row = dossiers.product_in("published")
    (change,) = read(machine(owner=platform()))["changes"]

    photo = row.attachments.get(purpose="photos").file_id
    assert change["url"] == f"http://localhost:8000/products/{row.code}/"
    assert change["photos"] == [f"http://localhost:8000/files/{photo}/"]
    assert change["county"] == {"code": RUYUAN, "name": "乳源瑶族自治县"}
    assert change["fields"]["price"] == "39.90"
    assert not {"contact_name", "contact_phone", "certificates"} & set(change["fields"])
    assert dossiers.PRODUCT["contact_phone"] not in str(change)


def test_several_changes_of_one_record_are_told_once_as_it_stands_now():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    client = machine(owner=platform())
    cursor = read(client)["cursor"]
    for stock in (1, 2, 3):
        live(row, owner, stock=stock)

    page = read(client, cursor)

    assert [(c["code"], c["fields"]["stock"]) for c in page["changes"]] == [(row.code, 3)]
    assert Change.objects.count() == 1
    assert not Touched.objects.exists()


def test_an_unpublished_draft_is_never_told():
    owner = dossiers.official()
    client = machine(owner=platform())
    cursor = read(client)["cursor"]
    row = dossiers.product_in("endorsed", owner=owner)
    dossiers.move(row, "withdraw", owner)
    assert read(client, cursor)["changes"] == []


def test_a_key_of_a_county_is_told_of_that_county_alone():
    mine = dossiers.product_in("published")
    other = dossiers.product_in("published", owner=dossiers.official(XINFENG))
    client = machine(owner=platform(), county=County.objects.get(pk=RUYUAN))
    page = read(client)
    assert codes(page) == [("changed", mine.code)]
    live(other, Actor.of(other.owner), stock=1)
    live(mine, Actor.of(mine.owner), stock=1)
    assert codes(read(client, page["cursor"])) == [("changed", mine.code)]


@pytest.mark.parametrize(
    ("cursor", "sentence"),
    [
        (lambda key: read(machine(owner=platform()))["cursor"], "另一个密钥"),
        (lambda key: str(cursors.Cursor(f"key:{key.pk}", "spot", 0)), "另一种变动流"),
        (lambda key: str(cursors.Cursor(f"key:{key.pk}", "product", 0))[:-1] + "x", "不是"),
        (lambda key: "abc", "不是"),
        (lambda key: "%00", "不是"),
    ],
)
def test_a_foreign_or_forged_cursor_is_refused_with_a_word_what_to_do(cursor, sentence):
    key, secret = issue(owner=platform())
    from tests.api.world import Machine

    answer = Machine(secret).get(f"{FEED}?cursor={cursor(key)}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert set(answer.json()["errors"]) == {"cursor"}
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1", "1.5", "９"])
def test_a_limit_is_a_whole_number_up_to_a_thousand(limit):
    answer = machine(owner=platform()).get(f"{FEED}?limit={limit}")
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"limit"})


def test_who_has_it_already_gets_304_until_something_changes():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    client = machine(owner=platform())
    url = f"{FEED}?cursor={read(client)['cursor']}"
    tag = client.get(url)["ETag"]

    answer = client.get(url, If_None_Match=tag)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    live(row, owner, stock=9)
    answer = client.get(url, If_None_Match=tag)
    assert (answer.status_code, len(answer.json()["changes"])) == (200, 1)
    assert answer["ETag"] != tag


def test_a_long_page_takes_as_many_queries_as_a_short_one():
    row = dossiers.product_in("published")
    client = machine(owner=platform())

    def queries():
        with CaptureQueriesContext(connection) as context:
            read(client)
        return len(context.captured_queries)

    queries()
    few = queries()
    dossiers.copies(row, 20)
    assert queries() == few
    assert len(read(client)["changes"]) == 21


def test_an_act_that_is_undone_leaves_no_change():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    changes.latest_number()
    with transaction.atomic():
        live(row, owner, stock=1)
        assert Touched.objects.exists()
        transaction.set_rollback(True)
    assert not Touched.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_late_is_not_skipped(elsewhere: Elsewhere) -> None:
    owner = dossiers.official()
    slow = dossiers.product_in("published", owner=owner)
    quick = dossiers.product_in("published", owner=owner)
    client = machine(owner=platform())
    cursor = read(client)["cursor"]

    with transaction.atomic():
        # Begun first, committed last.
        live(slow, owner, stock=1)
        early = Touched.objects.get().pk
        elsewhere(lambda: live(quick, owner, stock=2)).result()
        page = elsewhere(lambda: read(client, cursor)).result()
        assert codes(page) == [("changed", quick.code)]
    assert Touched.objects.get().pk == early
    page = read(client, page["cursor"])
    assert [(c["code"], c["fields"]["stock"]) for c in page["changes"]] == [(slow.code, 1)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_give_no_number_twice(elsewhere: Elsewhere) -> None:
    from tests.races import waiting_for_a_lock

    owner = dossiers.official()
    rows = [dossiers.product_in("published", owner=owner) for _ in range(2)]
    changes.latest_number()
    for row in rows:
        live(row, owner, stock=7)

    with transaction.atomic():
        assert changes.number_changes() == 2
        second = elsewhere(changes.number_changes)
        while not waiting_for_a_lock():
            assert not second.done()
    assert second.result() == 0
    assert list(Change.objects.values_list("number", flat=True)) == [3, 4]


def test_people_read_the_feed_with_their_session_and_cursors_are_theirs():
    from tests.answers import signed_in

    dossiers.product_in("published")
    here, there = (signed_in(UserFactory(official=c)) for c in (RUYUAN, XINFENG))
    page = here.get(FEED).json()
    assert len(page["changes"]) == 1
    assert here.get(f"{FEED}?cursor={page['cursor']}").status_code == 200
    assert there.get(f"{FEED}?cursor={page['cursor']}").status_code == 400
