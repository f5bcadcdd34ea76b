"""The calendar's pages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import Entry
from portal.campaigns.models import Campaign
from tests import dossiers, twice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

POSTED = {
    "name": "丰收节",
    "code": "harvest-2023",
    "action": "products",
    "first_day": "2023-09-23",
    "last_day": "2023-10-31",
}


def listed(client, **query):
    page = client.get(reverse("campaigns"), query).content.decode()
    return re.findall(r'<th scope="row">(.*?)</th>', page), page


def test_staff_put_a_campaign_on_the_calendar_and_everyone_signed_in_reads_it(client):
    client.force_login(UserFactory(staff=True))
    names, page = listed(client)
    assert (names, "还没有活动" in page, reverse("campaign-new") in page) == ([], True, True)

    answer = client.post(reverse("campaign-new"), POSTED, follow=True)
    assert answer.redirect_chain == [(reverse("campaigns"), 302)]
    assert "“丰收节”已列入活动日历。" in answer.content.decode()

    client.force_login(UserFactory(trainee=True))
    names, page = listed(client)
    assert names == ["丰收节"]
    assert re.findall(r"<td [^>]*>(.*?)</td>", page) == [
        "乡村电商",
        "2023年9月23日",
        "2023年10月31日",
    ]
    assert reverse("campaign-new") not in page


def test_values_are_kept_beside_the_error(client):
    client.force_login(UserFactory(staff=True))
    answer = client.post(reverse("campaign-new"), {**POSTED, "last_day": "2023-09-22"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "结束日期早于开始日期。" in page
    assert 'value="丰收节"' in page
    assert not Campaign.objects.exists()


def test_nobody_else_finds_the_form(client):
    for traits in ({"official": dossiers.RUYUAN}, {"admin": True}, {"merchant": True}):
        client.force_login(UserFactory(**traits))
        for answer in (
            client.get(reverse("campaign-new")),
            client.post(reverse("campaign-new"), POSTED),
        ):
            assert answer.status_code == 404
    assert not Campaign.objects.exists()


def test_the_calendar_is_sorted_by_day_or_by_name(client):
    for code, name, day in (("b", "金秋", 1), ("a", "丰收节", 2), ("c", "年货节", 3)):
        dates = {"first_day": date(2023, 10, day), "last_day": date(2023, 10, 30)}
        Campaign.objects.create(code=code, name=name, action="products", **dates)
    client.force_login(UserFactory())
    assert listed(client)[0] == ["金秋", "丰收节", "年货节"]
    assert listed(client, sort="name")[0] == ["丰收节", "年货节", "金秋"]


@pytest.fixture
def staff():
    client = Client()
    client.force_login(UserFactory(staff=True))
    return client


def test_a_double_click_plans_one_campaign(staff):
    led_to = twice.clicked_twice(staff, reverse("campaign-new"), POSTED)
    assert led_to == (reverse("campaigns"), ["“丰收节”已列入活动日历。"])
    assert Campaign.objects.count() == 1
    assert Entry.objects.filter(act="campaign.plan").count() == 1


def test_a_form_sent_anew_with_other_words_says_what_it_made(staff):
    address = twice.form_address(staff, reverse("campaign-new"))
    twice.click(staff, address, POSTED)
    page = staff.post(address, {**POSTED, "name": "开茶节", "code": "tea"}).content.decode()
    assert "这张表单已提交过，并已生成“丰收节”" in page
    assert Campaign.objects.count() == 1
