"""The weekly brief as page, PDF and workbook. No rule lives here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from portal import clock
from portal.accounts.gates import only_for
from portal.spreadsheet import xlsx_response
from portal.typesetting import pdf_response
from traffic import rules
from traffic.briefs import queries, sheets
from traffic.briefs.figures import Numbers, values
from traffic.briefs.forms import BriefFilter
from traffic.briefs.scopes import Scope, readable

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest


def _asked(request: PortalRequest) -> tuple[BriefFilter, Scope, date]:
    """The form, and the scope and week it asks for; of what one may not read there is none."""
    scopes = readable(request.actor)
    by_code = {scope.code: scope for scope in scopes}
    code = request.GET.get("scope") or (scopes[0].code if scopes else "")
    if code not in by_code:
        raise Http404
    newest = queries.newest()
    data = {"scope": code, "day": request.GET.get("day") or newest.isoformat()}
    form = BriefFilter(data, scopes=scopes)
    day = form.cleaned_data["day"] if form.is_valid() else newest
    return form, by_code[code], queries.monday_of(day)


def _cells(numbers: Numbers) -> list[tuple[Any, int]]:
    return list(zip(sheets.HEADS, values(numbers), strict=True))


def _address(name: str, scope: Scope, monday: date) -> str:
    return f"{reverse(name)}?{urlencode({'scope': scope.code, 'day': monday.isoformat()})}"


@require_safe
@only_for(rules.may_read_board)
def brief(request: PortalRequest) -> HttpResponse:
    """One week of one scope on one page."""
    form, scope, monday = _asked(request)
    found = queries.brief(scope, monday, request.user)
    now, then = sheets.heads(found)
    stood = [(now, _cells(found.now)), *([(then, _cells(found.then))] if found.then else [])]
    week = timedelta(days=7)
    context = {
        "filter": form,
        "brief": found,
        "title": sheets.title(found),
        "days": sheets.days(found),
        "notes": sheets.notes(found),
        "heads": sheets.HEADS,
        "stood": stood,
        "findings": sheets.findings(found),
        "tables": [
            (each.title, [(line, _cells(line.numbers)) for line in each.lines])
            for each in found.tables
        ],
        "pdf_url": _address("brief-pdf", scope, monday),
        "export_url": _address("brief-export", scope, monday),
        "before_url": _address("brief", scope, monday - week) if monday.year > 1 else "",
        "after_url": _address("brief", scope, monday + week)
        if monday + week <= clock.today()
        else "",
    }
    return render(request, "traffic/briefs/brief.html", context)


@require_safe
@only_for(rules.may_read_board)
def brief_pdf(request: PortalRequest) -> HttpResponseBase:
    """The same as one printed page."""
    _form, scope, monday = _asked(request)
    found = queries.brief(scope, monday, request.user)
    return pdf_response(f"{sheets.title(found)} {monday}", sheets.as_pdf(found))


@require_safe
@only_for(rules.may_read_board)
def brief_export(request: PortalRequest) -> HttpResponseBase:
    """The same as a workbook."""
    _form, scope, monday = _asked(request)
    found = queries.brief(scope, monday, request.user)
    return xlsx_response(
        f"{sheets.title(found)} {monday}", sheets.BRIEF_COLUMNS, sheets.rows(found)
    )
