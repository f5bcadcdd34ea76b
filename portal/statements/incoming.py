"""The completeness board: which source and day is here, late or missing. No rule lives here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal import clock
from portal.accounts.gates import only_for
from portal.lists import page_context
from portal.spreadsheet import Column, xlsx_response
from portal.statements import queries, rules
from portal.statements.completeness import Cell, Line, Standing, lines
from portal.statements.views.records import SOURCE_SORTS

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

SHOWN, WEEK = timedelta(days=13), timedelta(days=7)
# The colour of each standing, by the states the stylesheet knows; none where nothing is expected.
COLOURS = {
    Standing.HERE: "done",
    Standing.REPLACED: "open",
    Standing.WAITS: "waiting",
    Standing.SET_ASIDE: "withdrawn",
    Standing.MISSING: "failed",
    Standing.LATE: "failed",
}
COLUMNS = (
    Column(gettext_lazy("Source"), 32, lambda pair: pair[0].source.name),
    Column(gettext_lazy("Day"), 12, lambda pair: pair[1].day),
    Column(gettext_lazy("State"), 16, lambda pair: str(pair[1].standing.label)),
    Column(gettext_lazy("Version"), 8, lambda pair: pair[1].version),
    Column(gettext_lazy("Unmatched, percent"), 14, lambda pair: pair[1].unmatched),
    Column(gettext_lazy("Rounded"), 10, lambda pair: _("Yes") if pair[1].approximate else _("No")),
)


class DaysFilter(forms.Form):
    """Which days, and which sources; both stay in the address."""

    until = forms.DateField(
        label=gettext_lazy("Last day shown"), required=False, widget=forms.DateInput
    )
    only = forms.ChoiceField(
        label=gettext_lazy("Show only"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("late", gettext_lazy("Sources whose report is late")),
            ("gaps", gettext_lazy("Sources that lack figures on these days")),
        ],
    )


@dataclass(frozen=True)
class Window:
    """The days that are shown; `earlier` and `later` end a week before and after."""

    first: date
    last: date

    @property
    def earlier(self) -> date:
        """The last day of the same length a week before."""
        return self.last - WEEK

    @property
    def later(self) -> date | None:
        """A week on, never beyond today; None where today is shown."""
        today = clock.today()
        return min(self.last + WEEK, today) if self.last < today else None


def _asked(request: PortalRequest) -> tuple[DaysFilter, Window, Any]:
    """The filter, the days and the sources it leaves."""
    form = DaysFilter(request.GET)
    form.is_valid()
    today = clock.today()
    # The calendar of days has an end at both sides.
    last = max(min(form.cleaned_data.get("until") or today, today), date.min + 3 * WEEK)
    window = Window(last - SHOWN, last)
    rows = queries.expecting(queries.sources(request.user))
    only = form.cleaned_data.get("only")
    if only == "late":
        rows = rows.filter(pk__in=[row.pk for row in queries.late(request.user)])
    elif only == "gaps":
        found = lines(rows.order_by("pk"), window.first, window.last)
        rows = rows.filter(pk__in=[line.source.pk for line in found if line.has_gap])
    return form, window, rows


@require_safe
@only_for(rules.may_read)
def days(request: PortalRequest) -> HttpResponse:
    """Sources by day: what came, what counts, what is late or missing."""
    form, window, rows = _asked(request)
    page = page_context(request, rows, sorts=SOURCE_SORTS)
    may_land = bool(rules.may_land(request.actor))
    context = {
        "filter": form,
        "window": window,
        "dates": clock.days_between(window.first, window.last),
        "lines": [
            (line.source, [_shown(line.source, cell, may_land) for cell in line.cells])
            for line in lines(page["page_obj"], window.first, window.last)
        ],
        **page,
    }
    return render(request, "statements/days.html", context)


def _shown(source: Any, cell: Cell, may_land: bool) -> dict[str, Any]:
    """A cell with its colour and where it leads: to the statement, or to landing what lacks."""
    url = ""
    if cell.statement is not None:
        url = cell.statement.get_absolute_url()
    elif may_land and cell.is_gap:
        asked = {"source": source.pk, "first_day": cell.first_day, "last_day": cell.last_day}
        url = f"{reverse('statement-land')}?{urlencode(asked)}"
    return {"cell": cell, "url": url, "colour": COLOURS.get(cell.standing, "")}


@require_safe
@only_for(rules.may_read)
def days_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered sources as a workbook, one row for each source and day."""
    _form, window, rows = _asked(request)
    found = lines(rows.order_by("name", "pk"), window.first, window.last)
    return xlsx_response(_("Reports by day"), COLUMNS, _pairs(found))


def _pairs(found: list[Line]) -> Iterator[tuple[Line, Cell]]:
    return ((line, cell) for line in found for cell in line.cells)
