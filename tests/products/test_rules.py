"""Who files a product, and on which days it may be promoted."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts.actor import Actor
from products import rules
from products.models import Product
from tests import dossiers
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FILES = {
    "official": True,
    "merchant": True,
    "official_of_city": False,
    "staff": False,
    "creator": False,
    "trainee": False,
    "auditor": False,
}


@pytest.mark.parametrize("role", FILES)
def test_county_offices_and_merchants_file_products(role):
    bound_to = {"official": dossiers.RUYUAN, "official_of_city": "440200"}
    verdict = rules.may_file(Actor.of(UserFactory(**{role: bound_to.get(role, True)})))
    assert bool(verdict) is FILES[role]
    assert str(verdict.reason) == ("" if verdict else "产品由县区工作人员或商家申报。")


def test_a_visitor_files_nothing():
    assert not rules.may_file(Actor.visitor())


@pytest.mark.parametrize(
    ("months", "inside", "outside"),
    [
        ((10, 2), {10, 11, 12, 1, 2}, {3, 9}),
        ((3, 5), {3, 4, 5}, {2, 6, 12}),
        ((7, 7), {7}, {6, 8}),
        ((None, None), {1, 6, 12}, set()),
    ],
)
def test_a_season_holds_both_its_months_and_may_run_over_the_new_year(months, inside, outside):
    product = Product(season_start=months[0], season_end=months[1])
    assert {month for month in inside | outside if product.in_season(month)} == inside


def test_a_published_product_in_season_and_in_stock_may_be_promoted():
    row = dossiers.product_in("published")
    product = row.product

    def reason(day=date(2023, 11, 1)):
        return str(rules.readiness(product, day).reason)

    assert rules.readiness(product, date(2023, 11, 1))
    assert reason() == ""
    assert reason(date(2023, 6, 1)) == "产品不在上市季。"
    for stock in (0, None):
        product.stock = stock
        assert reason() == "产品已无库存。"
    dossiers.move(row, "suspend", dossiers.staff(), note="理由")
    product.submission.refresh_from_db()
    assert reason() == "产品尚未发布。"
