"""Two people at one paper at the same moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.actor import Actor
from portal.qualifications import reminding
from portal.qualifications.models import Qualification, Reminder
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import OrganisationFactory
from tests.qualifications.world import LAST, paper, renewal
from tests.races import waiting_for_a_lock
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_people_renew_once_and_tell_once(elsewhere: Any) -> None:
    official, office = dossiers.official(), dossiers.staff()
    row = paper(OrganisationFactory(), official, kind="licence")
    lapsed = LAST + timedelta(days=1)

    def renewed(actor: Actor) -> str:
        try:
            return renewal(row, actor, number=str(actor.user)).number
        except RuleBroken as error:
            return str(error)

    def tell() -> str:
        with transaction.atomic():
            locked = Qualification.objects.select_for_update().get(pk=row.pk)
            reminding.tell_due(row=locked, day=lapsed, actor=Actor.system())
        return "told"

    with transaction.atomic():
        Qualification.objects.select_for_update().get(pk=row.pk)
        told = [elsewhere(tell) for _time in range(2)]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both reminders wait")
    assert [answer.result() for answer in told] == ["told", "told"]
    assert [(row.person, row.told) for row in Reminder.objects.all()] == [(official.user, "lapsed")]

    with transaction.atomic():
        Qualification.objects.select_for_update().get(pk=row.pk)
        answers = [elsewhere(lambda who=who: renewed(who)) for who in (official, office)]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both renewals wait")
    found = {answer.result() for answer in answers}
    assert len(found & {str(official.user), str(office.user)}) == 1
    assert "这份证照已有续期。" in found
    assert Qualification.objects.count() == 2
