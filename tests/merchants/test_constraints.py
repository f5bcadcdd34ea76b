"""Every named constraint of subsidies, attacked past the forms and the acts."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from merchants.models import Application, Round
from tests import dossiers
from tests.merchants import world

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("round_closes_after_it_opens", {"closes": date(2023, 9, 30)}),
        ("round_promises_a_day", {"promised_days": 0}),
    ],
)
def test_the_database_refuses_a_round(name, change):
    row = world.subsidy_round(dossiers.staff())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Round.objects.filter(pk=row.pk).update(**change)
    row.refresh_from_db()
    assert (row.closes, row.promised_days) == (date(2023, 11, 30), 10)


def test_a_scheme_has_no_two_rounds_of_one_name():
    office = dossiers.staff()
    first, second = world.subsidy_round(office), world.subsidy_round(office)
    # SQLite names the columns in place of the constraint.
    words = r"round_name_once_a_scheme|merchants_round\.scheme_id, merchants_round\.name"
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        Round.objects.filter(pk=second.pk).update(name=first.name)
    second.refresh_from_db()
    assert second.name == "第2轮"


@pytest.mark.parametrize("amount", ["0.00", "-0.01"])
def test_the_database_refuses_an_application_for_nothing(amount):
    office = dossiers.staff()
    row = world.application(world.merchant(), world.subsidy_round(office))
    refused = pytest.raises(IntegrityError, match="application_amount_is_positive")
    with refused, transaction.atomic():
        Application.objects.filter(pk=row.pk).update(amount=amount)
    assert Application.objects.get().fen == 600_000


@pytest.mark.parametrize("missing", ["account", "pay_by"])
def test_committed_money_and_its_day_stand_together(missing):
    office = dossiers.staff()
    row = dossiers.move(world.endorsed(world.subsidy_round(office)), "approve", office)
    refused = pytest.raises(IntegrityError, match="application_committed_has_day")
    with refused, transaction.atomic():
        Application.objects.filter(pk=row.pk).update(**{missing: None})
    assert Application.objects.get().pay_by == date(2023, 11, 6)
