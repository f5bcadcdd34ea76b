"""Sales on pages: sums that open their rows, within the reader's rights."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.actor import Actor
from tests import dossiers
from tests.answers import content, signed_in
from tests.factories import UserFactory
from tests.products import world
from tests.statements.pages import words, workbook

pytestmark = pytest.mark.django_db
DAY, NEXT = world.DAY, world.NEXT_DAY


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def row(office):
    """A product with two days of sales, and an id nobody knows."""
    row = dossiers.product_in("published", office=office)
    world.listed(row, office)
    world.land(
        office,
        [
            (DAY, world.ID, 12, 510, 1, 42.5),
            (NEXT, world.ID, 3, 127.5, 0, 0),
            (NEXT, "88", 5, 99.99, 0, 0),
        ],
        days=(DAY, NEXT),
    )
    return row


def test_the_owner_reads_sums_on_the_dossier_and_opens_their_days(row):
    page = signed_in(row.owner)
    dossier = page.get(row.get_absolute_url())
    assert "支付订单数 15" in words(dossier)
    assert "637.50元" in words(dossier)
    url = dossier.context["sales_url"]
    assert url == f"/products/{row.code}/sales/?since=2023-09-24&until=2023-10-23"
    days = page.get(url)
    assert [day.orders for day in days.context["page_obj"]] == [3, 12]
    assert days.context["sums"] == {"orders": 15, "sales": 63750, "refunds": 1, "refunded": 4250}
    one = page.get(reverse("product-sales", args=[row.code]), {"since": str(NEXT)})
    assert one.context["sums"]["sales"] == 12750


def test_the_days_as_a_workbook_are_in_yuan(row):
    answer = signed_in(row.owner).get(reverse("product-sales-export", args=[row.code]))
    assert [line[1:5] for line in workbook(answer)] == [
        ["支付订单数", "成交金额（元）", "退款订单数", "退款金额（元）"],
        [12, 510, 1, 42.5],
        [3, 127.5, 0, 0],
    ]


def test_the_list_of_products_sums_what_the_reader_may_see(row, office):
    page = signed_in(office.user)
    listed = page.get(reverse("sales"), {"until": str(DAY), "q": "萝卜", "category": "vegetable"})
    (line,) = listed.context["page_obj"]
    assert (line["code"], line["total_sales"]) == (row.code, 51000)
    assert listed.context["sums"]["orders"] == 12
    assert f"/products/{row.code}/sales/?until={DAY}" in content(listed)
    assert page.get(reverse("sales"), {"county": dossiers.XINFENG}).context["sums"]["orders"] == 0
    table = workbook(page.get(reverse("sales-export")))
    assert table[1][:2] + table[1][4:8] == [row.code, "乳源彩石萝卜", 15, 637.5, 1, 42.5]
    neighbour = signed_in(UserFactory(official=dossiers.XINFENG))
    assert neighbour.get(reverse("sales")).context["sums"]["orders"] == 0
    assert neighbour.get(reverse("product-sales", args=[row.code])).status_code == 404


def test_ids_nobody_knows_are_the_provinces(row, office):
    answer = signed_in(office.user).get(reverse("unmatched-sales"))
    (line,) = answer.context["page_obj"]
    assert (line["external_id"], line["total_orders"], line["total_sales"]) == ("88", 5, 9999)
    assert signed_in(row.owner).get(reverse("unmatched-sales")).status_code == 404
