"""A statement of account: what it held, every transfer with what it held then, what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When, Window
from django.db.models.functions import Coalesce

from portal import clock
from portal.ledger import queries as ledger
from portal.ledger.models import Account


@dataclass(frozen=True)
class Statement:
    """One account over chosen days, both included; amounts in impressions.

    opening + came − went = closing. `rows` are transfers, the oldest first, with `came` and `went`
    (one of them None), `counter` (the other account) and `held` (what stood there after it).
    """

    account: Account
    first_day: date | None
    last_day: date | None
    opening: int
    came: int
    went: int
    rows: QuerySet[Any]

    @property
    def closing(self) -> int:
        """What stood there at the end of the last day."""
        return self.opening + self.came - self.went


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)


def of_account(account: Account, first_day: date | None, last_day: date | None) -> Statement:
    """Read the sums of a statement; two queries. Days are those of Shanghai."""
    every = ledger.transfers_of(account).annotate(
        came=Case(When(target=account, then=F("amount"))),
        went=Case(When(source=account, then=F("amount"))),
    )
    before = Q(at__lt=_midnight(first_day)) if first_day else Q(pk__in=[])
    within = ~before if first_day else Q()
    if last_day:
        within &= Q(at__lt=_midnight(last_day + timedelta(days=1)))
    gave, took = _sums(every.filter(before))
    rows = every.filter(within)
    came, went = _sums(rows)
    opening = gave - took
    running = Window(
        Sum(Coalesce("came", 0) - Coalesce("went", 0)), order_by=[F("at").asc(), F("pk").asc()]
    )
    lines = rows.annotate(held=running + opening).order_by("at", "pk")
    return Statement(account, first_day, last_day, opening, came, went, lines)


def _sums(rows: QuerySet[Any]) -> tuple[int, int]:
    """What came and what went; one query."""
    # Named apart from the columns they are the sums of.
    sums = rows.order_by().aggregate(
        total_came=Coalesce(Sum("came"), 0), total_went=Coalesce(Sum("went"), 0)
    )
    return sums["total_came"], sums["total_went"]


def counter(row: Any, account: Account) -> Account:
    """The other account of a transfer."""
    return row.source if row.target_id == account.pk else row.target  # type: ignore[no-any-return]


def lines(found: Statement) -> Iterator[tuple[Any, Account]]:
    """Each transfer with its counter-account, for a workbook."""
    for row in found.rows.iterator(chunk_size=1000):
        yield row, counter(row, found.account)
