"""Listings on the dossier's page, in their forms, and on the public page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from products.listings.models import Listing
from tests import dossiers
from tests.answers import signed_in
from tests.factories import UserFactory
from tests.products import world
from tests.statements.pages import words

pytestmark = pytest.mark.django_db

POSTED = {
    "channel": "showcase",
    "shop": "阿妹直播",
    "external_id": "77",
    "url": "https://v.douyin.com/x/",
    "price": "45.00",
    "stock": "12",
    "listed_on": "2023-10-20",
}


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def row(office):
    return dossiers.product_in("published", office=office)


def test_the_office_puts_a_product_on_sale_and_takes_it_off(row, office):
    page = signed_in(office.user)
    dossier = page.get(row.get_absolute_url())
    assert "还没有在平台的任何渠道上架" in words(dossier)
    form = page.get(reverse("listing-new", args=[row.code]))
    assert 'value="39.90"' in form.content.decode()
    key = form.context["action"]
    answer = page.post(reverse("listing-new", args=[row.code]) + key, POSTED, follow=True)
    assert "达人橱窗 阿妹直播" in words(answer)
    listing = Listing.objects.get()
    public = words(Client().get(reverse("product", args=[row.code])))
    assert "哪里买 达人橱窗 阿妹直播 · ¥45.00" in public
    withdraw = reverse("listing-withdraw", args=[listing.pk])
    empty = page.post(withdraw, {"reason": " "})
    assert empty.context["form"].errors == {"reason": ["这个字段是必填项。"]}
    answer = page.post(withdraw, {"reason": "季节结束"}, follow=True)
    assert "已下架：季节结束" in words(answer)
    assert "哪里买" not in words(Client().get(reverse("product", args=[row.code])))


def test_the_office_changes_price_and_stock_and_reads_what_they_were(row, office):
    listing = world.listed(row, office)
    page, url = signed_in(office.user), reverse("listing", args=[listing.pk])
    assert f'href="{url}"' in page.get(row.get_absolute_url()).content.decode()
    first = page.get(url)
    assert "自2023年10月1日上架以来没有修改过。" in words(first)
    assert 'value="42.50"' in first.content.decode()
    address = url + first.context["action"]
    empty = page.post(address, {"price": "", "stock": "1.5"})
    assert {*empty.context["form"].errors} == {"price", "stock"}
    answer = page.post(address, {"price": "39.90", "stock": "12000"}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "价格与库存已保存" in words(answer)
    assert f"{office.person} ¥42.50 → ¥39.90 30 → 1.2万" in words(answer)
    public = words(Client().get(reverse("product", args=[row.code])))
    assert "¥39.90" in public
    # Who still has the page of before is told, sees what stands, and may then change it.
    stale = page.post(address, {"price": "45", "stock": "12000"})
    assert "您打开本页之后内容有改动" in words(stale)
    assert "现价 ¥39.90" in words(stale)
    again = page.post(url + stale.context["action"], {"price": "45", "stock": "12000"})
    assert again["Location"] == url
    assert Listing.objects.get().price == 45


def test_auditors_read_the_history_and_change_nothing(row, office):
    listing = world.listed(row, office)
    url = reverse("listing", args=[listing.pk])
    page = signed_in(UserFactory(auditor=True))
    text = page.get(url)
    assert "修改记录" in words(text)
    assert 'name="price"' not in text.content.decode()
    assert page.post(f"{url}?seen=1", {"price": "1", "stock": "1"}).status_code == 404
    assert Listing.objects.get().version == 1


def test_the_owner_sees_the_listings_and_changes_none(row, office):
    listing = world.listed(row, office)
    page = signed_in(row.owner)
    dossier = page.get(row.get_absolute_url())
    assert f"抖音商城 乳源特产店 {world.ID} ¥42.50 30 自2023年10月1日" in words(dossier)
    for name, of in (
        ("listing-new", row.code),
        ("listing", listing.pk),
        ("listing-withdraw", listing.pk),
    ):
        url = reverse(name, args=[of])
        assert url not in dossier.content.decode()
        assert (page.get(url).status_code, page.post(url, POSTED).status_code) == (404, 404)
    assert Listing.objects.get().withdrawn_on is None


def test_bad_input_is_said_beside_its_field_and_nothing_is_written(row, office):
    bad = {"price": "0", "stock": "-1", "url": "javascript:alert(1)", "listed_on": "x"}
    answer = signed_in(office.user).post(
        reverse("listing-new", args=[row.code]), {**POSTED, **bad, "channel": "market"}
    )
    errors = answer.context["form"].errors
    assert {*errors} == {*bad, "channel"}
    assert 'value="阿妹直播"' in answer.content.decode()
    assert not Listing.objects.exists()


def test_an_unpublished_product_leads_back_with_the_reason(office):
    row = dossiers.product_in("approved", office=office)
    answer = signed_in(office.user).get(reverse("listing-new", args=[row.code]), follow=True)
    assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "只有已发布的产品才能上架" in words(answer)
