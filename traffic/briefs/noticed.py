"""What is read of a week beside its figures, for what went well and what asks for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode

from portal.campaigns.models import Campaign
from portal.regions.models import County
from portal.statements import queries as statements
from traffic.briefs import findings
from traffic.briefs.figures import MOST_FINDINGS, WEEK, Finding, Numbers
from traffic.briefs.scopes import Kind, Scope
from traffic.makegood.enums import MakeGoodState
from traffic.makegood.models import MakeGood
from traffic.models import Placement, PlacementDay, UnmatchedDay
from traffic.pacing import queries as pacing
from traffic.pacing.curves import Ints
from traffic.pacing.enums import Status
from traffic.pacing.facts import Facts

if TYPE_CHECKING:
    from portal.accounts.models import User
    from traffic.briefs.queries import Read


def finished(read: Read) -> Iterable[Finding]:
    """Campaigns that ended in the week."""
    sums: dict[int, Numbers] = {}
    for (campaign, _county), numbers in read.cells.items():
        sums[campaign] = sums.get(campaign, Numbers()) + numbers
    for pk, numbers in sums.items():
        row = read.campaigns[pk]
        if read.monday <= row.last_day <= read.sunday:
            yield from findings.finished(row.name, numbers, read.url(campaign=row.code))


def missing(
    scope: Scope, campaigns: Iterable[Campaign], counties: Iterable[County]
) -> tuple[int, list[tuple[Placement, pacing.Line]]]:
    """How many placements of the scope will miss, and the three with the largest shortfall, which
    alone are read; a query beside `everything`."""
    found = pacing.everything()
    keys = pacing.ranked(found, "lacks", [Status.WILL_MISS])
    keys = keys[np.isin(keys, _keys_of(scope, found.facts, campaigns, counties))]
    first = keys[:MOST_FINDINGS].tolist()
    read = Placement.objects.select_related("county").in_bulk(first)
    lines = pacing.lines(found, first)
    return len(keys), [(read[key], lines[key]) for key in first]


def _keys_of(
    scope: Scope, of: Facts, campaigns: Iterable[Campaign], counties: Iterable[County]
) -> Ints:
    """The numbers of the scope's placements, out of what was read of all."""
    if scope.kind == Kind.ACTION:
        own = [row.pk for row in campaigns if row.action == scope.key]
        return of.key[np.isin(of.campaign, own)]
    if scope.kind == Kind.PROVINCE:
        return of.key
    codes = [int(row.code) for row in counties if scope.key in (row.code, row.city_id)]
    return of.key[np.isin(of.county, codes)]


def will_miss(missing: list[tuple[Placement, pacing.Line]]) -> Iterable[Finding]:
    """Each of what `missing` has read."""
    for row, line in missing:
        yield findings.will_miss(row.name, row.county.name, line.lacks, row.get_absolute_url())


def waiting(scope: Scope, user: User) -> Iterable[Finding]:
    """Make-goods that somebody has to decide on, apart those that only lack a second person; one
    query."""
    where = scope.rows(campaign="placement__campaign", county="placement__county")
    rows = MakeGood.objects.visible_to(user).filter(state=MakeGoodState.PROPOSED, **where)
    order = rows.order_by("due_on", "pk").values_list("amount", "due_on", "adjusted_by")
    asked = {"state": MakeGoodState.PROPOSED.value}
    if scope.kind == Kind.COUNTY:
        asked |= scope.asked
    url = f"{reverse('make-goods')}?{urlencode(asked)}"
    found: dict[bool, list[tuple[int, date]]] = {False: [], True: []}
    for amount, due_on, adjusted_by in order:
        found[adjusted_by is not None].append((amount, due_on))
    for adjusted, say in ((False, findings.waiting), (True, findings.for_a_second)):
        if part := found[adjusted]:
            yield say(len(part), sum(amount for amount, _due in part), part[0][1], url)


def nearly_used_up(read: Read) -> Iterable[Finding]:
    """Accounts of counties that end before their campaign."""
    for (campaign, county), numbers in read.cells.items():
        row, name = read.campaigns[campaign], read.counties[county].name
        for found in findings.nearly_used_up(row.name, name, numbers, read.sunday, row.last_day):
            yield replace(found, url=read.url(campaign=row.code, county=county))


def late_sources(read: Read, user: User) -> Iterable[Finding]:
    """Sources whose report should be here; two queries, one when none is late."""
    late: dict[int, Any] = {row.pk: row for row in statements.late(user)}
    if not late:
        return
    days = PlacementDay.objects.filter(
        placement__source__in=late, date__gte=read.monday - WEEK, date__lt=read.monday
    )
    told = dict(days.order_by().values_list("placement__source").annotate(n=Sum("count")))
    for pk, row in late.items():
        yield findings.late_source(
            str(row), row.latest_last, told.get(pk, 0), row.get_absolute_url()
        )


def unmatched(read: Read) -> Iterable[Finding]:
    """What was delivered in the week for ids that nobody knows; one query."""
    rows = UnmatchedDay.objects.filter(date__gte=read.monday, date__lte=read.sunday)
    found = rows.aggregate(n=Sum("impressions", default=0))["n"]
    if found:
        yield findings.unmatched(found, read.whole.week, reverse("unmatched"))
