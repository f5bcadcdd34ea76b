"""The law of the ledger under any sequence of acts."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.ledger import domain, queries
from portal.ledger.models import Account, Level, Transfer, Unit
from portal.verdict import RuleBroken
from tests import services
from tests.races import waiting_for_a_lock
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SYSTEM = Actor.system()


def account(parent, key, level=Level.ACTION):
    values = {"unit": Unit.FEN, "level": level, "name": key}
    return domain.open_account(parent=parent, key=key, defaults=values)


@pytest.fixture
def tree():
    """Budget → two shares → two applications each; 1,000 in the budget."""
    root = account(None, "root", Level.BUDGET)
    budget = account(root, "budget", Level.BUDGET)
    shares = [account(budget, f"share{n}", Level.SHARE) for n in range(2)]
    leaves = [account(s, f"leaf{n}", Level.APPLICATION) for s in shares for n in range(2)]
    give(root, budget, 1000)
    return [root, budget, *shares, *leaves]


def give(source, target, amount, **words):
    return domain.move(
        source=source, target=target, amount=amount, actor=SYSTEM, reason="试", **words
    )


def balances(rows):
    return list(
        Account.objects.filter(pk__in=[row.pk for row in rows])
        .order_by("pk")
        .values_list("balance", flat=True)
    )


def test_moving_down_passes_through_every_account_between(tree):
    transfers = give(tree[1], tree[4], 300)
    assert [(t.source_id, t.target_id, t.amount) for t in transfers] == [
        (tree[1].pk, tree[2].pk, 300),
        (tree[2].pk, tree[4].pk, 300),
    ]
    assert balances(tree) == [-1000, 700, 0, 0, 300, 0, 0, 0]
    assert queries.breaks() == []


def test_sideways_goes_up_and_down_through_the_parent(tree):
    give(tree[1], tree[4], 300)
    give(tree[4], tree[6], 100, decided=True)
    assert balances(tree) == [-1000, 700, 0, 0, 200, 0, 100, 0]
    standings = queries.standings(Account.objects.filter(pk__in=[tree[2].pk, tree[3].pk]))
    assert [(s.received, s.passed_on) for s in standings.values()] == [(200, 200), (100, 100)]
    assert queries.breaks() == []


def test_nobody_passes_on_what_is_not_there(tree):
    with pytest.raises(RuleBroken, match=r"余额只有 10\.00元"):
        give(tree[1], tree[4], 1001)
    assert balances(tree) == [-1000, 1000, 0, 0, 0, 0, 0, 0]
    assert Transfer.objects.count() == 1


def test_what_is_used_is_not_taken_back(tree, monkeypatch):
    give(tree[1], tree[4], 300)
    monkeypatch.setattr(domain, "_used", [lambda row: 250 if row.pk == tree[4].pk else 0])
    with pytest.raises(RuleBroken, match=r"最多可退回 0\.50元"):
        give(tree[4], tree[1], 51, decided=True)
    give(tree[4], tree[1], 50, decided=True)
    assert balances(tree)[4] == 250


def test_committed_money_goes_back_by_a_decision_alone(tree):
    committed = give(tree[1], tree[4], 300)[-1]
    before = balances(tree)
    attacks = [
        lambda: give(tree[4], tree[1], 300),
        lambda: give(tree[4], tree[2], 1),
        lambda: give(tree[4], tree[5], 1),
        lambda: domain.reverse(transfer=committed, actor=SYSTEM, reason="撤"),
    ]
    for attack in attacks:
        with pytest.raises(RuleBroken, match="已由审批决定列支") as error:
            attack()
        assert error.value.code == "committed"
    assert balances(tree) == before
    assert Transfer.objects.filter(reverses__isnull=False).count() == 0
    give(tree[4], tree[1], 300, decided=True)
    assert balances(tree) == [-1000, 1000, 0, 0, 0, 0, 0, 0]


def test_one_form_books_once(tree):
    key = uuid.uuid4()
    booked = give(tree[1], tree[4], 300, form_key=key)
    assert [row.form_key for row in booked] == [key, None]
    assert give(tree[1], tree[4], 300, form_key=key) == booked
    assert balances(tree) == [-1000, 700, 0, 0, 300, 0, 0, 0]
    with pytest.raises(RuleBroken, match=r"已划转 3\.00元") as error:
        give(tree[1], tree[4], 200, form_key=key)
    assert error.value.code == "sent_before"
    with pytest.raises(RuleBroken, match=r"已划转 3\.00元"):
        give(tree[1], tree[6], 300, form_key=key)
    assert Entry.objects.filter(act="ledger.move").count() == 2


def test_a_reversal_sent_twice_by_one_form_is_one(tree):
    key = uuid.uuid4()
    transfer = give(tree[1], tree[2], 300)[0]
    back = domain.reverse(transfer=transfer, actor=SYSTEM, reason="错了", form_key=key)
    again = domain.reverse(transfer=transfer, actor=SYSTEM, reason="错了", form_key=key)
    assert again == back
    with pytest.raises(RuleBroken, match="已经冲销过"):
        domain.reverse(transfer=transfer, actor=SYSTEM, reason="错了", form_key=uuid.uuid4())
    assert balances(tree)[1] == 1000


def test_the_database_books_one_form_once(tree):
    key = uuid.uuid4()
    give(tree[1], tree[2], 5, form_key=key)
    row = Transfer.objects.get(form_key=key)
    row.pk = None
    refused = pytest.raises(IntegrityError, match=r"transfer_once_a_form|only ever added")
    with refused, transaction.atomic():
        row.save(force_insert=True)
    assert Transfer.objects.filter(form_key=key).count() == 1


def share(source, shares):
    return domain.share_out(source=source, shares=shares, actor=SYSTEM, reason="分配")


def test_sharing_out_is_one_act_with_a_transfer_for_each(tree):
    transfers = share(tree[1], {tree[3]: 250, tree[2]: 700})
    assert [(t.source_id, t.target_id, t.amount) for t in transfers] == [
        (tree[1].pk, tree[3].pk, 250),
        (tree[1].pk, tree[2].pk, 700),
    ]
    assert len({t.act for t in transfers}) == 1
    assert balances(tree) == [-1000, 50, 700, 250, 0, 0, 0, 0]
    entry = Entry.objects.get(act="ledger.share_out")
    assert (entry.subject_id, entry.data) == (
        str(tree[1].pk),
        {"amount": 950, "transfers": [t.pk for t in transfers]},
    )
    assert queries.breaks() == []
    assert share(tree[1], {}) == []
    assert Entry.objects.filter(act="ledger.share_out").count() == 1


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ({2: 700, 3: 301}, "余额只有"),
        ({2: 10, 4: 10}, "“leaf0”不是“budget”的直接下级"),
        ({2: 10, 3: 0}, "大于"),
    ],
)
def test_shares_that_do_not_fit_are_refused_all_together(tree, places, message):
    with pytest.raises(RuleBroken, match=message):
        share(tree[1], {tree[place]: amount for place, amount in places.items()})
    assert balances(tree) == [-1000, 1000, 0, 0, 0, 0, 0, 0]
    assert Transfer.objects.count() == 1
    assert not Entry.objects.filter(act="ledger.share_out").exists()


def test_a_reversal_is_another_transfer_and_happens_once(tree):
    transfer = give(tree[1], tree[2], 300)[0]
    back = domain.reverse(transfer=transfer, actor=SYSTEM, reason="错了")
    assert (back.source_id, back.target_id, back.reverses_id) == (
        tree[2].pk,
        tree[1].pk,
        transfer.pk,
    )
    with pytest.raises(RuleBroken, match="已经冲销过"):
        domain.reverse(transfer=transfer, actor=SYSTEM, reason="再来")
    with pytest.raises(RuleBroken, match="冲销不能再冲销"):
        domain.reverse(transfer=back, actor=SYSTEM, reason="再来")
    assert balances(tree) == [-1000, 1000, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(("amount", "reason"), [(0, "试"), (-5, "试"), (5, "  ")])
def test_every_movement_has_an_amount_and_a_reason(tree, amount, reason):
    with pytest.raises(RuleBroken):
        domain.move(source=tree[1], target=tree[2], amount=amount, actor=SYSTEM, reason=reason)
    assert Transfer.objects.count() == 1


def test_the_database_holds_the_law_against_everyone(tree):
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=tree[2].pk).update(balance=-1)
    row = Transfer.objects.get()
    for attack in (
        lambda: Transfer.objects.filter(pk=row.pk).update(amount=5),
        lambda: Transfer.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Exception, match="only ever added"), transaction.atomic():
            attack()


@pytest.mark.parametrize(
    ("name", "target", "amount"),
    [
        ("transfer_moves_something", 2, 0),
        ("transfer_moves_something", 2, -5),
        ("transfer_between_two_accounts", 1, 5),
    ],
)
def test_the_database_refuses_a_transfer_of_nothing_and_one_to_itself(tree, name, target, amount):
    row = Transfer(
        source=tree[1],
        target=tree[target],
        amount=amount,
        reason="试",
        act=uuid.uuid4(),
        at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()
    assert Transfer.objects.count() == 1


def test_reconciling_finds_a_balance_that_does_not_follow(tree):
    Account.objects.filter(pk=tree[2].pk).update(balance=7)
    assert [(b.account, b.expected, b.found) for b in queries.breaks()] == [
        (f"{tree[2].pk} share0", 0, 7),
        ("Σ fen", 0, 7),
    ]


@settings(max_examples=services.examples(25), suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(1, 600)), max_size=12
    )
)
def test_any_sequence_conserves(tree, steps):
    with transaction.atomic():
        for source, target, amount in steps:
            try:
                give(tree[source], tree[target], amount, decided=True)
            except RuleBroken:
                continue
        assert queries.breaks() == []
        assert sum(balances(tree)) == 0
        assert min(balances(tree)[1:]) >= 0
        transaction.set_rollback(True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_amount_at_once_one_is_refused(tree, elsewhere):
    give(tree[1], tree[4], 400)

    def take(target):
        try:
            give(tree[1], target, 600)
        except RuleBroken as error:
            return error.code
        return "moved"

    with transaction.atomic():
        Account.objects.select_for_update().get(pk=tree[1].pk)
        takes = [elsewhere(lambda n=n: take(tree[n])) for n in (5, 7)]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both wait for the budget")
    assert sorted(row.result(20) for row in takes) == ["moved", "overdrawn"]
    assert balances(tree)[1] == 0
    assert sum(balances(tree)) == 0
    assert queries.breaks() == []
