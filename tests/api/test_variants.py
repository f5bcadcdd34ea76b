"""Variants and season windows as machines get and send them: lists of objects."""

from __future__ import annotations

import io

import jsonschema_rs
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.api.views import schema
from portal.submissions.models import Submission
from products.models import Variant
from products.seasons.models import SeasonWindow
from tests import dossiers
from tests.answers import signed_in
from tests.api.test_bulk import bulk, item
from tests.api.test_feed import read
from tests.api.test_records import errors, fields
from tests.api.world import PRODUCTS, machine, platform
from tests.factories import RUYUAN, UserFactory
from tests.products.public.test_views import structured
from tests.products.test_variants import typed

pytestmark = pytest.mark.django_db

BOX = {"name": "礼盒", "amount": "2.5", "unit": "kilogram", "price": "39.80", "stock": 100}
LOOSE = {"name": "散装", "amount": "1", "unit": "jin", "price": "8.50", "stock": None}
WINDOW = {"first_day": "10-15", "last_day": "11-20", "daily_capacity": 80}


def test_variants_and_windows_go_in_and_out_as_objects():
    client = machine()
    made = client.post(PRODUCTS, fields(variants=[BOX, LOOSE], season_days=[WINDOW]))
    assert made.status_code == 201, made.content.decode()
    for shown in (made.json(), client.get(made["Location"]).json()):
        assert shown["fields"]["variants"] == [BOX, LOOSE]
        assert shown["fields"]["season_days"] == [WINDOW]
    assert list(Variant.objects.values_list("name", "unit", "stock")) == [
        ("礼盒", "kilogram", 100),
        ("散装", "jin", None),
    ]
    assert SeasonWindow.objects.get().starts == 1015

    cheaper = BOX | {"price": "38"}
    change = {"fields": {"variants": [cheaper]}}
    done = client.patch(made["Location"], change, If_Match=made["ETag"])
    assert done.json()["change"] == {"applied": ["variants"], "proposed": []}
    assert done.json()["fields"]["variants"] == [BOX | {"price": "38.00"}]
    # null, and an empty list, say that there are none.
    nothing = {"fields": {"variants": None, "season_days": []}}
    done = client.patch(made["Location"], nothing, If_Match=done["ETag"])
    assert (done.json()["fields"]["variants"], done.json()["fields"]["season_days"]) == ([], [])
    assert not Variant.objects.exists()
    assert not SeasonWindow.objects.exists()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"variants": ['["礼盒", "1", "jin", "1", ""]']}, ("0", {"non_field_errors"})),
        ({"variants": [BOX, {"name": "散装"}]}, ("1", {"amount", "unit", "price"})),
        ({"variants": [BOX | {"amount": 2.5}]}, ("0", {"amount"})),
        ({"variants": [BOX | {"stock": "5"}]}, ("0", {"stock"})),
        ({"variants": [BOX | {"unit": "stone"}]}, ("0", {"unit"})),
        ({"variants": [BOX | {"colour": "red"}]}, ("0", {"colour"})),
        ({"season_days": [WINDOW | {"last_day": "十一月"}]}, ("0", {"last_day"})),
        ({"season_days": [WINDOW | {"first_day": "10-15\n"}]}, ("0", {"first_day"})),
    ],
)
def test_what_has_not_the_shape_is_named_by_row_and_part(changes, where):
    found = errors(machine().post(PRODUCTS, fields(**changes)), 400)["fields"]
    place, parts = where
    assert {name: list(rows) for name, rows in found.items()} == {name: [place] for name in changes}
    assert set(found[next(iter(changes))][place]) == parts
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"variants": [BOX, BOX]}, "有两个规格同名：礼盒。"),
        ({"variants": [BOX | {"price": "0"}]}, "规格 1：价格（元）"),
        ({"variants": [BOX | {"name": "顶级礼盒"}]}, "顶级"),
        ({"season_days": [WINDOW | {"last_day": "13-40"}]}, "10-15 ~ 13-40"),
        ({"season_days": [WINDOW, WINDOW | {"first_day": "11-01"}]}, "有两个时段"),
    ],
)
def test_the_rules_are_those_of_the_page(changes, sentence):
    found = errors(machine().post(PRODUCTS, fields(**changes)), 422)["fields"]
    assert list(found) == list(changes)
    assert sentence in found[next(iter(changes))][0]
    assert not Submission.objects.exists()


def test_in_many_items_a_mistake_names_its_row_and_part():
    shown = bulk(machine(), item("A", variants=[BOX, LOOSE | {"price": 8}])).json()["results"][0]
    assert shown["result"] == "error"
    assert [text[:9] for text in shown["errors"]["variants"]] == ["1.price: "]


def test_what_the_feed_gives_can_be_sent_back_and_changes_nothing():
    owner = dossiers.Actor.of(UserFactory(official=RUYUAN))
    row = dossiers.product_in("published", owner=owner)
    client = machine(owner=owner.user, county=row.county)
    # The county's own system calls it A from now on.
    row.references.create(owner=owner.user, kind="product", text="A")
    given = {"variants": [BOX, LOOSE], "season_days": [WINDOW]}
    url = f"{PRODUCTS}{row.code}/"
    client.patch(url, {"fields": given}, If_Match=client.get(url)["ETag"])
    revision = row.revisions.get()
    dossiers.transition(revision, "approve", actor=dossiers.staff(), seen=revision.version)

    told = read(machine(owner=platform()))["changes"][0]
    assert {name: told["fields"][name] for name in given} == given
    shown = bulk(client, {"reference": "A", "fields": told["fields"]}).json()["results"]
    assert [(row["result"], row["code"]) for row in shown] == [("unchanged", row.code)]

    # A price and a stock are in force at once, as on the page.
    changed = told["fields"] | {"variants": [BOX | {"price": "42.00", "stock": 7}, LOOSE]}
    shown = bulk(client, {"reference": "A", "fields": changed}).json()["results"]
    assert shown[0]["result"] == "updated"
    assert row.revisions.count() == 1
    again = read(machine(owner=platform()))["changes"][0]
    assert again["fields"]["variants"] == changed["variants"]


def test_the_file_says_what_a_variant_and_a_window_are():
    components = schema.document()["components"]["schemas"]
    for name, row, parts in (
        ("Variant", LOOSE, ["amount", "name", "price", "unit"]),
        ("SeasonWindow", WINDOW, ["daily_capacity", "first_day", "last_day"]),
    ):
        assert sorted(components[f"{name}Request"]["required"]) == parts
        assert components[f"{name}Request"]["additionalProperties"] is False
        whole = {
            "$ref": f"#/components/schemas/{name}Request",
            "components": {"schemas": components},
        }
        file = jsonschema_rs.Draft202012Validator(whole)
        assert file.is_valid(row)
        for part in parts:
            assert not file.is_valid(row | {part: None})
    held = components["ProductFieldsRequest"]["properties"]["variants"]
    assert (held["maxItems"], held["items"]["$ref"][-14:]) == (12, "VariantRequest")


def test_a_name_that_looks_like_a_formula_stays_a_text_wherever_it_goes():
    client = machine()
    name = '=HYPERLINK("http://x","礼")'
    made = client.post(PRODUCTS, fields(name=name, variants=[BOX | {"name": "@SUM(1+1)"}]))
    shown = client.get(made["Location"]).json()["fields"]
    assert (shown["name"], shown["variants"][0]["name"]) == (name, "@SUM(1+1)")
    office = signed_in(Submission.objects.get().owner)
    answer = office.get("/sheets/export/product/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    table = str(book.get_sheet_by_index(0).to_python())
    assert name in table
    assert "@SUM(1+1) / 2.5" in table


def test_every_offer_of_the_public_page_is_a_variant_in_units_known_abroad():
    row = dossiers.product_in(
        "published",
        **typed(
            ("礼盒", "5", "jin", "39.80", "0"),
            ("小罐", "500", "millilitre", "18", ""),
            ("单个", "3", "piece", "9.9", "4"),
        ),
    )
    page = Client().get(f"/products/{row.code}/").content.decode()
    offers = structured(page)["offers"]
    assert [
        (
            each["name"],
            each["price"],
            each["availability"][19:],
            each["eligibleQuantity"]["value"],
            each["eligibleQuantity"]["unitCode"],
        )
        for each in offers
    ] == [
        ("礼盒", "39.80", "OutOfStock", "2.5", "KGM"),
        # Without a stock of its own the product's counts.
        ("小罐", "18.00", "InStock", "0.5", "LTR"),
        ("单个", "9.90", "InStock", "3", "C62"),
    ]
