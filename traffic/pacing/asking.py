"""Pages that answer a question and write nothing: is there room, and what would be if."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.gates import only_for
from portal.campaigns import queries as campaigns
from portal.spreadsheet import xlsx_response
from traffic import queries, rules
from traffic.pacing import availability, whatif
from traffic.pacing import queries as pacing
from traffic.pacing.columns import PACING_COLUMNS
from traffic.pacing.forms import RoomForm, WhatIfForm
from traffic.pacing.lists import page_of_keys

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

CONTENDER_SORTS = {"": gettext_lazy("In the order they are served")}
RISK_SORTS = {"": gettext_lazy("Will lack most")}


@require_safe
@only_for(rules.may_allot)
def room(request: PortalRequest) -> HttpResponse:
    """Whether a campaign's channel has room on some days, and who else wants it."""
    form = RoomForm(request.GET or None, campaigns=campaigns.every())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        data = form.cleaned_data
        window = (data["first_day"], data["last_day"])
        found = availability.look(data["campaign"], data["channel"], *window)
        by_key = {row.key: row for row in found.contenders}
        page = page_of_keys(
            request, queries.placements(request.user), list(by_key), sorts=CONTENDER_SORTS
        )
        wanted = data["amount"] or 0
        context |= {
            "room": found,
            "wanted": wanted,
            "fits": found.free >= wanted,
            "lines": [(row, by_key[row.pk]) for row in page["page_obj"]],
            **page,
        }
    return render(request, "traffic/pacing/room.html", context)


def _supposed(request: PortalRequest) -> tuple[WhatIfForm, whatif.Outcome | None]:
    form = WhatIfForm(request.GET or None, campaigns=campaigns.every())
    if not form.is_valid():
        return form, None
    return form, whatif.compare(pacing.everything(), form.change())


@require_safe
@only_for(rules.may_allot)
def what_if(request: PortalRequest) -> HttpResponse:
    """What would be if a campaign moved, a curve changed or supply were lost; writes nothing."""
    form, outcome = _supposed(request)
    context: dict[str, Any] = {"form": form, "outcome": outcome}
    if outcome is not None:
        rows = queries.placements(request.user)
        page = page_of_keys(request, rows, outcome.risk.tolist(), sorts=RISK_SORTS)
        lines = pacing.lines(outcome.after, [row.pk for row in page["page_obj"]])
        context |= {"lines": [(row, lines[row.pk]) for row in page["page_obj"]], **page}
    return render(request, "traffic/pacing/what_if.html", context)


@require_safe
@only_for(rules.may_allot)
def what_if_export(request: PortalRequest) -> HttpResponseBase:
    """Those that would miss as a workbook."""
    _form, outcome = _supposed(request)
    keys = outcome.risk.tolist() if outcome is not None else []
    lines = pacing.lines(outcome.after, keys) if outcome is not None else {}
    read = queries.placements(request.user).in_bulk(keys)
    rows = [(read[key], lines[key]) for key in keys if key in read]
    return xlsx_response(_("What if"), PACING_COLUMNS, rows)
