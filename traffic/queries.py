"""Composed reads of the board; every figure is derived here and opens its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum, Value, When

from portal import clock
from portal.accounts.scope import rows_of
from portal.campaigns.models import Action, Campaign
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Level, Unit
from portal.regions.queries import counties
from portal.regions.tiles import Tile
from portal.regions.tiles import tiles as shaded
from traffic.models import (
    Correction,
    Day,
    DaySum,
    ExternalId,
    Placement,
    PlacementDay,
    UnmatchedDay,
)

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.ledger.models import Transfer
    from portal.ledger.queries import Standing
    from portal.statements.models import Source


# How an account is found among grouped sums; see `_mark`.
Mark = tuple[Any, ...]


@dataclass(frozen=True)
class BoardRow:
    """One account on the board; all four in impressions, remaining = promised − delivered.

    `remaining` below zero is over-delivery: it is shown, never clamped.
    """

    account: Account
    promised: int
    allotted: int
    delivered: int

    @property
    def remaining(self) -> int:
        """What is still due."""
        return self.promised - self.delivered


def placements(user: User) -> QuerySet[Placement]:
    """Placements `user` may see, with what a list shows."""
    return Placement.objects.visible_to(user).select_related(
        "submission", "campaign", "county__city", "source", "account"
    )


def called(rows: QuerySet[Placement], words: str) -> QuerySet[Placement]:
    """Narrow to those whose name holds `words`, or of which they are an id."""
    with_id = ExternalId.objects.filter(value=words).values("placement")
    return rows.filter(Q(name__icontains=words) | Q(pk__in=with_id))


def matching(rows: QuerySet[Placement], words: str) -> QuerySet[Placement]:
    """Narrow by name, dossier or county, or to the one that has `words` as an id."""
    with_id = ExternalId.objects.filter(value=words).values("placement")
    return rows.filter(
        Q(name__icontains=words)
        | Q(submission__code__iexact=words)
        | Q(submission__title__icontains=words)
        | Q(county__name__icontains=words)
        | Q(pk__in=with_id)
    )


def fitting_first(
    rows: QuerySet[Placement], source: Source, first: date, last: date
) -> QuerySet[Placement]:
    """Those that a source counts for on these days on top, then its others, then the newest."""
    runs = Q(first_day__lte=last, last_day__gte=first)
    rank = Case(
        When(runs, source=source, then=Value(0)),
        When(source=source, then=Value(1)),
        When(runs, then=Value(2)),
        default=Value(3),
    )
    return rows.annotate(rank=rank).order_by("rank", "-pk")


def accounts(user: User) -> QuerySet[Account]:
    """Accounts of impressions `user` may see: those in scope, and those of placements in scope.

    Who may open a placement may open the rows its figures are made of.
    """
    scope = rows_of(
        user,
        organisation="placement__submission__organisation",
        personal=Q(placement__submission__owner=user),
    )
    return Account.objects.filter(scope, unit=Unit.IMPRESSIONS).select_related("parent", "county")


def transfers(user: User) -> QuerySet[Transfer]:
    """Transfers of impressions `user` may see; money is no business of this room."""
    return ledger.visible_transfers(user).filter(target__unit=Unit.IMPRESSIONS)


def beneath(account: Account) -> dict[str, Any]:
    """The filter of placement rows that stand below an account, on `Placement` fields."""
    if account.level == Level.ACTION:
        return {"campaign__action": account.key}
    if account.level == Level.CAMPAIGN:
        return {"campaign__code": account.key}
    if account.level == Level.COUNTY:
        assert account.parent is not None  # noqa: S101 - a county stands below a campaign
        return {"campaign__code": account.parent.key, "county": account.key}
    if account.level == Level.PLACEMENT:
        return {"account": account}
    return {}


def deliveries(account: Account) -> QuerySet[PlacementDay]:
    """The rows behind every delivered figure of `account`: one per placement and day."""
    where = {f"placement__{name}": value for name, value in beneath(account).items()}
    return PlacementDay.objects.filter(**where).select_related(
        "placement__county", "placement__campaign"
    )


def delivered_of_account(account: Account) -> int:
    """What is delivered on a placement's account; accounts above pass on, they deliver nothing."""
    if account.level != Level.PLACEMENT:
        return 0
    return total(PlacementDay.objects.filter(placement__account=account))


def sums(account: Account) -> QuerySet[DaySum]:
    """The day sums below an account; not for a single placement."""
    return DaySum.objects.filter(**beneath(account))


def total(rows: QuerySet[Any]) -> int:
    """What rows with a `count` add up to."""
    return rows.aggregate(n=Sum("count"))["n"] or 0


def total_as_of(rows: QuerySet[Any]) -> dict[str, Any]:
    """The same of rows of days as `total`, and `as_of`, the latest of them; None without rows."""
    found = rows.aggregate(total=Sum("count"), as_of=Max("date"))
    return found | {"total": found["total"] or 0}


def board_row(account: Account, delivered: int | None = None) -> BoardRow:
    """The four figures of one account; `delivered` where it is known already."""
    if delivered is None:
        is_placement = account.level == Level.PLACEMENT
        delivered = delivered_of_account(account) if is_placement else total(sums(account))
    return _row(ledger.standings(Account.objects.filter(pk=account.pk))[account.pk], delivered)


def _row(standing: Standing, delivered: int) -> BoardRow:
    """A placement's account passes nothing on: all it received is allotted to it."""
    account, received = standing.account, standing.received
    allotted = received if account.level == Level.PLACEMENT else standing.passed_on
    return BoardRow(account, received, allotted, delivered)


def board_rows(
    rows: Iterable[Account], delivered: Mapping[Mark, int] | None = None
) -> list[BoardRow]:
    """The four figures of accounts read with their parents; a fixed number of queries.

    `delivered` is what was delivered to each, where it is known already.
    """
    standings = ledger.standings(rows)
    if delivered is None:
        delivered = _delivered([standing.account for standing in standings.values()])
    return [
        _row(standing, delivered.get(_mark(standing.account), 0)) for standing in standings.values()
    ]


def _mark(account: Account) -> Mark:
    """How an account is found among grouped sums."""
    if account.level == Level.COUNTY and account.parent is not None:
        return (account.parent.key, account.key)
    return (account.pk,) if account.level == Level.PLACEMENT else (account.key,)


# How the deliveries of a level's accounts are grouped, in the shape of `_mark`.
GROUPS = {
    Level.ACTION: (DaySum, ("campaign__action",)),
    Level.CAMPAIGN: (DaySum, ("campaign__code",)),
    Level.COUNTY: (DaySum, ("campaign__code", "county")),
    Level.PLACEMENT: (PlacementDay, ("placement__account",)),
}
# The day sums change when a day is closed, and only then; so long is their reading kept at most.
KEPT_SECONDS = 24 * 3600
# The level below one that is spread over counties.
BELOW = {
    Level.POOL: Level.ACTION,
    Level.ACTION: Level.CAMPAIGN,
    Level.CAMPAIGN: Level.COUNTY,
}


def _delivered(rows: list[Account]) -> dict[Mark, int]:
    found: dict[Mark, int] = {}
    for level in {Level(row.level) for row in rows} & GROUPS.keys():
        model, fields = GROUPS[level]
        own = [row for row in rows if row.level == level]
        table: Any = model._default_manager.order_by()
        if level == Level.PLACEMENT:
            table = table.filter(placement__account__in=own)
        elif level == Level.COUNTY:
            table = table.filter(county__in={row.key for row in own})
        grouped = table.values_list(*fields).annotate(total=Sum("count"))
        found |= {tuple(row[:-1]): row[-1] for row in grouped}
    return found


def by_day(account: Account) -> list[tuple[date, int]]:
    """(day, delivered) below an account, oldest first; one query."""
    if account.level == Level.PLACEMENT:
        table: Any = PlacementDay.objects.filter(placement__account=account)
    else:
        table = sums(account)
    return list(
        table.order_by("date").values_list("date").annotate(total=Sum("count")).order_by("date")
    )


def _mark_of(level: Level, campaign: Campaign, county: str) -> Mark:
    """The mark of the account of a level that a sum belongs to."""
    if level == Level.COUNTY:
        return (campaign.code, county)
    return (campaign.code if level == Level.CAMPAIGN else campaign.action,)


@dataclass(frozen=True)
class Below:
    """What was delivered below an account: by day, to each child by its mark, to each county.

    `children` and `by_county` are None where they are not to be had from the same reading, and
    there is no map. `mark` names the account and its figures: another close, another mark.
    """

    mark: str
    days: list[tuple[date, int]]
    children: Mapping[Mark, int] | None = None
    by_county: Mapping[str, int] | None = None

    @cached_property
    def tiles(self) -> list[Tile]:
        """The map; one query."""
        return [] if self.by_county is None else shaded(self.by_county, counties())


def below(account: Account) -> Below:
    """Return all three; two readings of the day sums, kept until a day is closed again."""
    level = BELOW.get(Level(account.level))
    stamp = Day.objects.aggregate(n=Sum("closed"), at=Max("closed_at"))
    mark = f"delivered-{account.pk}-{stamp['n']}-{stamp['at'] and stamp['at'].timestamp()}"
    if (known := cache.get(mark)) is None:
        known = by_day(account), _cells(account) if level else []
        cache.set(mark, known, KEPT_SECONDS)
    days, cells = known
    if level is None:
        return Below(mark, days)
    children: Counter[Mark] = Counter()
    by_county: Counter[str] = Counter()
    # Named afterwards: joined in the reading, every row would carry its campaign's words.
    campaigns = Campaign.objects.in_bulk()
    for campaign, county, amount in cells:
        children[_mark_of(level, campaigns[campaign], county)] += amount
        by_county[county] += amount
    return Below(mark, days, children, by_county)


def _cells(account: Account) -> list[tuple[int, str, int]]:
    """(campaign, county, delivered) below an account."""
    grouped = sums(account).order_by().values_list("campaign", "county")
    return list(grouped.annotate(n=Sum("count")))


def corrections(user: User) -> QuerySet[Correction]:
    """Figures that changed after their day was closed, newest first."""
    return Correction.objects.filter(
        placement__in=Placement.objects.visible_to(user)
    ).select_related("placement")


def unmatched(user: User) -> QuerySet[UnmatchedDay]:
    """Ids nobody knows, one row per source and id, the most seen first.

    Rows have source, its name, platform and id_kind, external_id, seen (rows), total_impressions,
    total_plays, first and last. An id that was matched a moment ago is gone, though its days are
    still to be closed.
    """
    known = ExternalId.objects.filter(
        platform=OuterRef("source__platform"),
        kind=OuterRef("source__id_kind"),
        value=OuterRef("external_id"),
    )
    return (
        UnmatchedDay.objects.visible_to(user)
        .filter(~Exists(known))
        .order_by()
        .values("source", "source__name", "source__platform", "source__id_kind", "external_id")
        .annotate(
            seen=Sum("rows"),
            # Named apart from the columns they are the sums of.
            total_impressions=Sum("impressions"),
            total_plays=Sum("plays"),
            first=Min("date"),
            last=Max("date"),
        )
        .order_by(F("total_impressions").desc(), "external_id")
    )


def unmatched_days(user: User) -> QuerySet[UnmatchedDay]:
    """The days on which ids were seen that nobody knew, one row per source, id and day."""
    return UnmatchedDay.objects.visible_to(user)  # type: ignore[return-value]


def action_label(account: Account) -> str:
    """The name of an account in the reader's language: actions are translated, others are data."""
    return str(Action(account.key).label) if account.level == Level.ACTION else account.name


# What a region is promised, over all campaigns: what it was given stands in `delivered`.


def county_accounts(user: User) -> QuerySet[Account]:
    """The shares of counties `user` may see, with campaign and action."""
    return accounts(user).filter(level=Level.COUNTY).select_related("parent__parent", "county")


def running(user: User, day: date) -> QuerySet[Placement]:
    """Placements `user` may see whose window holds `day`."""
    return placements(user).filter(first_day__lte=day, last_day__gte=day)


# What needs attention.

# A campaign that begins within so many days should have placements.
BEGINS_SOON = timedelta(days=7)


def unplaced() -> QuerySet[Campaign]:
    """Campaigns that begin within seven days and have no placement yet."""
    today = clock.today()
    return Campaign.objects.filter(
        ~Exists(Placement.objects.filter(campaign=OuterRef("pk"))),
        first_day__gte=today,
        first_day__lte=today + BEGINS_SOON,
    )


def days(*, only_open: bool = False) -> QuerySet[Day]:
    """Days on which something was reported; `only_open`: those that are to be closed again."""
    rows = Day.objects.all()
    return rows.filter(wanted__gt=F("closed")) if only_open else rows
