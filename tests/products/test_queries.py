"""What the catalogue reads, and what it says of a product."""

from __future__ import annotations

import pytest

from portal.submissions.models import Submission
from products import queries
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
