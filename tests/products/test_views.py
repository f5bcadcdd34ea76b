"""The public catalogue: what everyone reads without signing in."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest
from django.urls import reverse

from portal import clock
from products.models import Product
from tests import dossiers

pytestmark = pytest.mark.django_db


def names(answer):
    return re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", answer.content.decode())


@pytest.fixture
def three():
    """Published products of two counties and two categories, and a draft."""
    ruyuan, xinfeng = dossiers.official(), dossiers.official(dossiers.XINFENG)
    dossiers.product_in("published", owner=ruyuan, name="乳源萝卜", price="30")
    dossiers.product_in("published", owner=ruyuan, name="瑶山茶", category="tea", price="20")
    dossiers.product_in("published", owner=xinfeng, name="新丰萝卜", price="10")
    return dossiers.product_in("draft", owner=ruyuan, name="未报萝卜")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["新丰萝卜", "瑶山茶", "乳源萝卜"]),
        ({"q": "萝卜"}, ["新丰萝卜", "乳源萝卜"]),
        ({"category": "tea"}, ["瑶山茶"]),
        ({"county": dossiers.XINFENG}, ["新丰萝卜"]),
        ({"q": "萝卜", "county": dossiers.RUYUAN}, ["乳源萝卜"]),
        ({"sort": "price"}, ["新丰萝卜", "瑶山茶", "乳源萝卜"]),
        ({"sort": "name"}, ["乳源萝卜", "新丰萝卜", "瑶山茶"]),
        ({"sort": "nonsense", "size": "7", "category": "x"}, ["新丰萝卜", "瑶山茶", "乳源萝卜"]),
        ({"q": "未报"}, []),
    ],
)
def test_filters_and_sorts_stay_in_the_address(client, three, query, found):
    answer = client.get(reverse("products"), query)
    assert names(answer) == found
    text = answer.content.decode()
    assert ("没有符合条件的产品" in text) is (not found)
    assert 'name="county"' in text


@pytest.mark.parametrize(
    ("months", "today", "now", "soon"),
    [
        ((10, 2), date(2023, 10, 23), True, False),
        ((11, 11), date(2023, 10, 23), False, True),
        ((11, 11), date(2023, 10, 17), False, False),
        ((12, 12), date(2023, 10, 23), False, False),
        ((1, 2), date(2023, 12, 20), False, True),
        ((10, 2), date(2024, 2, 29), True, False),
        ((10, 2), date(2024, 3, 1), False, False),
        ((None, None), date(2024, 6, 1), True, False),
    ],
)
def test_the_catalogue_is_narrowed_to_what_is_in_season_now_or_in_14_days(
    client, months, today, now, soon
):
    row = dossiers.product_in("published")
    Product.objects.filter(pk=row.pk).update(season_start=months[0], season_end=months[1])
    with clock.telling(datetime.combine(today, time(7, 30), clock.SHANGHAI)):
        found = {
            season: names(client.get(reverse("products"), {"season": season})) != []
            for season in ("now", "soon", "nonsense")
        }
    assert found == {"now": now, "soon": soon, "nonsense": True}


def test_a_product_shows_its_facts_and_photos_and_neither_contact_nor_papers(client):
    row = dossiers.product_in("published")
    text = client.get(reverse("product", args=[row.code])).content.decode()
    assert re.search(r"<h1>(.*?)</h1>", text)[1] == "乳源彩石萝卜"
    assert re.findall(r"<dd>(.*?)</dd>", text) == [
        "蔬菜",
        "5斤/箱",
        "39.90 元/箱",
        "500",
        "10月 – 2月",
    ]
    photo = row.attachments.get(purpose="photos").file_id
    paper = row.attachments.get(purpose="certificates").file_id
    assert text.count(reverse("file-thumb", args=[photo])) == 1
    for hidden in (str(paper), "盘阿妹", "13800138000", row.owner.full_name):
        assert hidden not in text


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "suspended"])
def test_what_is_not_published_has_no_page_not_even_for_its_owner(client, state):
    row = dossiers.product_in(state)
    client.force_login(row.owner)
    assert client.get(reverse("product", args=[row.code])).status_code == 404
