"""Money follows the approval, and never beyond what is there."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from merchants.models import Application
from portal.ledger import queries as ledger
from portal.ledger.models import Account
from portal.notices.models import Message, Notice
from portal.verdict import RuleBroken
from tests import dossiers
from tests.merchants import world

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office():
    return dossiers.staff()


def share_left():
    return Account.objects.get(level="share").balance


def test_an_approval_commits_the_money_and_names_the_day(office):
    row = world.endorsed(world.subsidy_round(office))
    row = dossiers.move(row, "approve", office)
    record = Application.objects.get()
    assert (row.state, record.account.balance, share_left()) == ("approved", 600_000, 400_000)
    # Ten working days after Monday 2023-10-23.
    assert record.pay_by == date(2023, 11, 6)
    assert ledger.breaks() == []


def test_an_approval_that_nothing_follows_is_told_by_text(office):
    owner = world.merchant()
    dossiers.move(world.endorsed(world.subsidy_round(office), owner=owner), "approve", office)
    texts = Message.objects.filter(phone=owner.user.phone).order_by("pk")
    assert [row.body.partition("http")[0].strip() for row in texts] == ["“茶叶冷藏库”已批准。"]


def test_an_approval_that_a_publication_follows_is_not(office):
    owner = dossiers.official()
    row = dossiers.product_in("approved", owner=owner, office=office)
    assert not Message.objects.filter(phone=owner.user.phone).exists()
    dossiers.move(row, "publish", office)
    assert Message.objects.filter(phone=owner.user.phone).count() == 1


def test_the_approval_that_would_overspend_is_refused_whole(office):
    round = world.subsidy_round(office)
    dossiers.move(world.endorsed(round), "approve", office)
    second = world.endorsed(round)
    told = Notice.objects.count()
    with pytest.raises(RuleBroken, match=r"余额只有 4,000\.00元"):
        dossiers.move(second, "approve", office)
    second.refresh_from_db()
    assert (second.state, second.decider, share_left()) == ("endorsed", None, 400_000)
    assert Application.objects.filter(account__isnull=False).count() == 1
    assert Notice.objects.count() == told


def test_a_county_without_a_share_gets_a_clear_answer(office):
    round = world.subsidy_round(office)
    row = world.endorsed(round)
    other = world.subsidy_round(office, share=0)
    Application.objects.update(round=other)
    with pytest.raises(RuleBroken, match="没有份额"):
        dossiers.move(row, "approve", office)


def test_a_refusal_may_be_appealed_once_and_moves_no_money(office):
    owner = world.merchant()
    row = world.endorsed(world.subsidy_round(office), owner=owner)
    row = dossiers.move(row, "refuse", office, note="设备不在目录内")
    assert (
        "设备不在目录内" in Notice.objects.filter(recipient=owner.user).order_by("pk").last().text
    )
    row = dossiers.move(row, "appeal", owner, note="目录第 12 项")
    assert not row.moves.judge(row, "approve", office)
    row = dossiers.move(row, "approve", dossiers.staff())
    assert (row.state, share_left()) == ("approved", 400_000)


def test_the_merchant_withdraws_before_the_decision_only(office):
    owner = world.merchant()
    round = world.subsidy_round(office)
    first = world.endorsed(round, owner=owner)
    assert dossiers.move(first, "withdraw", owner).state == "withdrawn"
    second = dossiers.move(world.endorsed(round, owner=owner), "approve", office)
    assert not second.moves.judge(second, "withdraw", owner)


def test_a_closed_round_takes_no_applications(office):
    owner = world.merchant()
    round = world.subsidy_round(office)
    row = world.application(owner, round)
    type(round).objects.update(closes=date(2023, 10, 22))
    with pytest.raises(RuleBroken, match="今天不受理"):
        dossiers.move(row, "submit", owner)


def test_only_rounds_with_a_share_of_the_own_county_are_offered(office):
    from portal.submissions import kinds

    round = world.subsidy_round(office)
    world.subsidy_round(office, share=0)
    form = kinds.get("application").form(actor=world.merchant())
    assert list(form.fields["round"].queryset) == [round]
    assert "organisation" not in form.fields


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_only_what_is_there_is_spent():
    office = [dossiers.staff(), dossiers.staff()]
    round = world.subsidy_round(office[0])
    rows = [world.endorsed(round), world.endorsed(round)]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def approve(row, actor):
        try:
            start.wait()
            dossiers.move(row, "approve", actor)
            outcomes.append("approved")
        except RuleBroken as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=approve, args=pair) for pair in zip(rows, office, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "overdrawn"]
    assert share_left() == 400_000
    assert ledger.breaks() == []
