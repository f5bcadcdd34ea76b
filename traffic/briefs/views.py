"""The weekly brief as page, PDF and workbook. No rule lives here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.accounts.gates import only_for
from portal.spreadsheet import xlsx_response
from portal.typesetting import pdf_response
from traffic import rules
from traffic.briefs import queries, sending, sheets
from traffic.briefs.figures import COLUMNS, DIFFERENCES, WEEK, Numbers, values
from traffic.briefs.forms import BriefFilter
from traffic.briefs.scopes import Scope, name_of, readable

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest


def _asked(request: PortalRequest) -> tuple[BriefFilter, Scope, date]:
    """The form, and the scope and week it asks for; of what one may not read there is none."""
    form, scope, monday, _scopes = _among(request)
    return form, scope, monday


def _among(request: PortalRequest) -> tuple[BriefFilter, Scope, date, dict[str, Scope]]:
    """The same, and all that may be read, by code."""
    scopes = readable(request.actor)
    by_code = {scope.code: scope for scope in scopes}
    code = request.GET.get("scope") or (scopes[0].code if scopes else "")
    if code not in by_code:
        raise Http404
    newest = queries.newest()
    data = {"scope": code, "day": request.GET.get("day") or newest.isoformat()}
    form = BriefFilter(data, scopes=scopes)
    day = form.cleaned_data["day"] if form.is_valid() else newest
    return form, by_code[code], queries.monday_of(day), by_code


def _cells(numbers: Numbers) -> list[tuple[Any, int, bool]]:
    """Heading and figure of each column, and whether it is a difference."""
    signed = [name in DIFFERENCES for name in COLUMNS]
    return list(zip(sheets.HEADS, values(numbers), signed, strict=True))


def _sent(request: PortalRequest, readable_now: dict[str, Scope], monday: date) -> list[Any]:
    """The briefs that are sent to the reader: code, name, and the address of those that may still
    be read, which alone are sent."""
    found = []
    for code in sending.wished(request.user):
        scope = readable_now.get(code)
        name, url = (scope.name, scope.address("brief", monday)) if scope else (name_of(code), "")
        found.append((code, name, url))
    return found


@require_safe
@only_for(rules.may_read_board)
def brief(request: PortalRequest) -> HttpResponse:
    """One week of one scope on one page."""
    form, scope, monday, by_code = _among(request)
    found = queries.brief(scope, monday, request.user)
    now, then = sheets.heads(found)
    stood = [(now, _cells(found.now)), *([(then, _cells(found.then))] if found.then else [])]
    sent = _sent(request, by_code, monday)
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
        "scope": scope,
        "is_sent": scope.code in {code for code, _name, _url in sent},
        "others": [each for each in sent if each[0] != scope.code],
        "pdf_url": scope.address("brief-pdf", monday),
        "export_url": scope.address("brief-export", monday),
        "before_url": scope.address("brief", monday - WEEK) if monday.year > 1 else "",
        "after_url": scope.address("brief", monday + WEEK)
        if monday + WEEK <= clock.today()
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


@require_POST
@only_for(rules.may_read_board)
def brief_sending(request: PortalRequest) -> HttpResponse:
    """Have a brief sent every Monday, or no more; back to the page of the brief that was read.

    What may not be read cannot be asked for; what is sent can always be given up.
    """
    code = request.POST.get("scope", "")
    by_code = {scope.code: scope for scope in readable(request.actor)}
    if request.POST.get("want") == "off":
        sending.unsubscribe(code=code, actor=request.actor)
        messages.success(request, _("This brief is not sent to you any more."))
    elif code in by_code:
        sending.subscribe(scope=by_code[code], actor=request.actor)
        messages.success(
            request, _("It is sent to you every Monday at 8:30, from the next one on.")
        )
    else:
        raise Http404
    scope = by_code.get(request.POST.get("from", code))
    if scope is None:
        return redirect("brief")
    read = BriefFilter({"scope": scope.code, "day": request.POST.get("day")}, scopes=[scope])
    day = read.cleaned_data["day"] if read.is_valid() else None
    return redirect(scope.address("brief", day or queries.newest()))
