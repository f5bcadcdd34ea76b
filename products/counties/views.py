"""Pages about the products of counties: all of them, and one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from portal import clock
from portal.spreadsheet import xlsx_response
from portal.submissions.enums import ReasonCode
from products.counties import advice, queries
from products.counties.columns import COUNTY_COLUMNS

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

PERIODS = {
    "": (gettext_lazy("Since the beginning"), None),
    "30": (gettext_lazy("Last 30 days"), 30),
    "90": (gettext_lazy("Last 90 days"), 90),
}


def _period(request: PortalRequest) -> tuple[int | None, dict[str, object]]:
    wanted = request.GET.get("period", "")
    wanted = wanted if wanted in PERIODS else ""
    offered = [(value, label) for value, (label, _days) in PERIODS.items()]
    return PERIODS[wanted][1], {"periods": offered, "period": wanted}


@require_safe
def counties(request: PortalRequest) -> HttpResponse:
    """First-pass rate, orders and sales of each county the reader may see."""
    if not queries.counties_of(request.actor).exists():
        raise Http404
    days, offered = _period(request)
    context = {"lines": queries.lines(request.actor, days=days), **offered}
    return render(request, "products/counties.html", context)


@require_safe
def counties_export(request: PortalRequest) -> HttpResponseBase:
    """The same as a workbook."""
    if not queries.counties_of(request.actor).exists():
        raise Http404
    days, _offered = _period(request)
    lines = queries.lines(request.actor, days=days)
    return xlsx_response(gettext("Products by county"), COUNTY_COLUMNS, lines)


@require_safe
def county(request: PortalRequest, code: str) -> HttpResponse:
    """One county: how its products get through, why they come back, what to improve."""
    row = get_object_or_404(queries.counties_of(request.actor), pk=code)
    days, offered = _period(request)
    report = queries.report(request.actor, row, days=days)
    which = {"county": row.pk}
    if days is not None:
        first = clock.today() - timedelta(days=days - 1)
        which |= {"since": first.isoformat(), "until": clock.today().isoformat()}
    context = {
        "report": report,
        "advice": advice.of(report),
        "reasons": [
            {"label": ReasonCode(code).label, "value": number} for code, number in report.reasons
        ],
        "sales_url": f"{reverse('sales')}?{urlencode(which)}",
        **offered,
    }
    return render(request, "products/county.html", context)
