"""Two clicks at the same moment: the second waits for the first and finds what it made."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from merchants import domain
from merchants.models import Round, Scheme
from portal.accounts.actor import Actor
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.regions.models import County
from tests import dossiers
from tests.merchants import world
from tests.races import waiting_for_a_lock
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUND: dict[str, Any] = {
    "name": "第一轮",
    "opens": date(2023, 10, 1),
    "closes": date(2023, 11, 30),
    "promised_days": 10,
    "fen": 2_000_000,
}


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def both_wait() -> None:
    wait_until(lambda: waiting_for_a_lock() == 2, what="both clicks wait")


def test_two_clicks_book_one_share(office: Actor, elsewhere: Any) -> None:
    row = world.subsidy_round(office, share=0)
    county, key = County.objects.get(pk=dossiers.RUYUAN), uuid.uuid4()

    def give() -> int:
        share = domain.give_share(
            round=row, county=county, fen=500_000, actor=office, reason="首批", form_key=key
        )
        return share.pk

    with transaction.atomic():
        Account.objects.select_for_update().get(pk=row.budget_id)
        clicks = [elsewhere(give), elsewhere(give)]
        both_wait()
    first, second = (click.result(20) for click in clicks)
    assert first == second
    assert Account.objects.get(level="share").balance == 500_000
    assert Transfer.objects.count() == 2
    assert ledger.breaks() == []


def test_two_clicks_open_one_round(office: Actor, elsewhere: Any) -> None:
    scheme = domain.open_scheme(name="冷链补贴", summary="购置", actor=office)
    key = uuid.uuid4()
    with transaction.atomic():
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        clicks = [
            elsewhere(
                lambda: domain.open_round(scheme=scheme, actor=office, form_key=key, **ROUND).pk
            )
            for _click in range(2)
        ]
        both_wait()
    first, second = (click.result(20) for click in clicks)
    assert first == second
    assert Round.objects.get().budget.balance == 2_000_000
    assert ledger.breaks() == []


def test_of_two_rounds_of_one_name_at_once_one_is_told(office: Actor, elsewhere: Any) -> None:
    scheme = domain.open_scheme(name="冷链补贴", summary="购置", actor=office)

    def open_round() -> str:
        try:
            domain.open_round(scheme=scheme, actor=office, form_key=uuid.uuid4(), **ROUND)
        except ValidationError as error:
            return error.messages[0]
        return "opened"

    with transaction.atomic():
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        rounds = [elsewhere(open_round), elsewhere(open_round)]
        both_wait()
    assert sorted(row.result(20) for row in rounds) == ["opened", "该项目已有同名轮次。"]
    assert Round.objects.get().budget.balance == 2_000_000
    assert ledger.breaks() == []


@pytest.mark.parametrize("same_form", [True, False])
def test_of_two_schemes_of_one_name_at_once_one_stands(
    same_form: bool, office: Actor, elsewhere: Any
) -> None:
    key = uuid.uuid4()
    values = {"name": "冷链补贴", "summary": "购置", "actor": office}

    def second() -> int | str:
        try:
            own = key if same_form else uuid.uuid4()
            return domain.open_scheme(form_key=own, **values).pk
        except ValidationError as error:
            return ",".join(error.message_dict)

    with transaction.atomic():
        first = domain.open_scheme(form_key=key, **values)
        click = elsewhere(second)
        wait_until(lambda: waiting_for_a_lock() == 1, what="the second click waits")
    assert click.result(20) == (first.pk if same_form else "name")
    assert Scheme.objects.count() == 1
