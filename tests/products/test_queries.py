"""What the catalogue reads, and what it says of a product."""

from __future__ import annotations

import pytest

from portal.submissions.completeness import completeness_of
from portal.submissions.enums import Purpose
from portal.submissions.models import Submission
from products import queries
from products.models import Category, Product
from tests import dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize("state", dossiers.WAYS)
def test_the_catalogue_holds_published_products_alone(state):
    row = dossiers.product_in(state)
    held = list(queries.catalogue().values_list("pk", flat=True))
    assert held == ([row.pk] if state == "published" else [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_is_one_query_with_place_and_first_photo(count, django_assert_num_queries):
    for _number in range(count):
        dossiers.product_in("published")
    with django_assert_num_queries(1):
        read = [
            (str(row.submission.county), str(row.submission.city), row.photo)
            for row in queries.catalogue().order_by("pk")
        ]
    assert read == [
        ("乳源瑶族自治县", "韶关市", row.attachments.get(purpose="photos", position=0).file_id)
        for row in Submission.objects.order_by("pk")
    ]


def test_facts_say_what_is_known_and_leave_the_rest_out():
    full = dossiers.product_in("published").product
    assert [(fact.name, str(fact.label), fact.value) for fact in queries.facts(full)] == [
        ("category", "类别", "蔬菜"),
        ("package", "包装规格", "5斤/箱"),
        ("price", "价格", "39.90 元/箱"),
        ("stock", "库存", "500"),
        ("season", "上市季", "10月 – 2月"),
    ]
    full.package, full.price, full.season_start, full.stock = "", None, None, 0
    assert [(fact.name, fact.value) for fact in queries.facts(full)] == [
        ("category", "蔬菜"),
        ("stock", "0"),
    ]


GAPS = [
    # The first two lose their photos, or their papers.
    {"category": "fruit"},
    {"stock": ""},
    {},
    {"description": ""},
    {"category": ""},
    {"category": "", "price": "", "stock": ""},
    {"category": "tea"},
    {"category": "tea", "shelf_life_days": "300"},
    {"category": "fruit", "season_start": "", "season_end": ""},
    {"category": "fruit", "season_start": "", "season_end": "", "season_days": "10-15 ~ 11-20: 8"},
    {"category": "livestock", "daily_capacity": ""},
    {"category": "grain", "package": "", "dispatch_area": "", "unit": ""},
    {"contact_phone": "", "contact_name": "", "stock": "0"},
]


def test_complete_to_asks_for_what_a_submission_asks_for():
    owner = dossiers.official()
    rows = [dossiers.draft_product(owner, **gap) for gap in GAPS]
    for row, purpose in zip(rows, Purpose.values, strict=False):
        row.attachments.filter(purpose=purpose).delete()
    Category.objects.filter(pk="vegetable").update(min_photos=2)
    Category.objects.filter(pk="grain").update(fields={"variants": "required"})
    percents = {row.pk: completeness_of(row).percent for row in rows}
    assert len(set(percents.values())) > 6
    for percent in range(40, 101):
        found = set(
            queries.complete_to(Product.objects.all(), percent).values_list("pk", flat=True)
        )
        assert found == {pk for pk, own in percents.items() if own >= percent}, percent
