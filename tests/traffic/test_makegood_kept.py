"""What a make-good is, and that a decided one stays, is held by the database."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import clock
from portal.accounts.actor import Actor
from portal.moves.domain import transition
from tests import dossiers
from tests.traffic import shortfalls
from tests.traffic.test_makegood import adjust, approve
from traffic.makegood import domain
from traffic.makegood.models import MakeGood

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"amount": 0}, "make_good_gives_something"),
        ({"amount": -1}, "make_good_gives_something"),
        ({"amount": 401}, "make_good_within_shortfall"),
        ({"short": 500}, "make_good_within_shortfall"),
        ({"state": "approved"}, "make_good_"),
        ({"act": uuid.uuid4()}, "make_good_booked_when_approved"),
        ({"decided_at": timezone.now()}, "make_good_decided_by_somebody"),
    ],
)
def test_the_database_refuses_what_is_no_make_good(office, changes, name):
    row = shortfalls.proposed(office)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MakeGood.objects.filter(pk=row.pk).update(**changes)
    with pytest.raises(IntegrityError, match="goes_elsewhere"), transaction.atomic():
        MakeGood.objects.filter(pk=row.pk).update(target=row.placement)


def test_the_database_refuses_approval_by_who_adjusted(office):
    row = adjust(shortfalls.proposed(office), office)
    decided = {
        "state": "approved",
        "decided_by": office.user,
        "decided_at": timezone.now(),
        "act": uuid.uuid4(),
    }
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        MakeGood.objects.filter(pk=row.pk).update(**decided)


@pytest.mark.parametrize("end", ["approved", "refused", "lapsed"])
def test_the_database_keeps_what_was_decided_for_ever(office, end):
    row = shortfalls.proposed(office)
    # Until then it may be changed.
    MakeGood.objects.filter(pk=row.pk).update(amount=399)
    if end == "approved":
        approve(MakeGood.objects.get(), office)
    elif end == "refused":
        transition(row, "decline", actor=office, seen=row.version, note="活动已结束")
    else:
        with clock.telling(clock.now() + timedelta(days=15)):
            domain.sweep()
    (there,) = MakeGood.objects.values()
    assert there["state"] == end
    undecided = dict.fromkeys(["id", "act", "decided_by_id", "decided_at"])
    again = MakeGood(**{**there, **undecided, "state": "proposed", "amount": 1})

    def replace():
        MakeGood.objects.bulk_create(
            [again],
            update_conflicts=True,
            unique_fields=["placement"],
            update_fields=["amount"],
        )

    for attack in (
        lambda: MakeGood.objects.update(amount=1),
        lambda: MakeGood.objects.update(state="proposed"),
        MakeGood.objects.all().delete,
        replace,
    ):
        with pytest.raises(IntegrityError, match="is refused"), transaction.atomic():
            attack()
    assert list(MakeGood.objects.values()) == [there]
