"""The law of every account through any sequence of acts: nothing appears, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.moves.domain import transition
from portal.verdict import RuleBroken
from tests import dossiers
from tests.traffic import shortfalls
from traffic import domain, queries
from traffic.allotting import domain as sheets
from traffic.allotting.models import AllotmentSheet
from traffic.makegood.models import MakeGood
from traffic.models import Placement
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db]
# What is done: which act, between which accounts, how much.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["allot", "allot", "reverse", "sheet", "undo", "deliver", "make_good"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(1, 900),
    ),
    min_size=3,
    max_size=14,
)


class Programme:
    """A short placement, two that run, and every account above them."""

    def __init__(self) -> None:
        self.office = dossiers.staff()
        self.short = shortfalls.ended(self.office)
        self.others = [shortfalls.running(self.office, number=number) for number in ("2", "3")]
        shortfalls.give(self.office, self.short.account.parent, 2_000)
        self.reports = 0

    def act(self, name: str, one: int, other: int, amount: int) -> None:
        """Do one act; what a rule refuses changes nothing."""
        before = list(Account.objects.order_by("pk").values_list("pk", "balance"))
        try:
            with transaction.atomic():
                getattr(self, name)(one, other, amount)
        except RuleBroken:
            assert list(Account.objects.order_by("pk").values_list("pk", "balance")) == before

    def _pick(self, place: int) -> Account:
        rows = list(Account.objects.filter(parent__isnull=False).order_by("pk"))
        return rows[place % len(rows)]

    def allot(self, one: int, other: int, amount: int) -> None:
        domain.move_between(
            source=self._pick(one),
            target=self._pick(other),
            amount=amount,
            actor=self.office,
            reason="分配",
        )

    def reverse(self, one: int, other: int, amount: int) -> None:
        rows = list(Transfer.objects.order_by("pk"))
        row = rows[-1 - one % len(rows)]
        domain.reverse_transfer(transfer=row, actor=self.office, reason="冲销")

    def sheet(self, one: int, other: int, amount: int) -> None:
        row = self.others[one % 2]
        line = {"county": "", "source": "", "reason": "表"}
        kept, _new = sheets.keep(
            account=row.account.parent,
            name="表.xlsx",
            lines=[
                {"row": n, "code": f"A{each.account_id}", "amount": str(amount), **line}
                for n, each in enumerate(self.others, start=2)
            ],
            actor=self.office,
        )
        sheets.book(sheet=kept, actor=self.office)

    def undo(self, one: int, other: int, amount: int) -> None:
        row = AllotmentSheet.objects.filter(undone_at=None).first()
        if row is not None:
            sheets.take_back(sheet=row, reason="收回", actor=self.office)

    def deliver(self, one: int, other: int, amount: int) -> None:
        self.reports += 1
        shortfalls.report(self.office, amount, name=f"日报{self.reports}.csv")

    def make_good(self, one: int, other: int, amount: int) -> None:
        row = MakeGood.objects.filter(state="proposed").first()
        if row is not None:
            transition(row, "make_good", actor=self.office, seen=row.version)


def breaches() -> Iterator[Any]:
    """Accounts for which the law does not hold."""
    rows = list(Account.objects.select_related("parent").order_by("pk"))
    standings = ledger.standings(rows)
    for row in rows:
        given = sum(standings[child.pk].received for child in rows if child.parent_id == row.pk)
        received = standings[row.pk].received
        if row.parent_id is not None and (received != row.balance + given or row.balance < 0):
            yield row, received, row.balance, given


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_any_sequence_of_acts_conserves(steps):
    with transaction.atomic():
        programme = Programme()
        for step in steps:
            was = {row.pk: row.balance for row in Account.objects.filter(level="placement")}
            programme.act(*step)
            for row in Placement.objects.select_related("account").order_by("pk"):
                # Taken back is at most what is allotted and not delivered.
                taken = was.get(row.account_id, 0) - row.account.balance
                delivered = queries.delivered_of_account(row.account)
                assert taken <= 0 or row.account.balance >= min(delivered, was[row.account_id]), (
                    step
                )
        assert list(breaches()) == []
        assert sum(Account.objects.values_list("balance", flat=True)) == 0
        assert ledger.breaks() == []
        assert reconcile().differences == []
        transaction.set_rollback(True)
