"""Pages of entries: a county puts forward and takes back, the office selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.gates import only_for
from portal.lists import page_context
from portal.moves.domain import transition
from portal.moves.pages import second_click, seen_version
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from products.calls import domain, queries, rules
from products.calls.columns import ENTRY_COLUMNS
from products.calls.forms import DecideForm, EntryFilter
from products.calls.views import chosen, typed

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from products.calls.models import Call, Entry

SORTS = {
    "": (gettext_lazy("By county"), ("county", "pk")),
    "name": (gettext_lazy("Name"), ("product__name", "pk")),
    "new": (gettext_lazy("Newest first"), ("-pk",)),
}
MOVES = ("select", "pass_over")
SHOWN_FAILURES = 5


@require_http_methods(["GET", "HEAD", "POST"])
def put_forward(request: PortalRequest, pk: int) -> HttpResponse:
    """An official chooses from the county's published products, those that fit first."""
    counties = queries.own_counties(request.actor)
    if not counties:
        raise Http404
    row = get_object_or_404(queries.calls(), pk=pk)
    offered = queries.choices(row, counties)
    sent = typed(request)
    ticked = set(sent.getlist("product")) if sent else set()
    error = ""
    if request.method == "POST":
        keys = [int(key) for key in ticked if key.isdecimal() and len(key) < 18]
        # What stands in the call already is no mistake: a second click finds it there.
        products = list(queries.own_products(counties).filter(pk__in=keys))
        try:
            if not products:
                raise RuleBroken(_("Choose at least one product."))
            made = domain.put_forward(call=row, products=products, actor=request.actor)
        except RuleBroken as broken:
            error = str(broken)
        else:
            if made:
                messages.success(request, _("%(n)d products put forward.") % {"n": len(made)})
            return redirect("call", pk=pk)
    context = {
        "call": row,
        "shares": queries.shares(row, counties),
        "open": rules.is_open(row),
        "choices": [(choice, str(choice.product.pk) in ticked) for choice in offered],
        "error": error,
    }
    return render(request, "products/calls/put_forward.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_read)
def entries(request: PortalRequest, pk: int) -> HttpResponse:
    """What was put forward, as far as the reader may see it; the office decides here."""
    row = get_object_or_404(queries.calls(), pk=pk)
    may_select = bool(rules.may_plan(request.actor))
    decide = DecideForm(typed(request))
    if request.method == "POST":
        if not may_select:
            raise Http404
        if decide.is_valid() and _decide(request, row, decide):
            return redirect(_here(request, row))
    form = EntryFilter(request.GET)
    rows = form.restrict(queries.entries(request.user).filter(call=row))
    context = {
        "call": row,
        "filter": form,
        "decide": decide,
        "ticked": request.POST.getlist("row"),
        "may_select": may_select,
        **page_context(request, rows, sorts=SORTS),
    }
    shown = list(context["page_obj"])
    campaign = row.campaign
    fits = rules.fits([entry.product for entry in shown], campaign.first_day, campaign.last_day)
    context["rows"] = [_line(entry, fit, request) for entry, fit in zip(shown, fits, strict=True)]
    return render(request, "products/calls/entries.html", context)


def _here(request: PortalRequest, row: Call) -> str:
    address, query = reverse("call-entries", args=[row.pk]), request.GET.urlencode()
    return f"{address}?{query}" if query else address


def _line(entry: Entry, fit: rules.Fit, request: PortalRequest) -> dict[str, object]:
    # The county's rule alone: the office's would be asked of the database for every line.
    step = entry.moves.get("take_out")
    return {
        "entry": entry,
        "mark": f"{entry.pk}-{entry.version}",
        "fit": fit,
        "may_take_out": entry.state in step.from_ and bool(step.who(entry, request.actor)),
    }


def _decide(request: PortalRequest, row: Call, form: DecideForm) -> bool:
    """Decide on what was ticked and say what came of it; or say in the form what lacks."""
    move = request.POST.get("move", "")
    if move not in MOVES:
        form.add_error(None, _("Choose what to do."))
        return False
    try:
        done, failed = domain.decide_entries(
            call=row,
            rows=chosen(request),
            move=move,
            note=form.cleaned_data["note"],
            actor=request.actor,
        )
    except RuleBroken as error:
        form.add_error("note" if error.code == "reason" else None, str(error))
        return False
    if done:
        messages.success(
            request, _("%(n)d products decided; their counties are told.") % {"n": done}
        )
    for entry, reason in failed[:SHOWN_FAILURES]:
        said = {"product": entry.product.name, "reason": reason}
        messages.warning(request, _("“%(product)s”: %(reason)s") % said)
    return True


@require_safe
@only_for(rules.may_read)
def entries_export(request: PortalRequest, pk: int) -> HttpResponse:
    """The filtered entries as a workbook."""
    row = get_object_or_404(queries.calls(), pk=pk)
    rows = queries.entries(request.user).filter(call=row).order_by("county", "pk")
    return xlsx_response(row.name, ENTRY_COLUMNS, EntryFilter(request.GET).restrict(rows))


@require_POST
def entry_move(request: PortalRequest, pk: int, move: str) -> HttpResponse:
    """A county takes an entry back."""
    row = get_object_or_404(queries.entries(request.user), pk=pk)
    if move in MOVES:
        raise Http404
    try:
        moved = transition(row, move, actor=request.actor, seen=seen_version(request, row))
    except RuleBroken as error:
        if not second_click(error, request.user, move):
            messages.error(request, str(error))
    else:
        messages.success(request, str(moved.moves.get(move).past))
    return redirect("call-entries", pk=row.call_id)
