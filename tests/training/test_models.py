"""Every named constraint of training, attacked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import dossiers
from tests.training.world import START, enrol, planned
from training.models import ClassSession, CountySeats, Course, Enrolment

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

ATTACKS = {
    "class_ends_after_it_begins": (ClassSession, {"ends_at": START}),
    "class_has_a_seat": (ClassSession, {"seats": 0}),
    "offer_has_a_time_limit": (Enrolment, {"offer_until": START}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses(name):
    model, change = ATTACKS[name]
    enrol(planned())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**change)


def test_an_offer_without_a_time_limit_is_refused():
    enrol(planned())
    with (
        pytest.raises(IntegrityError, match="offer_has_a_time_limit"),
        transaction.atomic(),
    ):
        Enrolment.objects.update(state="offered")


def test_a_county_has_one_share_of_a_class():
    session = planned(seats=3, kept={dossiers.RUYUAN: 1})
    with refused("one_share_of_seats_a_county", "session_id"), transaction.atomic():
        CountySeats.objects.create(session=session, county_id=dossiers.RUYUAN, seats=1)
    assert session.county_seats.get().seats == 1


@pytest.mark.parametrize("state", ["waiting", "offered", "enrolled"])
def test_a_person_has_one_open_enrolment_in_a_class(state):
    row = enrol(planned())
    offer = START - timedelta(hours=1) if state == "offered" else None
    again = {
        "session": row.session,
        "trainee": row.trainee,
        "county": row.county,
        "created_at": row.created_at,
    }
    with refused("one_open_enrolment_a_class", "session_id"), transaction.atomic():
        Enrolment.objects.create(**again, state=state, offer_until=offer)
    Enrolment.objects.update(state="cancelled")
    Enrolment.objects.create(**again, state=state, offer_until=offer)
    assert Enrolment.objects.count() == 2


@pytest.mark.parametrize("model", [Course, ClassSession])
def test_a_form_makes_one_row(model):
    planned()
    row = model.objects.get()
    row.form_key = "00000000-0000-0000-0000-000000000001"
    row.save()
    row.pk, row._state.adding = None, True
    row.name = "另一门课"
    with refused("form_key", "form_key"), transaction.atomic():
        row.save(force_insert=True)


def refused(name: str, column: str):
    """PostgreSQL names the constraint of a double row, SQLite its columns."""
    return pytest.raises(IntegrityError, match=f"{name}|{column}")
