"""Statements of account: what was there, what came and went, what is there."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal import clock
from portal.accounts.actor import Actor
from portal.ledger.models import Account
from portal.regions.models import County
from tests import dossiers
from tests.answers import signed_in
from tests.factories import UserFactory
from tests.traffic import shortfalls, world
from tests.traffic.test_allotting import words
from traffic import domain, pool
from traffic.allotting import statement

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def staff(office: Actor) -> Client:
    return signed_in(office.user)


@pytest.fixture
def accounts(office: Actor) -> list[Account]:
    """Two counties in 丰收节, which has a million."""
    pool.open_pool(actor=Actor.system())
    codes = (dossiers.RUYUAN, dossiers.XINFENG)
    found = [pool.county_account(world.harvest(), County.objects.get(pk=code)) for code in codes]
    shortfalls.give(office, pool.campaign_account(world.harvest()), 1_000_000)
    return found


def give(office: Actor, target: Account, amount: int) -> None:
    domain.move_between(
        source=pool.campaign_account(world.harvest()),
        target=target,
        amount=amount,
        actor=office,
        reason="首批",
    )


def test_a_statement_of_account_opens_runs_and_closes(staff, office, accounts):
    one, two = accounts
    today = clock.today()
    for days, target, amount in ((3, one, 100), (2, two, 200), (1, one, 300)):
        with clock.telling(clock.now() - timedelta(days=days)):
            give(office, target, amount)
    with clock.telling(clock.now() - timedelta(days=1)):
        domain.move_between(source=one, target=two, amount=50, actor=office, reason="调剂")
    found = statement.of_account(one, today - timedelta(days=1), today)
    assert (found.opening, found.came, found.went, found.closing) == (100, 300, 50, 350)
    rows = [(row.came, row.went, row.held) for row in found.rows]
    assert rows == [(300, None, 400), (None, 50, 350)]
    assert found.closing == Account.objects.get(pk=one.pk).balance
    whole = statement.of_account(one, None, None)
    assert (whole.opening, whole.closing) == (0, 350)
    assert [row.held for row in whole.rows] == [100, 400, 350]
    early = statement.of_account(one, None, today - timedelta(days=3))
    assert (early.opening, early.came, early.closing) == (0, 100, 100)
    url = reverse("account-statement", args=[one.pk])
    days = f"?since={today - timedelta(days=1)}&until={today}"
    text = words(staff.get(url + days))
    for said in ("期初余额 100", "期末余额 350", "丰收节", "调剂", str(office.user)):
        assert said in text, said
    answer = staff.get(url + "export/" + days)
    data = io.BytesIO(b"".join(answer.streaming_content))
    table = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()
    assert [row[1:6] for row in table[1:]] == [
        ["期初余额", "", "", "", 100.0],
        ["丰收节", "首批", 300.0, "", 400.0],
        ["丰收节", "调剂", "", 50.0, 350.0],
        ["期末余额", "", 300.0, 50.0, 350.0],
    ]


def test_pages_of_a_statement_go_on_where_the_last_one_stopped(staff, office, accounts):
    one, _two = accounts
    for number in range(1, 23):
        give(office, one, number)
    url = reverse("account-statement", args=[one.pk])
    second = staff.get(f"{url}?page=2").context["lines"]
    assert [row.held for row, _other in second] == [sum(range(22)), sum(range(23))]
    newest = staff.get(f"{url}?sort=newest").context["lines"]
    assert newest[0][0].held == sum(range(23))


def test_a_county_reads_the_statements_of_its_own_accounts_alone(office):
    owner = UserFactory(official=dossiers.RUYUAN)
    row = shortfalls.running(office, owner=Actor.of(owner))
    shortfalls.give(office, row.account, 5)
    url = reverse("account-statement", args=[row.account_id])
    assert str(office.user) in words(signed_in(owner).get(url))
    stranger = signed_in(UserFactory(official=dossiers.XINFENG))
    assert stranger.get(url).status_code == 404
    assert stranger.get(url + "export/").status_code == 404
