"""Many records at once, by the references of who sends them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.api.models import Reference
from portal.audit.models import Entry
from portal.moves.models import MoveLog
from portal.regions.models import County
from portal.search import words_of
from portal.submissions.models import Submission
from products.models import Product
from tests import dossiers
from tests.api.test_records import fields
from tests.api.world import NEW, PRODUCTS, issue, machine
from tests.factories import RUYUAN, XINFENG, UserFactory

pytestmark = pytest.mark.django_db


def bulk(client, *items):
    return client.post(f"{PRODUCTS}bulk/", {"items": list(items)})


def item(reference, **changes):
    return {"reference": reference, "fields": {**NEW, **changes}}


def test_each_item_says_what_became_of_it_and_the_good_ones_stay():
    client = machine()
    first = bulk(client, item("A"), item("B", name="乙"))
    assert first.json()["created"] == 2

    answer = bulk(
        client,
        item("A"),
        item("B", name="乙", stock=7),
        item("C", price="0"),
        item("D", stock="七"),
        item("E", name="戊"),
        item("E", name="戊"),
        {"fields": {"name": "无号"}},
        "乱写",
        item("F", nmae="己"),
    )

    assert answer.status_code == 200
    shown = answer.json()
    assert [row["result"] for row in shown["results"]] == [
        "unchanged",
        "updated",
        *["error"] * 7,
    ]
    assert [set(row["errors"]) for row in shown["results"][2:]] == [
        {"price"},
        {"stock"},
        {"reference"},
        {"reference"},
        {"reference"},
        {"record"},
        {"nmae"},
    ]
    counts = {name: shown[name] for name in ("created", "updated", "unchanged", "errors")}
    assert counts == {"created": 0, "updated": 1, "unchanged": 1, "errors": 7}
    assert dict(Product.objects.values_list("name", "stock")) == {NEW["name"]: 500, "乙": 7}
    by_code = {r["reference"]: r["code"] for r in first.json()["results"]}
    assert shown["results"][1]["code"] == by_code["B"]


def test_the_same_list_again_changes_nothing():
    client = machine()
    items = [item(f"R{n}", name=f"产品{n}") for n in range(5)]
    assert bulk(client, *items).json()["created"] == 5
    before = list(Submission.objects.order_by("pk").values_list("pk", "version"))
    logs = MoveLog.objects.count()

    assert bulk(client, *items).json()["unchanged"] == 5
    assert list(Submission.objects.order_by("pk").values_list("pk", "version")) == before
    assert MoveLog.objects.count() == logs


@pytest.mark.sqlite
def test_what_is_filed_together_is_filed_as_one_by_one():
    client = machine()
    client.post(PRODUCTS, {"reference": "one", **fields()})
    bulk(client, item("many"))

    one, many = Submission.objects.order_by("pk")
    for row in (one, many):
        assert row.code == f"SP{row.pk:06d}"
    left = ("id", "code", "form_key", "created_at", "words")
    shown = [
        {f.attname: getattr(row, f.attname) for f in row._meta.fields if f.name not in left}
        for row in (one, many)
    ]
    assert shown[0] == shown[1]
    assert [row.words for row in (one, many)] == [
        words_of(row.title, row.code) for row in (one, many)
    ]
    records = list(Product.objects.order_by("pk").values())
    assert {**records[0], "submission_id": 0} == {**records[1], "submission_id": 0}
    logs = MoveLog.objects.order_by("pk").values(
        "move", "from_state", "to_state", "version", "role"
    )
    assert logs[0] == logs[1]
    entries = Entry.objects.filter(act="create").order_by("pk").values("user", "role", "data")
    assert entries[0] == entries[1]


def test_many_new_records_take_as_many_queries_as_one():
    client = machine()
    bulk(client, item("first"))

    def queries(*items):
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert bulk(client, *items).json()["errors"] == 0
        return len(context.captured_queries)

    assert queries(item("A")) == queries(*(item(f"B{n}", name=f"名{n}") for n in range(30)))


def test_what_only_the_database_refuses_costs_its_own_item_alone():
    client = machine()
    # A stranger to this request takes the reference of one item, unseen: the dossier is gone.
    hidden = dossiers.product_in("draft", owner=dossiers.official(XINFENG))
    key_owner = issue()[0].owner
    client = machine(owner=key_owner, county=_ruyuan())
    Reference.objects.create(owner=key_owner, kind="product", text="B", submission=hidden)

    shown = bulk(client, item("A", name="甲"), item("B", name="乙")).json()

    assert [row["result"] for row in shown["results"]] == ["created", "error"]
    assert set(shown["results"][1]["errors"]) == {"reference"}
    hidden.refresh_from_db()
    assert hidden.title == dossiers.PRODUCT["name"]


@pytest.mark.parametrize("items", [None, [], "A", {"items": 1}, [1] * 1001])
def test_a_list_has_one_to_a_thousand_items(items):
    answer = machine().post(f"{PRODUCTS}bulk/", {"items": items})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"items"}


def test_a_reference_whose_record_came_to_an_end_starts_anew():
    owner = UserFactory(official=RUYUAN)
    client = machine(owner=owner, county=_ruyuan())
    code = bulk(client, item("A")).json()["results"][0]["code"]
    dossiers.move(Submission.objects.get(code=code), "withdraw", dossiers.Actor.of(owner))

    result = bulk(client, item("A")).json()["results"][0]

    assert result["result"] == "created"
    assert result["code"] != code
    assert Reference.objects.get().submission.code == result["code"]


def _ruyuan():
    return County.objects.get(pk=RUYUAN)


def test_a_list_takes_as_many_queries_for_thirty_records_as_for_one():
    client = machine()
    bulk(client, item("A"))

    def queries():
        with CaptureQueriesContext(connection) as context:
            client.get(PRODUCTS)
        return len(context.captured_queries)

    few = queries()
    bulk(client, *(item(f"B{n}", name=f"名{n}") for n in range(29)))
    assert queries() == few
