"""Composed reads of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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
    came = _came({pk: account.parent_id for pk, account in rows.items()})
    return {
        pk: Standing(account, came[pk], came[pk] - account.balance) for pk, account in rows.items()
    }


# Of more accounts than this, what the accounts above gave is read as it lies together; of fewer,
# each account's own transfers are looked up.
FEW = 100


def _came(above: Mapping[int, int | None]) -> Counter[int]:
    """Account → what came from the account above, less what went back; two queries.

    `above` is account → the one above it. Transfers with children, who are many, are not looked at.
    """
    parents = set(above.values()) - {None}
    came: Counter[int] = Counter()
    for own, other, sign in (("target", "source", 1), ("source", "target", -1)):
        rows = Transfer.objects.filter(**{f"{other}__in": parents}).order_by()
        if len(above) <= FEW:
            rows = rows.filter(**{f"{own}__in": above})
        for account, parent, amount in rows.values_list(own, other).annotate(n=Sum("amount")):
            if above.get(account, 0) == parent:
                came[account] += sign * amount
    return came


def received(accounts: QuerySet[Account]) -> int:
    """What all of these accounts together received from above; three queries."""
    rows = accounts.order_by("pk").values_list("pk", "parent_id")
    return _came(dict(rows.iterator())).total()


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
