"""Where an unmatched id comes from: its days, the reports that name it, and the rows of a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.gates import only_for, or_404
from portal.lists import page_context
from portal.statements import queries as statements
from portal.statements import rules as reading_rules
from portal.statements import tracing
from portal.statements.models import Metric
from traffic import queries, rules
from traffic.tracing import file_of, rows_response
from traffic.unmatched import IdForm, crumbs

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.statements.models import Source, Statement

SORTS = {
    "": (gettext_lazy("Newest first"), ("-date", "pk")),
    "impressions": (gettext_lazy("Most impressions"), ("-impressions", "-date", "pk")),
}
ROWS_SHOWN = 50


class DayForm(forms.Form):
    """The day whose rows are shown; the newest one without it."""

    day = forms.DateField(required=False)


def _asked(request: PortalRequest) -> tuple[Source, str, Any, date]:
    """The source, the id, the days on which it was seen, and the one whose rows are asked for."""
    asked = IdForm(request.GET, sources=statements.sources(request.user))
    or_404(asked.is_valid())
    source, value = asked.cleaned_data["source"], asked.cleaned_data["id"]
    days = queries.unmatched_days(request.user).filter(source=source, external_id=value)
    form = DayForm(request.GET)
    form.is_valid()
    day = form.cleaned_data.get("day")
    if day is None:
        newest = days.order_by("-date").first()
        day = newest.date if newest is not None else None
    or_404(day is not None)
    return source, value, days, day


def _traced(
    source: Source, value: str, day: date, metric: str
) -> tuple[Statement | None, list[tracing.TracedFile]]:
    """What counts of the source for the day, and its files that name the id."""
    statement = statements.counting(source, day)
    if statement is None:
        return None, []
    return statement, list(tracing.trace(statement, {value}, {day}, metric))


def _metric(row: Any) -> str:
    """What the rows are added up by: impressions, or plays where there are none."""
    plays = row is not None and not row.impressions and row.plays
    return Metric.PLAYS if plays else Metric.IMPRESSIONS


@require_safe
@only_for(reading_rules.may_read)
def where(request: PortalRequest) -> HttpResponse:
    """The days of an id and the rows of one of them; `?source=…&id=…` name it, `day` the day."""
    source, value, days, day = _asked(request)
    row = days.filter(date=day).first()
    statement, files = _traced(source, value, day, _metric(row))
    rows = [each for file in files for each in file.rows]
    listed = page_context(request, days, sorts=SORTS)
    context = {
        "source": source,
        "value": value,
        "day": day,
        "row": row,
        "statement": statement,
        "files": [file_of(file) for file in files],
        "rows": rows[:ROWS_SHOWN],
        "more": max(len(rows) - ROWS_SHOWN, 0),
        "may_match": bool(rules.may_allot(request.actor)),
        "crumbs": crumbs(_("Where an id comes from")),
        "days": listed.pop("page_obj"),
        **listed,
    }
    return render(request, "traffic/where.html", context)


@require_safe
@only_for(reading_rules.may_read)
def where_export(request: PortalRequest) -> HttpResponseBase:
    """The rows of the day as a workbook."""
    source, value, days, day = _asked(request)
    row = days.filter(date=day).first()
    _statement, files = _traced(source, value, day, _metric(row))
    return rows_response(_("Rows of an unmatched id"), files)
