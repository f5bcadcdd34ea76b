"""A form acts once."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from portal import once
from portal.accounts.models import User
from portal.campaigns.models import Action, Campaign
from portal.verdict import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
KEY = uuid.UUID("0f2f7c2e-6a52-4c55-9b1e-0c0ffee00001")


def campaign(code: str = "harvest", **changes) -> Campaign:
    values = {
        "name": "丰收节",
        "action": Action.PRODUCTS,
        "first_day": date(2023, 9, 23),
        "last_day": date(2023, 10, 31),
        **changes,
    }
    return Campaign(code=code, **values)


def test_the_key_in_the_address_is_taken_and_anything_else_gets_a_new_one():
    get = RequestFactory().get
    assert once.form_key(get(f"/?form_key={KEY}")) == KEY
    found = {once.form_key(get(address)) for address in ("/", "/?form_key=", "/?form_key=x")}
    assert len(found) == 3
    assert KEY not in found


def test_each_person_has_a_key_of_ones_own():
    one, other = User(pk=1), User(pk=2)
    assert once.own_key(KEY, one) == once.own_key(KEY, one)
    assert once.own_key(KEY, one) not in {KEY, once.own_key(KEY, other)}


def test_the_same_form_again_returns_the_first_row():
    first = campaign()
    assert once.insert(first, form_key=KEY) is first
    again = once.insert(campaign(), form_key=KEY)
    assert (again.pk, again is first) == (first.pk, False)
    assert Campaign.objects.count() == 1


def test_the_same_form_with_other_words_is_told_what_it_made():
    once.insert(campaign(), form_key=KEY)
    with pytest.raises(RuleBroken, match=r"已提交过.*“丰收节”") as error:
        once.insert(campaign(code="tea", name="开茶节"), form_key=KEY)
    assert error.value.code == once.SENT_BEFORE
    assert list(Campaign.objects.values_list("name", flat=True)) == ["丰收节"]


def test_without_a_key_each_call_makes_its_own_row():
    once.insert(campaign(), form_key=None)
    once.insert(campaign(code="tea"), form_key=None)
    assert Campaign.objects.count() == 2


def test_a_taken_value_is_named_by_its_field():
    once.insert(campaign(), form_key=KEY)
    with pytest.raises(ValidationError) as error:
        once.insert(campaign(), form_key=uuid.uuid4())
    assert list(error.value.message_dict) == ["code"]
