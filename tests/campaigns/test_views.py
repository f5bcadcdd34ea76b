"""The calendar through the pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import Entry
from portal.campaigns.models import Campaign
from tests import twice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
HARVEST = {
    "name": "丰收节",
    "code": "harvest-2023",
    "action": "products",
    "first_day": "2023-09-23",
    "last_day": "2023-10-31",
}


@pytest.fixture
def staff():
    client = Client()
    client.force_login(UserFactory(staff=True))
    return client


def test_a_double_click_plans_one_campaign(staff):
    led_to = twice.clicked_twice(staff, reverse("campaign-new"), HARVEST)
    assert led_to == (reverse("campaigns"), ["“丰收节”已列入活动日历。"])
    assert Campaign.objects.count() == 1
    assert Entry.objects.filter(act="campaign.plan").count() == 1


def test_a_form_sent_anew_with_other_words_says_what_it_made(staff):
    address = twice.form_address(staff, reverse("campaign-new"))
    twice.click(staff, address, HARVEST)
    page = staff.post(address, {**HARVEST, "name": "开茶节", "code": "tea"}).content.decode()
    assert "这张表单已提交过，并已生成“丰收节”" in page
    assert Campaign.objects.count() == 1
