"""Pages of alerts. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from traffic import rules as traffic_rules
from traffic.alerts import domain, queries, rules
from traffic.alerts.columns import ALERT_COLUMNS
from traffic.alerts.forms import AcknowledgeForm, AlertFilter, SnoozeForm

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Newest first"), ("-since", "-pk")),
    "kind": (gettext_lazy("By kind"), ("kind", "-since", "-pk")),
    "oldest": (gettext_lazy("Oldest first"), ("since", "pk")),
}


@require_safe
@only_for(traffic_rules.may_read_board)
def alerts(request: PortalRequest) -> HttpResponse:
    """What should be known this morning, in the counties the reader sees."""
    form = AlertFilter(request.GET)
    rows = form.restrict(queries.alerts(request.user))
    context = {"filter": form, **page_context(request, rows, sorts=SORTS)}
    return render(request, "traffic/alerts/list.html", context)


@require_safe
@only_for(traffic_rules.may_read_board)
def alerts_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    rows = AlertFilter(request.GET).restrict(queries.alerts(request.user))
    return xlsx_response(_("Alerts"), ALERT_COLUMNS, rows.order_by("pk").iterator(chunk_size=1000))


def _row(request: PortalRequest, pk: int) -> Any:
    return get_object_or_404(queries.alerts(request.user), pk=pk)


def _context(row: Any, **more: Any) -> dict[str, Any]:
    crumbs = [
        (_("Home"), reverse("home")),
        (_("Alerts"), reverse("alerts")),
        (str(row), row.get_absolute_url()),
    ]
    return {"alert": row, "crumbs": crumbs, **more}


@require_safe
@only_for(traffic_rules.may_read_board)
def alert(request: PortalRequest, pk: int) -> HttpResponse:
    """One alert: what, since when, why, whom it concerns, and where to act."""
    row = _row(request, pk)
    may = bool(rules.may_handle(request.actor) & rules.is_undecided(row))
    return render(request, "traffic/alerts/alert.html", _context(row, may_handle=may))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_handle)
def acknowledge(request: PortalRequest, pk: int) -> HttpResponse:
    """Say what is done about it."""
    return _settle(request, pk, AcknowledgeForm, "acknowledge")


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_handle)
def snooze(request: PortalRequest, pk: int) -> HttpResponse:
    """Let it sleep until a day."""
    return _settle(request, pk, SnoozeForm, "snooze")


def _settle(request: PortalRequest, pk: int, kind: Any, act: str) -> HttpResponse:
    row = _row(request, pk)
    verdict = rules.is_undecided(row)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect(row)
    form = kind(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            getattr(domain, act)(alert=row, actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            said = {
                "acknowledge": _("Acknowledged."),
                "snooze": _("Snoozed; it comes back by itself."),
            }
            messages.success(request, said[act])
            return redirect(row)
    return render(request, f"traffic/alerts/{act}.html", _context(row, form=form))
