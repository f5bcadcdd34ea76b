"""The calendar: who plans, what is refused, what the database holds."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.campaigns import domain, rules
from portal.campaigns.models import Campaign
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HARVEST = {
    "code": "harvest-2023",
    "name": "丰收节",
    "action": "products",
    "first_day": date(2023, 9, 23),
    "last_day": date(2023, 10, 31),
}


def plan(actor=None, **changes):
    return domain.plan_campaign(actor=actor or dossiers.staff(), **{**HARVEST, **changes})


def test_a_campaign_stands_on_the_calendar_and_in_the_record():
    staff = dossiers.staff()
    row = plan(staff)
    assert Campaign.objects.values().get() == {"id": row.pk, "form_key": None, **HARVEST}
    entry = Entry.objects.get()
    assert (entry.act, entry.user, entry.subject_id, entry.data) == (
        "campaign.plan",
        staff.user,
        str(row.pk),
        {"name": "丰收节"},
    )


@pytest.mark.parametrize("role", ["official", "admin", "auditor", "merchant", "creator", "trainee"])
def test_only_the_programme_office_plans(role):
    actor = Actor.of(UserFactory(**{role: dossiers.RUYUAN if role == "official" else True}))
    assert not rules.may_plan(actor)
    with pytest.raises(RuleBroken, match="只有项目办可以安排活动。"):
        plan(actor)
    assert (Campaign.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_day": date(2023, 9, 22)}, {"__all__": ["结束日期早于开始日期。"]}),
        ({"code": "丰收节"}, {"code"}),
        ({"action": "football"}, {"action"}),
        ({"name": ""}, {"name"}),
    ],
)
def test_a_wrong_value_is_named_by_its_field_and_nothing_is_written(change, words):
    with pytest.raises(ValidationError) as caught:
        plan(**change)
    found = caught.value.message_dict
    assert (found if isinstance(words, dict) else set(found)) == words
    assert (Campaign.objects.count(), Entry.objects.count()) == (0, 0)


def test_one_day_is_a_campaign_and_a_code_is_given_once():
    plan(last_day=HARVEST["first_day"])
    with pytest.raises(ValidationError) as caught:
        plan(name="又一个")
    assert set(caught.value.message_dict) == {"code"}
    assert Campaign.objects.count() == 1


def test_the_database_refuses_an_end_before_the_beginning():
    row = plan()
    with pytest.raises(IntegrityError, match="campaign_ends_after_it_begins"), transaction.atomic():
        Campaign.objects.filter(pk=row.pk).update(last_day=date(2023, 9, 22))
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(**HARVEST)
