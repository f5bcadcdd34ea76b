"""Public pages of spots and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.lists import page_context
from portal.sheets.exports import list_response
from portal.submissions import queries as submissions
from tourism import queries
from tourism.forms import PlaceFilter, RouteFilter
from tourism.kind import ROUTE, SPOT

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (_("Newest first"), ("-submission__published_at", "-pk")),
    "name": (_("Name"), ("name", "pk")),
}
ROUTE_SORTS = {
    "": (_("Newest first"), ("-published_at", "-pk")),
    "name": (_("Name"), ("title", "pk")),
    "days": (_("Shortest first"), ("route__days", "pk")),
}
# How many routes stand above the list of spots; the others are one click away.
ROUTES_ON_TOP = 12


@login_not_required
@require_safe
def spots(request: HttpRequest) -> HttpResponse:
    """Published spots by name, category and county; the newest routes on top."""
    form = PlaceFilter(request.GET)
    context = {
        "filter": form,
        "routes": queries.routes().order_by("-submission__published_at", "-pk")[:ROUTES_ON_TOP],
        **page_context(request, form.restrict(queries.spots()), sorts=SORTS),
    }
    return render(request, "tourism/spots.html", context)


@login_not_required
@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """Published routes by name and county."""
    form = RouteFilter(request.GET)
    page = page_context(request, form.restrict(queries.routes_with_stops()), sorts=ROUTE_SORTS)
    lines = [(row.route, queries.has_closed_stop(row.route)) for row in page["page_obj"]]
    return render(request, "tourism/routes.html", {"filter": form, "lines": lines, **page})


@require_safe
def spots_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered spots as a workbook, for who signed in."""
    rows = PlaceFilter(request.GET).restrict(queries.spots())
    return list_response(SPOT, submissions.of_records(rows), request.actor, public=True)


@require_safe
def routes_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered routes as a workbook, for who signed in."""
    rows = RouteFilter(request.GET).restrict(queries.routes_with_stops())
    return list_response(ROUTE, rows, request.actor, public=True)


@login_not_required
@require_safe
def spot(request: HttpRequest, code: str) -> HttpResponse:
    """One published spot for everyone."""
    row = get_object_or_404(queries.spots(), submission__code=code)
    context = {
        "spot": row,
        "closed": queries.closed_note(row),
        "facts": queries.spot_facts(row),
        "photos": submissions.photos(row.submission),
        "routes": queries.routes_through(row),
    }
    return render(request, "tourism/spot.html", context)


@login_not_required
@require_safe
def route(request: HttpRequest, code: str) -> HttpResponse:
    """One published route with its stops; what is closed shows at once."""
    row = get_object_or_404(queries.routes(), submission__code=code)
    stops = [(stop, queries.stop_note(stop.spot)) for stop in queries.stops(row)]
    context = {"route": row, "stops": stops, "closed": sum(bool(note) for _stop, note in stops)}
    return render(request, "tourism/route.html", context)
