"""The harvest calendar: what is in season now, soon, or in a month; for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal import clock
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from products import queries
from products.models import MONTHS, Product
from products.seasons import rules, words
from products.seasons.columns import HARVEST_COLUMNS
from products.seasons.filters import HarvestFilter
from products.seasons.models import number_of

SORTS = {
    "": (gettext_lazy("By county"), ("submission__county", "name", "pk")),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}


@dataclass(frozen=True)
class Line:
    """One product of the calendar."""

    product: Product
    season: str
    runs: list[words.Run]
    capacity: int


@login_not_required
@require_safe
def harvest(request: HttpRequest) -> HttpResponse:
    """Products in season now, soon or in a month, and how many there are in each month."""
    form = HarvestFilter(request.GET)
    rows = form.narrow(queries.harvest())
    counted = queries.by_month(rows)
    today = clock.today()
    context = {
        "filter": form,
        "months": [
            {"label": label, "value": counted[month - 1], "url": f"{_address(form)}&when={month}"}
            for month, label in MONTHS
        ],
        "today": words.place_of(number_of(today)),
        **page_context(request, form.in_time(rows), sorts=SORTS),
    }
    context["lines"] = [
        Line(row, words.season_words(row), words.runs(row), rules.capacity_on(row, today))
        for row in context["page_obj"]
    ]
    return render(request, "products/harvest.html", context)


def _address(form: HarvestFilter) -> str:
    """This page with its other filters."""
    return f"{reverse('harvest')}?{form.others()}"


@login_not_required
@require_safe
def harvest_export(request: HttpRequest) -> HttpResponse:
    """The filtered calendar as a workbook."""
    form = HarvestFilter(request.GET)
    rows = form.in_time(form.narrow(queries.harvest())).order_by("submission__county", "name", "pk")
    return xlsx_response(_("Harvest calendar"), HARVEST_COLUMNS, rows)
