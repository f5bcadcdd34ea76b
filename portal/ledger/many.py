"""Many movements as one act: rehearsed without writing, then booked all together or not at all."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.ledger import domain
from portal.ledger.models import Account, Transfer
from portal.verdict import RuleBroken


@dataclass(frozen=True)
class Movement:
    """One movement that is wanted; amounts in the accounts' unit."""

    source: Account
    target: Account
    amount: int
    reason: str


@dataclass
class Step:
    """What one movement comes to, after all before it: what both accounts hold then, or why not.

    A movement that cannot be made changes nothing for those behind it.
    """

    movement: Movement
    source_after: int = 0
    target_after: int = 0
    error: str = ""
    way: list[Account] = field(default_factory=list)


def rehearse(movements: Sequence[Movement], held: dict[int, Account] | None = None) -> list[Step]:
    """Say what each movement would come to, one after the other; nothing is written.

    Accounts are taken as they stand in `held`, by id, else as they were read; what they hold
    afterwards is set in them.
    """
    held = {} if held is None else held
    steps = []
    for movement in movements:
        step = Step(movement)
        source = held.setdefault(movement.source.pk, movement.source)
        target = held.setdefault(movement.target.pk, movement.target)
        try:
            step.way = domain.way_of(movement.source, movement.target)
            domain.check_movement(source, step.way, movement.amount, movement.reason)
        except RuleBroken as error:
            step.error = str(error)
        else:
            source.balance -= movement.amount
            target.balance += movement.amount
        step.source_after, step.target_after = source.balance, target.balance
        steps.append(step)
    return steps


@transaction.atomic
def move_all(
    movements: Sequence[Movement], *, actor: Actor, act: uuid.UUID, subject: Account
) -> list[list[Transfer]]:
    """Make movements in their order as one act, all or none; return the transfers of each.

    Locks every account on every way in the order of ids. The number of queries grows with the
    accounts that something is taken back from, not with the movements. `act` is booked once: the
    database refuses it a second time.
    Raises: RuleBroken with the first that cannot be made.
    """
    ways = [domain.way_of(each.source, each.target) for each in movements]
    held = domain.locked(account for way in ways for account in way)
    for step in rehearse(movements, held):
        if step.error:
            raise RuleBroken(step.error)
    Account.objects.bulk_update(held.values(), ["balance"], batch_size=200)
    at = clock.now()
    rows = [
        [
            Transfer(
                source=held[upper.pk],
                target=held[lower.pk],
                amount=each.amount,
                reason=each.reason.strip(),
                act=act,
                user=actor.user,
                at=at,
            )
            for upper, lower in itertools.pairwise(way)
        ]
        for each, way in zip(movements, ways, strict=True)
    ]
    flat = [row for line in rows for row in line]
    flat[0].form_key = act
    Transfer.objects.bulk_create(flat)
    record(
        actor=actor,
        act="ledger.move_all",
        subject=subject,
        amount=sum(each.amount for each in movements),
        transfers=[row.pk for row in flat],
    )
    return rows
