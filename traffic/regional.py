"""Pages behind the programme board: what a region was promised and given over all campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.gates import only_for
from portal.ledger import queries as ledger
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.statements import rules as reading_rules
from traffic import delivered, queries, rules
from traffic.columns import ALLOTMENT_COLUMNS, CLICKS_COLUMN, DAY_COLUMNS, DELIVERY_COLUMNS
from traffic.forms import AllotmentFilter, DayFilter, RegionFilter
from traffic.views import DELIVERY_SORTS

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

ALLOTMENT_SORTS = {
    "": (gettext_lazy("County"), ("key", "pk")),
    "campaign": (gettext_lazy("Campaign"), ("parent__name", "key", "pk")),
}
DAY_SORTS = {"": (gettext_lazy("Newest first"), ("-date",))}
CAMPAIGN_SORTS = {"": (gettext_lazy("First day"), ("first_day", "pk"))}


@require_safe
@only_for(rules.may_read_deliveries)
def deliveries(request: PortalRequest) -> HttpResponse:
    """What was delivered, one row per placement and day, with its sum."""
    form = RegionFilter(request.GET, actor=request.actor)
    page = page_context(request, form.rows, sorts=DELIVERY_SORTS)
    shown = {row.placement_id for row in page["page_obj"]} if form.is_own else set()
    sums, as_of = form.sums
    context = {
        "filter": form,
        "sums": sums,
        "as_of": as_of,
        "of_clicks": form.of_clicks,
        # A creator's work is counted by a placement of somebody else's: its page is theirs.
        "closed": shown.difference(delivered.openable(request.user, shown)) if shown else shown,
        **page,
    }
    return render(request, "traffic/region_deliveries.html", context)


@require_safe
@only_for(rules.may_read_deliveries)
def deliveries_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered rows as a workbook."""
    form = RegionFilter(request.GET, actor=request.actor)
    rows = form.rows.order_by("date", "placement")
    columns = [*DELIVERY_COLUMNS, CLICKS_COLUMN] if form.of_clicks else DELIVERY_COLUMNS
    return xlsx_response(_("Deliveries"), columns, rows.iterator(chunk_size=1000))


@require_safe
@only_for(rules.may_read_board)
def allotments(request: PortalRequest) -> HttpResponse:
    """What counties were promised, one row per campaign and county, with its sum."""
    form = AllotmentFilter(request.GET)
    rows = form.restrict_accounts(queries.county_accounts(request.user))
    page = page_context(request, rows, sorts=ALLOTMENT_SORTS)
    standings = ledger.standings(page["page_obj"])
    context = {
        "filter": form,
        "total": ledger.received(rows),
        "standings": list(standings.values()),
        **page,
    }
    return render(request, "traffic/allotments.html", context)


@require_safe
@only_for(rules.may_read_board)
def allotments_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered rows as a workbook."""
    rows = AllotmentFilter(request.GET).restrict_accounts(queries.county_accounts(request.user))
    standings = ledger.standings(rows.order_by("key", "pk"))
    return xlsx_response(_("Promised to counties"), ALLOTMENT_COLUMNS, standings.values())


@require_safe
@only_for(reading_rules.may_read)
def days(request: PortalRequest) -> HttpResponse:
    """Days on which something was reported, and whether their figures stand."""
    form = DayFilter(request.GET)
    rows = queries.days(only_open=form.only_open())
    context = {"filter": form, **page_context(request, rows, sorts=DAY_SORTS)}
    return render(request, "traffic/days.html", context)


@require_safe
@only_for(reading_rules.may_read)
def days_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered days as a workbook."""
    rows = queries.days(only_open=DayFilter(request.GET).only_open()).order_by("date")
    return xlsx_response(_("Daily figures"), DAY_COLUMNS, rows.iterator(chunk_size=1000))


@require_safe
@only_for(reading_rules.may_read)
def unplaced(request: PortalRequest) -> HttpResponse:
    """Campaigns that begin soon and have no placement."""
    context = {
        "may_place": bool(rules.may_allot(request.actor)),
        **page_context(request, queries.unplaced(), sorts=CAMPAIGN_SORTS),
    }
    return render(request, "traffic/unplaced.html", context)
