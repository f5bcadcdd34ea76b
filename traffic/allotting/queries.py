"""Composed reads of accounts that somebody chooses from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Q, QuerySet, Value, When

from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from traffic.allotting.models import AllotmentSheet

if TYPE_CHECKING:
    from portal.accounts.models import User


def others(account: Account) -> QuerySet[Account]:
    """What an account may give to or take from: those above it, the nearest first, then those
    beside it."""
    above = [row.pk for row in ledger.above(account)]
    order = [When(pk=pk, then=Value(place)) for place, pk in enumerate(above)]
    found = Account.objects.filter(Q(pk__in=above) | Q(parent=account.parent_id))
    found = found.exclude(pk=account.pk).select_related("county")
    return found.annotate(near=Case(*order, default=Value(len(above)))).order_by("near", "name")


def accounts_called(rows: QuerySet[Account], words: str) -> QuerySet[Account]:
    """Narrow to those whose name holds `words`, or whose number they are."""
    code = words.strip().upper().removeprefix("A")
    numbered = Q(pk=int(code)) if code.isdecimal() and len(code) < 12 else Q(pk__in=[])
    return rows.filter(Q(name__icontains=words.strip()) | numbered)


def sheets(user: User) -> QuerySet[Any]:
    """Workbooks of allotments `user` may see, the newest first."""
    return AllotmentSheet.objects.visible_to(user).select_related("account__parent", "owner")


def transfers(sheet: AllotmentSheet) -> QuerySet[Transfer]:
    """What a booked workbook moved, with what reversed it, in the order of its rows."""
    if sheet.act is None:
        return Transfer.objects.none()
    made = Transfer.objects.filter(act=sheet.act).select_related("source", "target", "reversed_by")
    return made.order_by("pk")
