"""Pages of live sessions: the list, a new one, the running order, the run sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal import once
from portal.accounts.gates import only_for
from portal.lists import page_context
from portal.moves.pages import seen_version
from portal.spreadsheet import xlsx_response
from portal.typesetting import pdf_response
from portal.verdict import RuleBroken
from products.calls import live, order, queries, rules, run_sheet
from products.calls.columns import SESSION_COLUMNS
from products.calls.forms import (
    AddFilter,
    CancelForm,
    ChangeSessionForm,
    LiveSessionForm,
    OrderForm,
    SessionFilter,
)
from products.calls.views import typed

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from products.calls.models import LiveSession

SORTS = {
    "": (gettext_lazy("By time"), ("starts_at", "pk")),
    "late": (gettext_lazy("Latest first"), ("-starts_at", "-pk")),
    "host": (gettext_lazy("Host"), ("host", "starts_at", "pk")),
}
ADD_SORTS = {
    "": (gettext_lazy("By county"), ("county", "pk")),
    "name": (gettext_lazy("Name"), ("product__name", "pk")),
}


def _session(pk: int) -> LiveSession:
    return get_object_or_404(queries.live_sessions(), pk=pk)


@require_safe
@only_for(rules.may_read)
def sessions(request: PortalRequest) -> HttpResponse:
    """Every live session."""
    form = SessionFilter(request.GET)
    context = {
        "filter": form,
        "may_plan": bool(rules.may_plan(request.actor)),
        **page_context(request, form.restrict(queries.live_sessions()), sorts=SORTS),
    }
    return render(request, "products/calls/sessions.html", context)


@require_safe
@only_for(rules.may_read)
def sessions_export(request: PortalRequest) -> HttpResponse:
    """The filtered sessions as a workbook."""
    rows = SessionFilter(request.GET).restrict(queries.live_sessions())
    return xlsx_response(_("Live sessions"), SESSION_COLUMNS, rows.order_by("starts_at", "pk"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def session_new(request: PortalRequest) -> HttpResponse:
    """Plan a session."""
    key = once.form_key(request)
    form = LiveSessionForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = live.plan_live_session(
                actor=request.actor, form_key=once.own_key(key, request.user), **form.cleaned_data
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The session stands; choose its products now."))
            return redirect("running-order-add", pk=row.pk)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "products/calls/session_new.html", context)


@require_safe
@only_for(rules.may_read)
def session(request: PortalRequest, pk: int) -> HttpResponse:
    """One session with its running order; a county reads the lines of its own products."""
    row = _session(pk)
    sees_all = request.actor.sees_province
    lines = order.lines(row) if sees_all else order.lines_of(row, request.user)
    context = {
        "session": row,
        "order": lines,
        "left": order.minutes_left(row, lines) if sees_all else None,
        "warnings": order.warnings(row, lines) if sees_all and rules.takes_place(row) else [],
        "sees_all": sees_all,
        "may_plan": bool(rules.may_plan(request.actor) and rules.takes_place(row)),
    }
    return render(request, "products/calls/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def session_change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change time, host or place."""
    row = _session(pk)
    form = ChangeSessionForm(typed(request), instance=_session(pk), initial={"seen": row.version})
    if request.method == "POST" and form.is_valid() and _change(request, row, form):
        return redirect("live-session", pk=pk)
    return render(request, "products/calls/session_change.html", {"form": form, "session": row})


def _change(request: PortalRequest, row: LiveSession, form: ChangeSessionForm) -> bool:
    """Make the change and say so; or say in the form what stands in the way."""
    values = dict(form.cleaned_data)
    seen = values.pop("seen") or 0
    try:
        changed = live.change_live_session(session=row, actor=request.actor, seen=seen, **values)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except RuleBroken as error:
        form.add_error("starts_at" if error.code == "capacity" else None, str(error))
        return False
    if changed:
        messages.success(request, _("The session is changed."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def session_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    """Cancel a session and say why; the counties concerned are told."""
    row = _session(pk)
    seen = seen_version(request, row)
    form = CancelForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            live.cancel_live_session(
                session=row, reason=form.cleaned_data["note"], actor=request.actor, seen=seen
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Cancelled; the counties concerned are told."))
            return redirect("live-session", pk=pk)
    context = {"form": form, "session": row, "action": f"?seen={seen}"}
    return render(request, "products/calls/session_cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def running_order(request: PortalRequest, pk: int) -> HttpResponse:
    """Write numbers, minutes, units and prices; the times follow."""
    row = _session(pk)
    seen = seen_version(request, row)
    lines = order.lines(row)
    form = OrderForm(typed(request), order=lines)
    if request.method == "POST" and form.is_valid() and _write(request, row, form, seen):
        return redirect("live-session", pk=pk)
    context = {
        "session": row,
        "form": form,
        "seen": seen,
        "left": order.minutes_left(row, lines),
    }
    return render(request, "products/calls/order.html", context)


def _write(request: PortalRequest, row: LiveSession, form: OrderForm, seen: int) -> bool:
    try:
        live.write_order(session=row, places=form.places(), actor=request.actor, seen=seen)
    except live.NotEnough as error:
        form.refuse(error.products)
        return False
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The running order is written."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def order_add(request: PortalRequest, pk: int) -> HttpResponse:
    """Choose selected products for the end of the running order."""
    row = _session(pk)
    rows = queries.addable(row, request.user)
    error = ""
    if request.method == "POST":
        ticked = [int(key) for key in request.POST.getlist("entry") if key.isdecimal()]
        found = list(rows.filter(pk__in=ticked[: live.MOST_SLOTS]).order_by("pk"))
        try:
            if not found:
                raise RuleBroken(_("Choose at least one product."))
            live.add_to_order(
                session=row, entries=found, actor=request.actor, seen=seen_version(request, row)
            )
        except RuleBroken as broken:
            error = str(broken)
        else:
            messages.success(request, _("Added at the end; write numbers and minutes now."))
            return redirect("running-order", pk=pk)
    form = AddFilter(request.GET)
    context = {
        "session": row,
        "filter": form,
        "error": error,
        **page_context(request, form.restrict(rows), sorts=ADD_SORTS),
    }
    context["rows"] = [
        (entry, fit)
        for entry, fit in zip(
            context["page_obj"],
            rules.fits([entry.product for entry in context["page_obj"]], row.day, row.day),
            strict=True,
        )
    ]
    return render(request, "products/calls/order_add.html", context)


@require_safe
@only_for(rules.may_read_sheets)
def run_sheet_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    """The host's run sheet to print."""
    row = _session(pk)
    return pdf_response(row.name, run_sheet.as_pdf([(row, order.lines(row))]))


@require_safe
@only_for(rules.may_read_sheets)
def run_sheet_xlsx(request: PortalRequest, pk: int) -> HttpResponse:
    """The same figures as a workbook."""
    row = _session(pk)
    return xlsx_response(row.name, run_sheet.COLUMNS, order.lines(row), title=row.name)


@require_safe
@only_for(rules.may_read_sheets)
def run_sheets_pdf(request: PortalRequest) -> HttpResponse:
    """The run sheets of all sessions under the filter, each on a page of its own."""
    rows = SessionFilter(request.GET).restrict(queries.live_sessions())
    found = list(rows.on().order_by("starts_at", "pk")[: run_sheet.MOST])
    written = order.lines_of_all(found)
    sheets = [(row, written[row.pk]) for row in found]
    return pdf_response(str(_("Run sheets")), run_sheet.as_pdf(sheets))
