"""Money follows the approval, and never beyond what is there."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from merchants.models import Application
from portal.accounts.actor import Actor
from portal.ledger import queries as ledger
from portal.ledger.models import Account
from portal.notices.models import Message, Notice
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import OrganisationFactory, UserFactory
from tests.merchants import world
from tests.races import waiting_for_a_lock
from tests.workers import wait_until

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
    assert [row.body.partition("http")[0].strip() for row in texts] == [
        "“茶叶冷藏库”已审核通过。查看后续安排"
    ]


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


OWNER, PARTNER, COUNTY, OFFICE = "owner", "partner", "county", "office"
# state → move → who may make it; everything else is refused, and nothing is ever published.
ALLOWED = {
    "draft": {"submit": {OWNER, PARTNER}, "withdraw": {OWNER, PARTNER}},
    "submitted": {
        "endorse": {COUNTY},
        "return": {COUNTY, OFFICE},
        "withdraw": {OWNER, PARTNER},
    },
    "returned": {"submit": {OWNER, PARTNER}, "withdraw": {OWNER, PARTNER}},
    "endorsed": {
        "return": {OFFICE},
        "approve": {OFFICE},
        "refuse": {OFFICE},
        "withdraw": {OWNER, PARTNER},
    },
    "approved": {},
    "refused": {"appeal": {OWNER, PARTNER}},
    "withdrawn": {},
}
# How an application comes to each state.
WAYS = {
    "draft": [],
    "submitted": [("submit", OWNER)],
    "returned": [("submit", OWNER), ("return", "first")],
    "endorsed": [("submit", OWNER), ("endorse", COUNTY)],
    "approved": [("submit", OWNER), ("endorse", COUNTY), ("approve", "first")],
    "refused": [("submit", OWNER), ("endorse", COUNTY), ("refuse", "first")],
    "withdrawn": [("withdraw", OWNER)],
}


@pytest.mark.parametrize("state", ALLOWED)
def test_every_state_move_and_role(state, office):
    owner = world.merchant()
    own = owner.memberships[0].organisation
    neighbours = OrganisationFactory(county_id=dossiers.XINFENG)
    people = {
        OWNER: owner,
        PARTNER: Actor.of(UserFactory(merchant=own)),
        COUNTY: dossiers.official(),
        OFFICE: dossiers.staff(),
        "merchant": world.merchant(),
        "merchant next door": Actor.of(UserFactory(merchant=neighbours)),
        "county next door": dossiers.official(dossiers.XINFENG),
        "city": Actor.of(UserFactory(official_of_city="440200")),
        "creator": Actor.of(UserFactory(creator=True)),
        "auditor": Actor.of(UserFactory(auditor=True)),
        "admin": Actor.of(UserFactory(admin=True)),
        "visitor": Actor.visitor(),
        "system": Actor.system(),
    }
    row = world.application(owner, world.subsidy_round(office))
    for name, who in WAYS[state]:
        row = dossiers.move(row, name, people.get(who, office), note="理由")
    found = {
        step.name: allowed
        for step in row.moves
        if (allowed := {n for n, who in people.items() if row.moves.judge(row, step.name, who)})
    }
    assert (row.state, found) == (state, ALLOWED[state])


def test_no_move_leads_anywhere_else(office):
    moves = world.application(world.merchant(), world.subsidy_round(office)).moves
    assert {step.to for step in moves} | {"draft"} == set(ALLOWED)
    assert {state for step in moves for state in step.from_} <= set(ALLOWED)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_only_what_is_there_is_spent(elsewhere):
    office = [dossiers.staff(), dossiers.staff()]
    round = world.subsidy_round(office[0])
    rows = [world.endorsed(round), world.endorsed(round)]

    def approve(row, actor):
        try:
            return dossiers.move(row, "approve", actor).state
        except RuleBroken as error:
            return error.code

    with transaction.atomic():
        Account.objects.select_for_update().get(level="share")
        approvals = [
            elsewhere(lambda pair=pair: approve(*pair)) for pair in zip(rows, office, strict=True)
        ]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both wait for the county's share")
    assert sorted(approval.result(20) for approval in approvals) == ["approved", "overdrawn"]
    assert Application.objects.filter(account__isnull=False).count() == 1
    assert share_left() == 400_000
    assert ledger.breaks() == []
