"""Every named constraint of the product, attacked."""

import pytest
from django.db import IntegrityError, transaction

from products.models import Product
from tests import dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("product_price_is_positive", {"price": 0}),
        ("product_price_is_positive", {"price": "-0.01"}),
        ("product_season_has_both_ends", {"season_end": None}),
        ("product_season_has_both_ends", {"season_start": None}),
        ("product_season_has_both_ends", {"season_start": 0}),
        ("product_season_has_both_ends", {"season_end": 13}),
    ],
)
def test_the_database_refuses(name, change):
    row = dossiers.product_in("draft")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Product.objects.filter(pk=row.pk).update(**change)


def test_the_database_takes_what_is_whole():
    row = dossiers.product_in("draft")
    for change in ({"price": "0.01"}, {"price": None}, {"season_start": None, "season_end": None}):
        assert Product.objects.filter(pk=row.pk).update(**change) == 1
