"""The acts on accounts."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.ledger.models import Account, Level, Transfer, Unit
from portal.once import SENT_BEFORE
from portal.templatetags.figures import yuan_text
from portal.verdict import RuleBroken

# Rooms above say how much of an account is used up and cannot be taken back: account → amount.
_used: list[Callable[[Account], int]] = []


def register_used(source: Callable[[Account], int]) -> None:
    """Add a source of used amounts; called once from an AppConfig."""
    _used.append(source)


def open_account(*, parent: Account | None, key: str, defaults: dict[str, Any]) -> Account:
    """Return the account with `key` below `parent`, opened with `defaults` when it is new."""
    account, _new = Account.objects.get_or_create(parent=parent, key=key, defaults=defaults)
    return account


@transaction.atomic
def move(
    *,
    source: Account,
    target: Account,
    amount: int,
    actor: Actor,
    reason: str,
    form_key: uuid.UUID | None = None,
    decided: bool = False,
) -> list[Transfer]:
    """Move `amount` from `source` to `target`: up to the account both stand below, then down.

    Locks every account on the way in the order of their ids, so that two movements never wait
    for each other in a circle. The same `form_key` again books nothing and returns what it booked
    the first time. `decided` says that a decision on the dossier itself frees committed money.
    Raises: RuleBroken when `source` holds less, when more would be taken back than was allotted
    and not yet used, or when the money was committed by a decision.
    """
    if source.unit != target.unit:
        raise RuleBroken(_("The two accounts count different things."))
    way = way_of(source, target)
    held = locked(way)
    if booked := _booked(form_key, source, target, amount):
        return booked
    check_movement(held[source.pk], way, amount, reason, decided=decided)
    act = form_key or uuid.uuid4()
    transfers = [
        _transfer(
            held[a.pk],
            held[b.pk],
            amount,
            reason.strip(),
            act,
            actor,
            form_key=form_key if a is way[0] else None,
        )
        for a, b in itertools.pairwise(way)
    ]
    record(
        actor=actor,
        act="ledger.move",
        subject=target,
        source=source.pk,
        amount=amount,
        transfers=[row.pk for row in transfers],
    )
    return transfers


@transaction.atomic
def share_out(
    *, source: Account, shares: Mapping[Account, int], actor: Actor, reason: str
) -> list[Transfer]:
    """Pass amounts on from `source` to accounts right below it, in one act.

    Locks all of them in the order of their ids. Raises: RuleBroken when `source` holds less than
    the shares add up to, or one of them does not stand right below it; then nothing is passed on.
    """
    if not shares:
        return []
    for target, amount in shares.items():
        _check_words(amount, reason)
        if target.parent_id != source.pk:
            raise RuleBroken(
                _("“%(target)s” does not stand right below “%(source)s”.")
                % {"target": target.name, "source": source.name}
            )
    held = locked([source, *shares])
    giver, whole, act, at = held[source.pk], sum(shares.values()), uuid.uuid4(), clock.now()
    _check_holds(giver, whole)
    giver.balance -= whole
    for target, amount in shares.items():
        held[target.pk].balance += amount
    Account.objects.bulk_update(held.values(), ["balance"], batch_size=200)
    transfers = Transfer.objects.bulk_create(
        Transfer(
            source=giver,
            target=held[target.pk],
            amount=amount,
            reason=reason.strip(),
            act=act,
            user=actor.user,
            at=at,
        )
        for target, amount in shares.items()
    )
    record(
        actor=actor,
        act="ledger.share_out",
        subject=source,
        amount=whole,
        transfers=[row.pk for row in transfers],
    )
    return transfers


@transaction.atomic
def reverse(
    *, transfer: Transfer, actor: Actor, reason: str, form_key: uuid.UUID | None = None
) -> Transfer:
    """Undo one transfer by another the other way round; the first stays as it is.

    Locks both accounts. The same `form_key` again returns the reversal it made the first time.
    Raises: RuleBroken when it was reversed already, is used up or was committed by a decision.
    """
    _check_words(transfer.amount, reason)
    held = locked([transfer.source, transfer.target])
    reversal = Transfer.objects.filter(reverses=transfer).first()
    if reversal is not None and form_key is not None and reversal.form_key == form_key:
        return reversal
    if reversal is not None:
        raise RuleBroken(_("This transfer was reversed already."))
    if transfer.reverses_id:
        raise RuleBroken(_("A reversal is not reversed: make a new transfer."))
    holder = held[transfer.target_id]
    _check_holds(holder, transfer.amount)
    _check_takeable(holder, transfer.amount)
    back = _transfer(
        holder,
        held[transfer.source_id],
        transfer.amount,
        reason.strip(),
        form_key or uuid.uuid4(),
        actor,
        reverses=transfer,
        form_key=form_key,
    )
    record(actor=actor, act="ledger.reverse", subject=transfer, transfers=[back.pk])
    return back


def check_movement(
    source: Account, way: list[Account], amount: int, reason: str, *, decided: bool = False
) -> None:
    """Raise RuleBroken unless `source`, as it stands, can give `amount` along `way`."""
    _check_words(amount, reason)
    _check_holds(source, amount)
    if way[1].pk == source.parent_id:
        _check_takeable(source, amount, decided=decided)


def locked(accounts: Iterable[Account]) -> dict[int, Account]:
    """The accounts by id, read again under their locks, taken in the order of ids."""
    rows = Account.objects.select_for_update().filter(pk__in=[row.pk for row in accounts])
    return {row.pk: row for row in rows.order_by("pk")}


def said(account: Account, amount: int) -> str:
    """Return an amount of the account's unit in the reader's terms: impressions, or yuan."""
    return yuan_text(amount) if account.unit == Unit.FEN else f"{amount:,}"


def _check_words(amount: int, reason: str) -> None:
    if amount <= 0:
        raise RuleBroken(_("The amount is more than zero."))
    if not reason.strip():
        raise RuleBroken(_("Give the reason: it stays in the ledger."))


def _check_holds(account: Account, amount: int) -> None:
    if account.parent_id is not None and account.balance < amount:
        raise RuleBroken(
            _("“%(name)s” holds %(balance)s only; %(amount)s cannot be moved.")
            % {
                "name": account.name,
                "balance": said(account, account.balance),
                "amount": said(account, amount),
            },
            code="overdrawn",
        )


def _check_takeable(account: Account, amount: int, *, decided: bool = False) -> None:
    """What is taken back is at most allotted − used, and nothing a decision has committed."""
    if account.level == Level.APPLICATION and not decided:
        raise RuleBroken(
            _("The money of “%(name)s” was committed by a decision: nothing else takes it back.")
            % {"name": account.name},
            code="committed",
        )
    used = sum(source(account) for source in _used)
    free = max(0, account.balance - used)
    if amount > free:
        raise RuleBroken(
            _("Of “%(name)s” %(used)s are delivered already; at most %(free)s can be taken back.")
            % {
                "name": account.name,
                "used": said(account, used),
                "free": said(account, free),
            },
            code="used",
        )


def _line(account: Account) -> list[Account]:
    """The account and everything above it, the root last."""
    line = [account]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    return line


def way_of(source: Account, target: Account) -> list[Account]:
    """The accounts from source to target, through the lowest one above both.

    Raises: RuleBroken when they are one account, or stand in two trees.
    """
    up, down = _line(source), _line(target)
    above = {account.pk: place for place, account in enumerate(down)}
    for place, account in enumerate(up):
        if account.pk in above:
            way = up[: place + 1] + list(reversed(down[: above[account.pk]]))
            if len(way) < 2:
                raise RuleBroken(_("Choose two different accounts."))
            return way
    raise RuleBroken(_("The two accounts do not belong to one tree."))


def _booked(
    form_key: uuid.UUID | None, source: Account, target: Account, amount: int
) -> list[Transfer]:
    """What the same form booked before; asked under the accounts' lock.

    Raises: RuleBroken when it asks for something else now.
    """
    if form_key is None:
        return []
    booked = list(Transfer.objects.filter(act=form_key).order_by("pk"))
    if booked and (booked[0].source_id, booked[-1].target_id, booked[0].amount) != (
        source.pk,
        target.pk,
        amount,
    ):
        raise RuleBroken(
            _("This form was sent already and moved %(amount)s. Open it anew to move more.")
            % {"amount": said(source, booked[0].amount)},
            code=SENT_BEFORE,
        )
    return booked


def _transfer(
    source: Account,
    target: Account,
    amount: int,
    reason: str,
    act: uuid.UUID,
    actor: Actor,
    *,
    reverses: Transfer | None = None,
    form_key: uuid.UUID | None = None,
) -> Transfer:
    Account.objects.filter(pk=source.pk).update(balance=F("balance") - amount)
    Account.objects.filter(pk=target.pk).update(balance=F("balance") + amount)
    return Transfer.objects.create(
        source=source,
        target=target,
        amount=amount,
        reason=reason,
        act=act,
        form_key=form_key,
        reverses=reverses,
        user=actor.user,
        at=clock.now(),
    )
