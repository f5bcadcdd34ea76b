"""Pages of calls: the list, a new one, its quotas, and the call itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from portal.regions.queries import counties
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from products.calls import domain, queries, quotas, rules
from products.calls.columns import CALL_COLUMNS
from products.calls.enums import EntryState
from products.calls.forms import CallFilter, CallForm, QuotasForm, SuggestForm
from products.calls.views import typed

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from products.calls.models import Call

SORTS = {
    "": (gettext_lazy("Latest deadline first"), ("-closes", "-pk")),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}


@require_safe
@only_for(rules.may_read)
def calls(request: PortalRequest) -> HttpResponse:
    """Every call, for who takes part."""
    form = CallFilter(request.GET)
    context = {
        "filter": form,
        "may_plan": bool(rules.may_plan(request.actor)),
        **page_context(request, form.restrict(queries.calls()), sorts=SORTS),
    }
    return render(request, "products/calls/calls.html", context)


@require_safe
@only_for(rules.may_read)
def calls_export(request: PortalRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    rows = CallFilter(request.GET).restrict(queries.calls())
    return xlsx_response(_("Campaign calls"), CALL_COLUMNS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def call_new(request: PortalRequest) -> HttpResponse:
    """Ask the counties for products."""
    key = once.form_key(request)
    form = CallForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.open_call(
                actor=request.actor, form_key=once.own_key(key, request.user), **form.cleaned_data
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The call stands, and every county is told."))
            return redirect("call-quotas", pk=row.pk)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "products/calls/call_new.html", context)


@require_safe
@only_for(rules.may_read)
def call(request: PortalRequest, pk: int) -> HttpResponse:
    """One call: what is asked, until when, how many; the county's own share of it."""
    row = get_object_or_404(queries.calls(), pk=pk)
    counted = queries.state_counts(row, request.user)
    own = queries.own_counties(request.actor)
    context = {
        "call": row,
        "shares": queries.shares(row, own) if own else [],
        "open": rules.is_open(row),
        "counts": [
            {"state": state, "label": state.label, "n": counted.get(state, 0)}
            for state in EntryState
        ],
        "may_put": bool(rules.may_put(request.actor)),
        "may_plan": bool(rules.may_plan(request.actor)),
    }
    return render(request, "products/calls/call.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_plan)
def call_quotas(request: PortalRequest, pk: int) -> HttpResponse:
    """Every county's number in one table; `?total=` proposes one."""
    row = get_object_or_404(queries.calls(), pk=pk)
    seen = seen_version(request, row)
    suggest = SuggestForm(request.GET)
    form = QuotasForm(typed(request), initial=_start(row, suggest), counties=counties())
    if request.method == "POST" and form.is_valid():
        try:
            changed = domain.set_quotas(
                call=row,
                quota=form.cleaned_data["quota"],
                own=form.own(),
                actor=request.actor,
                seen=seen,
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            if changed:
                messages.success(
                    request,
                    _("The numbers of %(n)d counties are changed.") % {"n": len(changed)},
                )
            return redirect("call", pk=pk)
    context = {
        "call": row,
        "form": form,
        "suggest": suggest,
        "seen": seen,
        "rows": [(share, form[f"q-{share.county.pk}"]) for share in queries.shares(row)],
    }
    return render(request, "products/calls/quotas.html", context)


def _start(row: Call, suggest: SuggestForm) -> dict[str, Any]:
    """The numbers as they stand, or those that the spread proposes."""
    if suggest.is_valid() and suggest.cleaned_data["total"]:
        spread = quotas.suggestion(suggest.cleaned_data["total"])
        return {"quota": 0} | {f"q-{code}": n for code, n in spread.items() if n}
    own = row.quotas.values_list("county", "quota")
    return {"quota": row.quota} | {f"q-{code}": number for code, number in own}
