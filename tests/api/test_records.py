"""Records for machines: filed, read, changed, submitted, many at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.api.models import RememberedAnswer
from portal.audit.models import Entry
from portal.moves.models import MoveLog
from portal.submissions.models import Revision, Submission
from products.models import Product
from tests import dossiers
from tests.api.world import NEW, PRODUCTS, Machine, issue, machine, platform
from tests.factories import RUYUAN, XINFENG, UserFactory
from tests.races import Elsewhere

pytestmark = pytest.mark.django_db


def fields(**changes):
    return {"fields": {**NEW, **changes}}


def errors(answer, status):
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["errors"]


def test_a_key_files_a_draft_for_its_county_and_the_record_names_the_key():
    key, secret = issue()
    answer = Machine(secret).post(PRODUCTS, {"reference": "A-1", **fields()})

    assert answer.status_code == 201
    row = Submission.objects.get()
    assert answer["Location"] == f"{PRODUCTS}{row.code}/"
    assert answer["ETag"] == f'"{row.code}-1"'
    shown = answer.json()
    assert (shown["code"], shown["reference"], shown["state"]) == (row.code, "A-1", "draft")
    assert shown["county"] == {"code": RUYUAN, "name": "乳源瑶族自治县"}
    assert {name: shown["fields"][name] for name in NEW} == NEW
    assert (row.owner, row.county_id, row.title) == (key.owner, RUYUAN, NEW["name"])
    # The contact is known, as on the page.
    assert row.product.contact_phone == key.owner.phone
    entry = Entry.objects.get(act="create", subject_type="submissions.submission")
    assert (entry.user, entry.data["key"]) == (key.owner, key.prefix)
    assert entry.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"fields": {"name": 5}}, {"fields": {"name"}}),
        ({"fields": {"name": "茶", "stock": "5"}}, {"fields": {"stock"}}),
        ({"fields": {"name": "茶", "price": 5.5}}, {"fields": {"price"}}),
        ({"fields": {"name": "茶", "cold_chain": "yes"}}, {"fields": {"cold_chain"}}),
        ({"fields": {"name": "茶", "category": "fish"}}, {"fields": {"category"}}),
        ({"fields": {"name": "茶", "pirce": "5"}}, {"fields": {"pirce"}}),
        ({"fields": {"name": "\ud800"}}, {"fields": {"name"}}),
        ({"fields": {}}, {"fields": {"name"}}),
        ({"fields": "茶"}, {"fields": {"non_field_errors"}}),
        ({}, {"fields": None}),
        ([], {"non_field_errors": None}),
    ],
)
def test_what_has_not_the_shape_is_refused_by_field_and_nothing_is_written(body, where):
    found = errors(machine().post(PRODUCTS, body), 400)

    inner = {name: set(value) if isinstance(value, dict) else None for name, value in found.items()}
    assert inner == where
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"description": "顶级好茶"}, "description", "顶级"),
        ({"season_end": None}, "season_end", "上市季"),
        ({"price": "0"}, "price", "大于"),
        ({"photos": ["00000000-0000-0000-0000-000000000000"]}, "photos", "文件"),
    ],
)
def test_the_rules_are_those_of_the_page_and_say_so_by_field(changes, field, sentence):
    found = errors(machine().post(PRODUCTS, fields(**changes)), 422)

    assert list(found) == ["fields"]
    assert list(found["fields"]) == [field]
    assert sentence in found["fields"][field][0]
    assert not Submission.objects.exists()


def test_errors_speak_the_language_that_is_asked_for():
    answer = machine().post(PRODUCTS, fields(price="0"), Accept_Language="en-GB,en;q=0.8")

    assert answer.json()["errors"] == {"fields": {"price": ["The price is more than zero."]}}
    assert answer.json()["title"] == "Some values are not right"


def test_the_same_request_again_makes_nothing_new():
    client = machine()
    first = client.post(PRODUCTS, fields(), Idempotency_Key="k-1")
    again = client.post(PRODUCTS, fields(), Idempotency_Key="k-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert Submission.objects.count() == 1
    for wrong in ("", "k" * 256):
        assert client.post(PRODUCTS, fields(), Idempotency_Key=wrong).status_code == 400
    other = client.post(PRODUCTS, fields(name="另一种"), Idempotency_Key="k-1")
    assert other.status_code == 409
    assert Submission.objects.count() == 1
    # The token is this key's own: another system may have the same.
    assert machine().post(PRODUCTS, fields(), Idempotency_Key="k-1").status_code == 201


def test_what_failed_may_be_tried_again_and_a_day_later_all_is_forgotten():
    client = machine()
    assert client.post(PRODUCTS, fields(price="0"), Idempotency_Key="k").status_code == 422
    assert client.post(PRODUCTS, fields(), Idempotency_Key="k").status_code == 201
    row = RememberedAnswer.objects.get()
    RememberedAnswer.objects.update(created_at=row.created_at - timedelta(hours=24, seconds=1))
    assert client.post(PRODUCTS, fields(name="新的"), Idempotency_Key="k").status_code == 201


def test_a_change_names_the_version_it_saw():
    client = machine()
    made = client.post(PRODUCTS, fields())
    url = made["Location"]
    change = {"fields": {"price": "45.00", "stock": 0}}

    assert client.patch(url, change).status_code == 428
    assert client.patch(url, change, If_Match='"SP1-9"').status_code == 412
    done = client.patch(url, change, If_Match=made["ETag"])
    assert done.status_code == 200
    assert done.json()["change"] == {"applied": ["price", "stock"], "proposed": []}
    record = Product.objects.get()
    assert (str(record.price), record.stock, record.name) == ("45.00", 0, NEW["name"])
    assert done["ETag"] != made["ETag"]
    assert client.patch(url, change, If_Match=made["ETag"]).status_code == 412
    assert client.get(url, If_None_Match=done["ETag"]).status_code == 304
    assert client.get(url, If_None_Match=made["ETag"]).status_code == 200


def test_a_published_record_changes_live_fields_at_once_and_the_rest_waits():
    owner = UserFactory(official=RUYUAN)
    row = dossiers.product_in("published", owner=dossiers.Actor.of(owner))
    client = machine(owner=owner, county=row.county)
    url = f"{PRODUCTS}{row.code}/"

    change = {"fields": {"stock": 3, "name": "改名的萝卜"}}
    answer = client.patch(url, change, If_Match=client.get(url)["ETag"])

    assert answer.json()["change"] == {"applied": ["stock"], "proposed": ["name"]}
    assert (answer.json()["fields"]["stock"], answer.json()["fields"]["name"]) == (
        3,
        dossiers.PRODUCT["name"],
    )
    assert Revision.objects.get().changes == {"name": [dossiers.PRODUCT["name"], "改名的萝卜"]}


def test_submitting_names_every_field_that_is_missing():
    client = machine()
    made = client.post(PRODUCTS, fields())
    url = f"{made['Location']}submit/"

    assert client.post(url).status_code == 428
    found = errors(client.post(url, If_Match=made["ETag"]), 422)
    assert set(found["fields"]) == {"photos", "certificates"}
    assert Submission.objects.get().state == "draft"


def test_a_complete_record_is_uploaded_and_submitted_by_a_machine_alone():
    client = machine()
    ids = {}
    for name, upload in (
        ("photos", dossiers.photo_upload()),
        ("certificates", dossiers.pdf_upload()),
    ):
        answer = client.client.post("/api/v1/files/", {"file": upload}, headers=client.headers)
        assert answer.status_code == 201, answer.content
        ids[name] = [answer.json()["id"]]
    made = client.post(PRODUCTS, fields(**ids))
    assert made.json()["fields"]["photos"] == ids["photos"]

    answer = client.post(f"{made['Location']}submit/", If_Match=made["ETag"])

    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    assert MoveLog.objects.get(move="submit").user == Submission.objects.get().owner
    # Under review nothing is changed.
    change = client.patch(made["Location"], {"fields": {"stock": 1}}, If_Match=answer["ETag"])
    assert change.status_code == 409


@pytest.mark.parametrize("body", [b"{", b"\xff", b"NaN", b'{"fields": NaN}'])
def test_what_is_no_json_is_refused(body):
    client = machine()
    answer = client.client.generic(
        "POST", PRODUCTS, body, content_type="application/json", headers=client.headers
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_what_is_too_large_or_no_json_at_all_is_said_so(settings):
    client = machine()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert client.post(PRODUCTS, fields()).status_code == 413
    answer = client.client.post(PRODUCTS, {"name": "茶"}, headers=client.headers)
    assert answer.status_code in {413, 415}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = client.client.post(PRODUCTS, {"name": "茶"}, headers=client.headers)
    assert answer.status_code == 415


# --- Rights ----------------------------------------------------------------------------------


def test_lists_hold_what_the_key_reaches_and_filters_narrow_them():
    owner = UserFactory(official=RUYUAN)
    mine = dossiers.product_in("draft", owner=dossiers.Actor.of(owner))
    published = dossiers.product_in("published", category="fruit")
    other = dossiers.product_in("published", owner=dossiers.official(XINFENG))
    client = machine(owner=owner, county=mine.county)

    def codes(query=""):
        answer = client.get(PRODUCTS + query)
        assert answer.status_code == 200, answer.content
        return [row["code"] for row in answer.json()["results"]]

    assert codes() == [published.code, mine.code]
    assert codes("?state=draft") == [mine.code]
    assert codes("?category=fruit") == [published.code]
    assert codes(f"?county={RUYUAN}") == [published.code, mine.code]
    assert codes(f"?county={XINFENG}") == []
    moment = MoveLog.objects.filter(subject_id=str(published.pk)).latest("pk").at
    since = moment.isoformat().replace("+", "%2B")
    assert codes(f"?updated_since={since}") == [published.code]
    assert client.get(f"{PRODUCTS}{other.code}/").status_code == 404
    page = client.get(f"{PRODUCTS}?page_size=1").json()
    following = client.get(page["next"]).json()
    assert [row["code"] for row in page["results"] + following["results"]] == codes()
    assert following["next"] is None


@pytest.mark.parametrize(
    "query",
    ["state=x", "county=1", "county=999999", "category=x", "updated_since=x", "category=%00"],
)
def test_a_filter_nobody_knows_is_named(query):
    answer = machine().get(f"{PRODUCTS}?{query}")
    assert set(errors(answer, 400)) == {query.partition("=")[0]}


def test_contacts_are_masked_for_all_but_the_applicant():
    owner = UserFactory(official=RUYUAN)
    row = dossiers.product_in("published", owner=dossiers.Actor.of(owner))
    mine = machine(owner=owner, county=row.county).get(f"{PRODUCTS}{row.code}/").json()
    theirs = machine(owner=platform()).get(f"{PRODUCTS}{row.code}/").json()

    assert mine["fields"]["contact_phone"] == "13800138000"
    assert theirs["fields"]["contact_phone"] == "138****8000"
    assert theirs["fields"]["contact_name"] == "盘**"


def test_the_platform_reads_what_is_published_and_files_nothing():
    dossiers.product_in("draft")
    row = dossiers.product_in("published")
    client = machine(owner=platform())

    assert [r["code"] for r in client.get(PRODUCTS).json()["results"]] == [row.code]
    assert client.post(PRODUCTS, fields()).status_code == 403
    items = {"items": [{"reference": "A", **fields()}]}
    assert client.post(f"{PRODUCTS}bulk/", items).status_code == 403
    url = f"{PRODUCTS}{row.code}/"
    change = client.patch(url, {"fields": {"stock": 1}}, If_Match=client.get(url)["ETag"])
    assert change.status_code == 409
    assert json.loads(change.content)["detail"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_equal_requests_at_once_the_second_gets_the_firsts_answer(
    elsewhere: Elsewhere,
) -> None:
    _key, secret = issue()
    clients = [Machine(secret) for _ in range(2)]
    sent = [
        elsewhere(lambda client=client: client.post(PRODUCTS, fields(), Idempotency_Key="k"))
        for client in clients
    ]
    answers = [future.result() for future in sent]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert [answer.get("Idempotency-Replayed") for answer in answers].count("true") == 1
    assert Submission.objects.count() == 1
