"""Placements whose window is over and which were delivered less than promised, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.accounts.actor import Actor
from portal.ledger.models import Account
from tests import dossiers
from tests.traffic import world
from traffic import domain
from traffic.makegood.models import MakeGood
from traffic.models import Placement

# Today is 2023-10-23.
FIRST, LAST = date(2023, 10, 16), date(2023, 10, 20)


def pool_of(row: Placement) -> Account:
    """The pool, through which everything comes."""
    return Account.objects.get(level="pool")


def give(office: Actor, target: Account, amount: int) -> None:
    """Give an account impressions out of the pool."""
    domain.move_between(
        source=Account.objects.get(level="pool"),
        target=target,
        amount=amount,
        actor=office,
        reason="首批",
    )


def ended(
    office: Actor, *, promised: int = 1_000, number: str = world.ID, **more: Any
) -> Placement:
    """A placement from 10-16 to 10-20 with what it was promised."""
    row = world.placement(office, ids=(number,), first_day=FIRST, last_day=LAST, **more)
    give(office, row.account, promised)
    return row


def running(office: Actor, *, number: str = "2", **more: Any) -> Placement:
    """A placement of the same county that runs until the end of the month."""
    return world.placement(office, ids=(number,), **more)


def report(office: Actor, count: int, *, number: str = world.ID, name: str = "日报.csv") -> None:
    """The report of the whole window, in which the last day has `count`; all work is done."""
    world.land(office, [(LAST, number, count)], days=(FIRST, LAST), name=name)


def proposed(
    office: Actor, *, promised: int = 1_000, delivered: int = 600, reserve: int = 5_000
) -> MakeGood:
    """A make-good that waits for a decision: 400 short unless said, 5,000 with the county."""
    short = ended(office, promised=promised)
    running(office, submission=short.submission)
    give(office, short.account.parent, reserve)
    report(office, delivered)
    return MakeGood.objects.get(placement=short)


def colleague() -> Actor:
    """Another member of the office."""
    return dossiers.staff()
