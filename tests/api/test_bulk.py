"""Many records at once, by the references of who sends them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import F
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
from tests.races import Elsewhere

pytestmark = pytest.mark.django_db


PACK = {"name": "礼盒", "amount": "2.5", "unit": "kilogram", "price": "39.80", "stock": 100}


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


@pytest.mark.sqlite
def test_what_is_changed_together_is_changed_as_one_by_one():
    client = machine()
    made = client.post(PRODUCTS, fields())
    bulk(client, item("B"), item("C"))
    change = {"name": "改名的萝卜", "stock": 7, "variants": [PACK]}
    client.patch(made["Location"], {"fields": change}, If_Match=made["ETag"])
    shown = bulk(client, *({"reference": r, "fields": change} for r in "BC")).json()
    assert [(row["result"], row["version"]) for row in shown["results"]] == [("updated", 2)] * 2

    one, *many = Submission.objects.order_by("pk")
    left = ("id", "code", "form_key", "created_at", "words")

    def said(row):
        logs = MoveLog.objects.of(row).order_by("pk")
        entries = Entry.objects.filter(subject_id=str(row.pk), act="edit")
        return [
            {f.attname: getattr(row, f.attname) for f in row._meta.fields if f.name not in left},
            Product.objects.filter(pk=row.pk).values().get() | {"submission_id": 0},
            list(row.product.variants.values("name", "amount", "unit", "price", "stock")),
            list(logs.values("move", "from_state", "to_state", "version", "role", "user")),
            list(entries.values("user", "role", "data")),
        ]

    assert [said(row) for row in many] == [said(one)] * 2
    assert [row.words for row in many] == [words_of(row.title, row.code) for row in many]


def test_many_changed_drafts_take_as_many_queries_as_one():
    client = machine()
    bulk(client, *(item(f"R{n}", name=f"名{n}") for n in range(31)))

    def queries(numbers, stock):
        given = {"stock": stock, "variants": [PACK | {"stock": stock}]}
        with CaptureQueriesContext(connection) as context:
            shown = bulk(client, *({"reference": f"R{n}", "fields": given} for n in numbers))
        assert shown.json()["updated"] == len(numbers)
        return len(context.captured_queries)

    bulk(client, {"reference": "R0", "fields": {"stock": 1}})
    assert queries(range(1), 2) == queries(range(1, 31), 3)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_draft_that_somebody_changes_meanwhile_costs_its_own_item_alone(elsewhere: Elsewhere):
    client = machine()
    bulk(client, item("A"), item("B", name="乙"))
    met = []

    def bump():
        return Submission.objects.filter(title="乙").update(version=F("version") + 1)

    def meanwhile(execute, sql, params, many, context):
        if "FOR UPDATE" in sql and "submissions_submission" in sql and not met:
            met.append(elsewhere(bump).result())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        shown = bulk(client, item("A", stock=7), item("B", name="乙", stock=7)).json()

    assert met == [1]
    assert [row["result"] for row in shown["results"]] == ["updated", "error"]
    assert set(shown["results"][1]["errors"]) == {"record"}
    assert dict(Product.objects.values_list("name", "stock")) == {NEW["name"]: 7, "乙": 500}


def test_published_and_draft_records_of_one_request_each_go_their_own_way():
    owner = UserFactory(official=RUYUAN)
    live = dossiers.product_in("published", owner=dossiers.Actor.of(owner))
    client = machine(owner=owner, county=_ruyuan())
    live.references.create(owner=owner, kind="product", text="L")
    bulk(client, item("D"))

    shown = bulk(
        client,
        {"reference": "L", "fields": {"stock": 3, "name": "改名"}},
        {"reference": "D", "fields": {"stock": 3, "name": "改名"}},
    ).json()["results"]

    assert [row["result"] for row in shown] == ["updated", "updated"]
    assert [row["version"] for row in shown] == list(
        Submission.objects.order_by("pk").values_list("version", flat=True)
    )
    names = dict(Product.objects.values_list("submission__state", "name"))
    assert names == {"published": dossiers.PRODUCT["name"], "draft": "改名"}
    assert set(Product.objects.values_list("stock", flat=True)) == {3}
    assert list(live.revisions.get().changes) == ["name"]


class TestMerged:
    """References of dossiers that were merged into others."""

    @pytest.fixture
    def owner(self):
        return UserFactory(official=RUYUAN)

    def merged(self, owner, other=None):
        """A dossier that the owner calls A, and the returned one it was merged into."""
        actor = dossiers.Actor.of(owner)
        loser = dossiers.product_in("endorsed", owner=actor)
        survivor = dossiers.product_in("returned", owner=other or actor, name="乙")
        loser.references.create(owner=owner, kind="product", text="A")
        dossiers.merge(loser, survivor, dossiers.staff())
        survivor.refresh_from_db()
        return loser, survivor

    def test_a_reference_goes_on_in_the_record_it_was_merged_into(self, owner):
        _loser, survivor = self.merged(owner)
        client = machine(owner=owner, county=_ruyuan())
        for stock, result in ((7, "updated"), (7, "unchanged")):
            shown = bulk(client, {"reference": "A", "fields": {"stock": stock}}).json()["results"]
            assert [(row["result"], row["code"]) for row in shown] == [(result, survivor.code)]
        assert Product.objects.get(pk=survivor.pk).stock == 7
        assert client.get(f"{PRODUCTS}{survivor.code}/").json()["reference"] == "A"
        assert Reference.objects.get().submission == survivor

    def test_one_that_has_its_own_reference_is_to_be_sent_alone(self, owner):
        loser, survivor = self.merged(owner)
        survivor.references.create(owner=owner, kind="product", text="B")
        client = machine(owner=owner, county=_ruyuan())
        shown = bulk(
            client,
            {"reference": "A", "fields": {"stock": 7}},
            {"reference": "B", "fields": {"stock": 8}},
        ).json()["results"]
        assert [row["result"] for row in shown] == ["error", "updated"]
        (sentence,) = shown[0]["errors"]["reference"]
        assert all(word in sentence for word in (loser.code, survivor.code, "B"))
        assert Product.objects.get(pk=survivor.pk).stock == 8

    def test_two_that_went_into_one_are_both_refused(self, owner):
        _loser, survivor = self.merged(owner)
        other = dossiers.product_in("endorsed", owner=dossiers.Actor.of(owner), name="丙")
        other.references.create(owner=owner, kind="product", text="C")
        dossiers.merge(other, survivor, dossiers.staff())
        client = machine(owner=owner, county=_ruyuan())
        shown = bulk(client, *({"reference": r, "fields": {"stock": 7}} for r in "AC")).json()
        assert [set(row["errors"]) for row in shown["results"]] == [{"reference"}] * 2
        assert Product.objects.get(pk=survivor.pk).stock == 500

    def test_one_that_is_somebody_elses_is_named(self, owner):
        merchant = dossiers.Actor.of(UserFactory(merchant=True))
        loser, survivor = self.merged(owner, merchant)
        client = machine(owner=owner, county=_ruyuan())
        shown = bulk(client, {"reference": "A", "fields": {"stock": 7}}).json()["results"][0]
        assert shown["errors"] == {
            "record": [f"{loser.code} 已并入 {survivor.code}，您现在不能修改 {survivor.code}。"]
        }
        assert Product.objects.get(pk=survivor.pk).stock == 500


def test_a_request_too_large_is_refused_before_any_of_it_is_read(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000
    answer = bulk(machine(), *(item(f"R{n}", name=f"名{n}") for n in range(20)))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert not Submission.objects.exists()


def test_a_key_of_another_county_reaches_nothing_of_this_one():
    row = dossiers.product_in("draft")
    owner = UserFactory(official=XINFENG)
    client = machine(owner=owner, county=County.objects.get(pk=XINFENG))
    row.references.create(owner=owner, kind="product", text="A")
    url = f"{PRODUCTS}{row.code}/"

    assert client.get(url).status_code == 404
    assert client.patch(url, {"fields": {"stock": 1}}, If_Match="*").status_code == 404
    assert client.post(f"{url}submit/", If_Match="*").status_code == 404
    shown = bulk(client, item("A", stock=1)).json()["results"][0]
    assert (shown["result"], set(shown["errors"])) == ("error", {"reference"})
    row.refresh_from_db()
    assert (row.version, row.state, row.product.stock) == (1, "draft", 500)


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
