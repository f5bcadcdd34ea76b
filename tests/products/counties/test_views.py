"""What a county's page says, and what it advises."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.submissions.models import Submission
from products.counties import advice
from products.counties.queries import CountyReport, Returned
from tests import dossiers
from tests.answers import signed_in
from tests.factories import UserFactory
from tests.products import world
from tests.statements.pages import words

pytestmark = pytest.mark.django_db
NONE = {"orders": 0, "sales": 0, "refunds": 0, "refunded": 0}


def said(**changes) -> list[str]:
    values = {"county": None, "decided": 10, "first": 9, "days": 4, "reasons": [], "sums": NONE}
    return advice.of(CountyReport(**{**values, **changes}))


def test_advice_follows_from_the_figures():
    assert said() == ["各项情况良好，请继续保持。"]
    assert said(decided=0, first=0, days=None) == []
    assert said(first=6) == ["10件产品中只有6件一次通过（60%），可以争取达到80%。"]
    assert said(first=8) == ["各项情况良好，请继续保持。"]
    assert said(days=9) == [
        "产品从提交到办结的中位时间为9个工作日，承诺为8个工作日。请当天完成推荐，外出时指定代办人。"
    ]
    assert said(reasons=[("photo", 3), ("paper", 1)]) == [
        "退回意见最多的是“照片不合要求”（3次）。请在自然光下拍摄产品本身，照片不加文字和水印。"
    ]
    assert said(returned=[Returned("a", "萝卜", 40, 5), Returned("b", "茶", 100, 9)]) == [
        "“萝卜”有12%的订单退款（40单中5单）：请检查包装、重量和发货方式。"
    ]


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def test_the_page_shows_what_the_counties_own_products_did(office):
    sold = dossiers.product_in("published", office=office)
    refused = dossiers.product_in("refused", office=office, name="瑶山茶")
    Submission.objects.filter(pk=refused.pk).update(returns=1)
    dossiers.product_in("published", owner=dossiers.official(dossiers.XINFENG), office=office)
    world.listed(sold, office)
    world.land(office, [(world.DAY, world.ID, 20, 800, 3, 120)])
    url = reverse("product-county", args=[dossiers.RUYUAN])
    answer = signed_in(sold.owner).get(url)
    report = answer.context["report"]
    assert (report.decided, report.first, report.rate, report.days) == (2, 1, 50, 0)
    assert report.sums == {"orders": 20, "sales": 80000, "refunds": 3, "refunded": 12000}
    assert [(row.title, row.rate) for row in report.returned] == [("乳源彩石萝卜", 15)]
    assert "2件产品中只有1件一次通过（50%）" in words(answer)
    sums = signed_in(sold.owner).get(answer.context["sales_url"]).context["sums"]
    assert sums == report.sums
    recent = signed_in(sold.owner).get(url, {"period": "30"})
    assert "since=2023-09-24&until=2023-10-23" in recent.context["sales_url"]
    assert signed_in(sold.owner).get(recent.context["sales_url"]).context["sums"] == sums
    lines = signed_in(office.user).get(reverse("product-counties")).context["lines"]
    assert [(line.county.pk, line.rate, line.orders) for line in lines] == [
        (dossiers.RUYUAN, 50, 20),
        (dossiers.XINFENG, 100, 0),
    ]


def test_officials_read_their_own_counties_and_others_none(office):
    dossiers.product_in("published", office=office)
    readers = {
        "own": UserFactory(official=dossiers.RUYUAN),
        "city": UserFactory(official_of_city="440200"),
        "neighbour": UserFactory(official=dossiers.XINFENG),
        "other city": UserFactory(official_of_city="440100"),
        "merchant": UserFactory(merchant=True),
        "auditor": UserFactory(auditor=True),
    }
    url = reverse("product-county", args=[dossiers.RUYUAN])
    got = {name: signed_in(user).get(url).status_code for name, user in readers.items()}
    assert got == {
        "own": 200,
        "city": 200,
        "neighbour": 404,
        "other city": 404,
        "merchant": 404,
        "auditor": 200,
    }
    assert signed_in(readers["merchant"]).get(reverse("product-counties")).status_code == 404
    neighbour = signed_in(readers["neighbour"]).get(reverse("product-counties"))
    assert neighbour.context["lines"] == []
    assert signed_in(readers["auditor"]).get("/products/counties/999999/").status_code == 404
