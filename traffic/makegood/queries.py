"""Composed reads of shortfalls and of what was made good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Sum, Value, When

from portal import clock
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.moves.models import MoveLog
from portal.statements import queries as statements
from portal.verdict import Verdict
from traffic.makegood import rules
from traffic.makegood.enums import MakeGoodState
from traffic.makegood.models import MakeGood
from traffic.models import Day, Placement, PlacementDay

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass(frozen=True)
class Shortfall:
    """The figures of a placement, in impressions; `made_good` is what of its promise was itself
    given for somebody else's shortfall."""

    promised: int
    delivered: int
    made_good: int

    @property
    def missing(self) -> int:
        """promised − delivered; below zero: over-delivered, shown as it is."""
        return self.promised - self.delivered

    @property
    def short(self) -> int:
        """What may be made good: deliveries count for the own promise first."""
        return self.missing - self.made_good


def make_goods(user: User) -> QuerySet[MakeGood]:
    """Make-goods `user` may see, with what a list shows."""
    return MakeGood.objects.visible_to(user).select_related(
        "placement__county__city",
        "placement__campaign",
        "placement__account",
        "target",
        "reserve",
        "decided_by",
        "adjusted_by",
    )


def waiting() -> QuerySet[MakeGood]:
    """Those somebody has to decide on, the most urgent first."""
    return MakeGood.objects.filter(state=MakeGoodState.PROPOSED).order_by("due_on", "pk")


def over() -> QuerySet[Placement]:
    """Placements whose figures stand: the window is over, no day of it is to be added up again,
    and their own report has told of the last day."""
    behind = Day.objects.filter(
        date__gte=OuterRef("first_day"),
        date__lte=OuterRef("last_day"),
        wanted__gt=F("closed"),
    )
    told = statements.countable().filter(
        source=OuterRef("source"),
        first_day__lte=OuterRef("last_day"),
        last_day__gte=OuterRef("last_day"),
    )
    return Placement.objects.filter(~Exists(behind), Exists(told), last_day__lt=clock.today())


def shortfalls(rows: Iterable[Placement]) -> dict[int, Shortfall]:
    """The figures of placements read with their accounts, by placement; five queries."""
    known = list(rows)
    standings = ledger.standings([row.account for row in known])
    delivered = dict(
        PlacementDay.objects.filter(placement__in=known)
        .order_by()
        .values_list("placement")
        .annotate(n=Sum("count"))
    )
    given = MakeGood.objects.filter(target__in=known, state=MakeGoodState.APPROVED)
    made_good = dict(given.order_by().values_list("target").annotate(n=Sum("amount")))
    return {
        row.pk: Shortfall(
            standings[row.account_id].received,
            delivered.get(row.pk, 0),
            # What was taken back since is no longer promised, a make-good or not.
            min(made_good.get(row.pk, 0), max(0, standings[row.account_id].received)),
        )
        for row in known
    }


def shortfall(row: Placement) -> Shortfall:
    """The figures of one placement as they stand now."""
    row.account.refresh_from_db()
    return shortfalls([row])[row.pk]


def reserve_of(account: Account, amount: int) -> Account:
    """The nearest account above that holds `amount`; where none does, the one that holds most."""
    above = list(ledger.above(account))
    return next(
        (row for row in above if row.balance >= amount), max(above, key=lambda row: row.balance)
    )


def targets(row: Placement) -> QuerySet[Placement]:
    """Placements of the same county that are not over, the likeliest first: of the same dossier,
    then of the same campaign, then what ends last."""
    same = Case(
        When(submission=row.submission_id, then=Value(0)),
        When(campaign=row.campaign_id, then=Value(1)),
        default=Value(2),
    )
    ahead = Placement.objects.filter(county=row.county_id, last_day__gte=clock.today())
    return (
        ahead.exclude(pk=row.pk)
        .select_related("submission", "campaign", "account")
        .annotate(likely=same)
        .order_by("likely", "-last_day", "pk")
    )


def unreported(row: Placement) -> list[date]:
    """Days of the window of which its own report has told nothing; one query."""
    told = statements.countable().filter(
        source=row.source_id, first_day__lte=row.last_day, last_day__gte=row.first_day
    )
    covered = {
        first + timedelta(days=n)
        for first, last in told.values_list("first_day", "last_day")
        for n in range((last - first).days + 1)
    }
    window = (row.last_day - row.first_day).days + 1
    days = (row.first_day + timedelta(days=n) for n in range(window))
    return [day for day in days if day not in covered]


@dataclass(frozen=True)
class Beside:
    """What a placement's page says of make-goods: its own, those it got, or why there is none."""

    own: MakeGood | None
    received: list[MakeGood]
    verdict: Verdict | None


def beside(row: Placement, missing: int, user: User) -> Beside:
    """Read all three for a placement of which `missing` = promised − delivered; few queries."""
    visible = make_goods(user)
    own = visible.filter(placement=row).first()
    received = list(visible.filter(target=row, state=MakeGoodState.APPROVED).order_by("pk"))
    verdict = None
    if own is None and missing > 0 and row.last_day < clock.today():
        verdict = rules.may_be_made_good(shortfall(row))
    return Beside(own, received, verdict)


def history(row: MakeGood, *, shows_who: bool) -> list[MoveLog]:
    """Everything that happened to it, oldest first; without the names of the office where the
    reader is not to know them."""
    log = list(MoveLog.objects.of(row).select_related("user"))
    for entry in log if not shows_who else ():
        entry.user = None
    return log


def transfers(row: MakeGood) -> QuerySet[Any]:
    """The transfers that were its effect, in their order."""
    if row.act is None:
        return Transfer.objects.none()
    return Transfer.objects.filter(act=row.act).select_related("source", "target").order_by("pk")
