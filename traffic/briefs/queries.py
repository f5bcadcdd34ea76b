"""Composed reads of a brief: a fixed number of SQL queries, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal import clock
from portal.campaigns.models import Action, Campaign
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Level, Unit
from portal.regions import queries as regions
from portal.regions.models import County
from portal.statements import queries as statements
from traffic.briefs import findings, noticed, plans
from traffic.briefs.figures import (
    MOST_PLACES,
    WEEK,
    Brief,
    Cell,
    Changed,
    Finding,
    Numbers,
    Table,
    heaviest,
    table,
    whole,
)
from traffic.briefs.scopes import Kind, Scope
from traffic.models import Correction, DaySum

if TYPE_CHECKING:
    from portal.accounts.models import User

# The brief is made on the Monday after its week, before the office opens.
MADE_AT = time(8, 30)
# So many corrected placements are named.
MOST_CHANGED = 5


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def newest() -> date:
    """The Monday of the last week that is over."""
    return monday_of(clock.today()) - WEEK


def made_at(monday: date) -> datetime:
    """When the brief of a week is made."""
    return datetime.combine(monday + WEEK, MADE_AT, clock.SHANGHAI)


@dataclass(frozen=True)
class Read:
    """What the tables hold of one week and scope."""

    scope: Scope
    monday: date
    cells: dict[Cell, Numbers]
    then: Numbers | None
    campaigns: dict[int, Campaign]
    counties: dict[str, County]
    unread: list[date]

    @property
    def sunday(self) -> date:
        """The week's last day."""
        return self.monday + timedelta(days=6)

    @cached_property
    def whole(self) -> Numbers:
        """The sum of all cells."""
        return whole(self.cells)

    def url(self, **narrowed: str) -> str:
        """The deliveries of the week, narrowed further."""
        asked = self.scope.asked | narrowed
        days = {"since": self.monday.isoformat(), "until": self.sunday.isoformat()}
        return f"{reverse('region-deliveries')}?{urlencode(asked | days)}"


def brief(scope: Scope, monday: date, user: User) -> Brief:
    """The brief of a week, for who may read the scope."""
    read = _read(scope, monday)
    newest_week = monday == newest()
    missing = None
    if newest_week:
        missing = noticed.missing(scope, read.campaigns.values(), read.counties.values())
    tables = _tables(read)
    well = [*findings.ahead(tables), *findings.gained(tables), *noticed.finished(read)]
    decide: list[Finding] = findings.behind(tables)
    if missing is not None:
        decide += noticed.will_miss(missing[1])
    if monday >= newest():
        decide += [*noticed.waiting(scope, user), *noticed.nearly_used_up(read)]
    if scope.kind == Kind.PROVINCE:
        decide += noticed.unmatched(read)
        if newest_week:
            decide += noticed.late_sources(read, user)
    decide += findings.unread(read.unread, read.whole.due)
    return Brief(
        scope=scope.name,
        monday=monday,
        sunday=read.sunday,
        made_at=made_at(monday),
        now=read.whole,
        then=read.then,
        tables=tables,
        well=heaviest(well),
        decide=heaviest(decide),
        changed=_changed(read),
        unread=read.unread,
        will_miss=None if missing is None else missing[0],
        url=read.url(),
    )


def _read(scope: Scope, monday: date) -> Read:
    sunday, at = monday + timedelta(days=6), made_at(monday)
    campaigns = Campaign.objects.in_bulk()
    due = plans.due(monday, sunday, at, scope.rows())
    cells = {key: Numbers(due=n) for key, n in due.now.items()}
    parts = [
        (_delivered(scope, monday), ("week", "before", "total")),
        (_promised(scope, campaigns)),
    ]
    for found, names in parts:
        for *cell, figures in found:
            key = (cell[0], cell[1])
            values = dict(zip(names, figures, strict=True))
            cells[key] = replace(cells.get(key, Numbers()), **values)
    told = _told(monday - WEEK, sunday)
    days = clock.days_between(monday, sunday)
    then = None
    if at <= clock.now():
        then = _then(scope, monday, whole(cells), told, at, sum(due.then.values()))
    unread = [day for day in days if day not in told]
    counties = {row.code: row for row in regions.counties()}
    return Read(scope, monday, cells, then, campaigns, counties, unread)


def _delivered(scope: Scope, monday: date) -> list[tuple[int, str, tuple[int, ...]]]:
    """Out of the sums of days, by campaign and county; one query."""
    sunday = monday + timedelta(days=6)
    rows = DaySum.objects.filter(date__lte=sunday, **scope.rows()).order_by()
    grouped = rows.values_list("campaign", "county").annotate(
        week=Sum("count", filter=Q(date__gte=monday), default=0),
        before=Sum("count", filter=Q(date__gte=monday - WEEK, date__lt=monday), default=0),
        total=Sum("count"),
    )
    return [(campaign, county, tuple(figures)) for campaign, county, *figures in grouped]


def _promised(scope: Scope, campaigns: dict[int, Campaign]) -> Any:
    """What the counties were promised, by campaign and county; three queries."""
    numbers = {row.code: (row.pk, row.action) for row in campaigns.values()}
    rows = Account.objects.filter(unit=Unit.IMPRESSIONS, level=Level.COUNTY)
    if scope.kind == Kind.CITY:
        rows = rows.filter(county__city=scope.key)
    elif scope.kind == Kind.COUNTY:
        rows = rows.filter(county=scope.key)
    elif scope.kind == Kind.ACTION:
        own = [row.code for row in campaigns.values() if row.action == scope.key]
        rows = rows.filter(parent__key__in=own)
    found = [
        (numbers[row.account.parent.key][0], row.account.county_id, (row.received,))
        for row in ledger.standings(rows.select_related("parent").order_by("pk")).values()
        if row.account.parent is not None and row.account.parent.key in numbers
    ]
    return found, ("promised",)


def _told(first: date, last: date) -> dict[date, datetime]:
    """Each reported day → when the first report of it landed; one query."""
    rows = statements.countable().filter(first_day__lte=last, last_day__gte=first)
    found: dict[date, datetime] = {}
    for begin, end, at in rows.order_by("landed_at").values_list(
        "first_day", "last_day", "landed_at"
    ):
        for day in clock.days_between(max(begin, first), min(end, last)):
            found.setdefault(day, at)
    return found


def _late(told: dict[date, datetime], at: datetime) -> list[date]:
    return [day for day, landed in told.items() if landed > at]


def _then(
    scope: Scope,
    monday: date,
    now: Numbers,
    told: dict[date, datetime],
    at: datetime,
    due: int,
) -> Numbers:
    """What stood at `at`: today's figures less what was corrected later, and without the days of
    which the first report came later; two queries."""
    late = _late(told, at)
    sunday = monday + timedelta(days=6)
    week = Q(date__gte=monday)
    before = Q(date__gte=monday - WEEK, date__lt=monday)
    sums = DaySum.objects.filter(date__in=late, **scope.rows()).aggregate(
        week=Sum("count", filter=week, default=0),
        before=Sum("count", filter=before, default=0),
        total=Sum("count", default=0),
    )
    added = F("after") - F("before")
    later = corrections(scope, at).filter(date__lte=sunday).exclude(date__in=late)
    changed = later.aggregate(
        n_week=Sum(added, filter=week, default=0),
        n_before=Sum(added, filter=before, default=0),
        n_total=Sum(added, default=0),
    )
    return Numbers(
        week=now.week - sums["week"] - changed["n_week"],
        before=now.before - sums["before"] - changed["n_before"],
        due=due,
        total=now.total - sums["total"] - changed["n_total"],
        promised=now.promised,
    )


def corrections(scope: Scope, at: datetime) -> QuerySet[Correction]:
    """What was corrected after `at` in a scope."""
    where = scope.rows(campaign="placement__campaign", county="placement__county")
    return Correction.objects.filter(at__gt=at, **where).order_by()


def _changed(read: Read) -> list[Changed]:
    """The placements whose week was corrected most; one query."""
    rows = corrections(read.scope, made_at(read.monday)).filter(
        date__gte=read.monday, date__lte=read.sunday
    )
    sums = rows.values_list("placement", "placement__name").annotate(
        n=Sum(F("after") - F("before"))
    )
    order = sorted(sums, key=lambda row: (-abs(row[2]), row[0]))
    return [
        Changed(name, n, reverse("placement", args=[pk])) for pk, name, n in order[:MOST_CHANGED]
    ]


# --- Tables ------------------------------------------------------------------------------------


def _tables(read: Read) -> list[Table]:
    """By action, or by campaign where there is one action; and by city or county."""
    by_campaign = read.scope.kind in (Kind.ACTION, Kind.COUNTY)
    first = _by_campaign(read) if by_campaign else _by_action(read)
    if read.scope.kind == Kind.COUNTY:
        return [_by_action(read), first]
    return [first, _by_place(read, cities=read.scope.kind != Kind.CITY)]


def _by_action(read: Read) -> Table:
    return table(
        _("By action"),
        read.cells,
        lambda cell: read.campaigns[cell[0]].action,
        named=lambda key: str(Action(key).label),
        url=lambda key: read.url(action=key),
        others=_("Others"),
    )


def _by_campaign(read: Read) -> Table:
    names = {row.code: row.name for row in read.campaigns.values()}
    return table(
        _("By campaign"),
        read.cells,
        lambda cell: read.campaigns[cell[0]].code,
        named=names.__getitem__,
        url=lambda key: read.url(campaign=key),
        others=_("Others"),
    )


def _by_place(read: Read, *, cities: bool) -> Table:
    counties = read.counties
    if cities:
        names = {row.city_id: row.city.name for row in counties.values()}
    else:
        names = {code: row.name for code, row in counties.items()}
    return table(
        _("By city") if cities else _("By county"),
        read.cells,
        lambda cell: counties[cell[1]].city_id if cities else cell[1],
        named=names.__getitem__,
        url=lambda key: read.url(**{"city" if cities else "county": key}),
        others=_("Others"),
        most=MOST_PLACES,
    )
