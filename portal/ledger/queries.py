"""Composed reads of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from portal.ledger.models import Account, Transfer, Unit

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass(frozen=True)
class Standing:
    """What an account received, passed on and holds; `passed_on` is net of what came back."""

    account: Account
    received: int
    passed_on: int


def visible(user: User) -> QuerySet[Account]:
    """Accounts `user` may see, with their parents."""
    return Account.objects.visible_to(user).select_related("parent", "county")


def standings(accounts: Iterable[Account]) -> dict[int, Standing]:
    """Return the standing of each account by its id, in their order; two queries beside theirs.

    received = from above − returned above; passed_on = to children − back from children, which is
    what was received and is not there any more: the law of the account, which `reconcile` proves
    from transfers alone.
    """
    rows = {account.pk: account for account in accounts}
    # The accounts above are few: their transfers lie together, those of each row do not.
    above = {account.parent_id for account in rows.values()} - {None}
    came: Counter[int] = Counter()
    for source, target, amount in _moved(above, rows):
        if source == rows[target].parent_id:
            came[target] += amount
    for source, target, amount in _moved(rows, above):
        if target == rows[source].parent_id:
            came[source] -= amount
    return {
        pk: Standing(account, came[pk], came[pk] - account.balance) for pk, account in rows.items()
    }


def _moved(sources: Collection[Any], targets: Collection[Any]) -> QuerySet[Any, Any]:
    """(source, target, amount) of every pair that transfers went between."""
    rows = Transfer.objects.filter(source__in=sources, target__in=targets).order_by()
    return rows.values_list("source", "target").annotate(total=Sum("amount"))


def received(accounts: QuerySet[Account]) -> int:
    """What all of these accounts together received from above; three queries.

    Transfers with children, who are many, are not looked at.
    """
    rows = accounts.order_by().values("pk")
    # Named, because the database cannot know beforehand how few they are.
    above = list(accounts.order_by().values_list("parent", flat=True).distinct())
    came, went_back = (
        moved.aggregate(n=Sum("amount"))["n"] or 0
        for moved in (
            Transfer.objects.filter(target__in=rows, source__in=above, source=F("target__parent")),
            Transfer.objects.filter(source__in=rows, target__in=above, target=F("source__parent")),
        )
    )
    return int(came - went_back)


def transfers_of(account: Account) -> QuerySet[Transfer]:
    """Every transfer from or to the account, newest first."""
    return (
        Transfer.objects.filter(Q(source=account) | Q(target=account))
        .select_related("source", "target", "user")
        .order_by("-pk")
    )


@dataclass(frozen=True)
class Break:
    """One place where the ledger's law does not hold."""

    account: str
    expected: int
    found: int


def breaks() -> list[Break]:
    """Rebuild every balance from the transfers alone and return what differs; six queries."""
    found: list[Break] = []
    incoming = _sums("target")
    outgoing = _sums("source")
    for account in Account.objects.order_by("pk"):
        expected = incoming.get(account.pk, 0) - outgoing.get(account.pk, 0)
        if expected != account.balance:
            found.append(Break(f"{account.pk} {account.name}", expected, account.balance))
    units = Account.objects.order_by().values("unit").annotate(total=Sum("balance"))
    found += [Break(f"Σ {row['unit']}", 0, row["total"]) for row in units if row["total"]]
    strange = Transfer.objects.exclude(
        Q(source__parent=F("target")) | Q(target__parent=F("source"))
    )
    found += [Break(f"transfer {row.pk}: not parent and child", 0, row.amount) for row in strange]
    return found


@dataclass(frozen=True)
class Law:
    """What was checked of one unit; the balances of all its accounts add up to `total`."""

    unit: Unit
    accounts: int
    transfers: int
    total: int


def laws() -> list[Law]:
    """Each unit's accounts and transfers, and the sum that must be zero; two queries a unit."""
    return [
        Law(
            unit,
            transfers=Transfer.objects.filter(source__unit=unit).count(),
            **Account.objects.filter(unit=unit).aggregate(
                accounts=Count("pk"), total=Coalesce(Sum("balance"), 0)
            ),
        )
        for unit in Unit
    ]


def _sums(side: str) -> dict[int, int]:
    return dict(Transfer.objects.order_by().values_list(side).annotate(total=Sum("amount")))


def lines(account: Account, side: str) -> QuerySet[Any]:
    """The transfers behind a figure: `received` from above, or `given` to children.

    Rows have `signed`, what the transfer adds to the figure (what came or went back is negative),
    and `is_reversed`, true when another transfer undid this one.
    """
    with_above = Q(source=account.parent_id) | Q(target=account.parent_id)
    adds = Q(target=account) if side == "received" else Q(source=account)
    return (
        transfers_of(account)
        .filter(with_above if side == "received" else ~with_above)
        .annotate(
            signed=Case(When(adds, then=F("amount")), default=-F("amount")),
            is_reversed=Exists(Transfer.objects.filter(reverses=OuterRef("pk"))),
        )
    )


def visible_transfers(user: User) -> QuerySet[Transfer]:
    """Transfers of accounts `user` may see."""
    return Transfer.objects.filter(target__in=Account.objects.visible_to(user)).select_related(
        "source", "target"
    )


def above(account: Account) -> QuerySet[Account]:
    """The accounts above, the nearest first, the root left out."""
    line = []
    row = account.parent
    while row is not None and row.parent_id is not None:
        line.append(row.pk)
        row = row.parent
    return Account.objects.filter(pk__in=line).order_by("-pk")
