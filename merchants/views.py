"""Pages of subsidies; applications themselves are dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from merchants import domain, queries, rules
from merchants.columns import SHARE_COLUMNS, SUPPORT_COLUMNS
from merchants.forms import RoundForm, SchemeForm, ShareForm
from portal import clock
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.once import form_key, own_key
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from merchants.models import Round
    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Most money"), ("-fen", "pk")),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}


@require_safe
def schemes(request: PortalRequest) -> HttpResponse:
    """Every scheme with its rounds, for everyone signed in."""
    context = {
        "schemes": queries.schemes(),
        "may_open": bool(rules.may_open(request.actor)),
    }
    return render(request, "merchants/schemes.html", context)


@require_safe
@only_for(rules.may_read_support)
def supported(request: PortalRequest) -> HttpResponse:
    """The merchants behind the board's figures, with what was approved for each."""
    context = {
        "support": queries.support(request.user),
        **page_context(request, queries.supported(request.user), sorts=SORTS),
    }
    return render(request, "merchants/supported.html", context)


@require_safe
@only_for(rules.may_read_support)
def supported_export(request: PortalRequest) -> HttpResponseBase:
    """The same as a workbook."""
    rows = queries.supported(request.user).order_by("pk")
    return xlsx_response(_("Merchants supported"), SUPPORT_COLUMNS, rows.iterator(chunk_size=500))


@only_for(rules.may_open)
def scheme_new(request: PortalRequest) -> HttpResponse:
    """Write a scheme."""
    key = form_key(request)
    form = SchemeForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.open_scheme(
                actor=request.actor, form_key=own_key(key, request.user), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The scheme stands; open its first round now."))
            return redirect("subsidy-round-new", pk=row.pk)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "merchants/scheme_new.html", context)


@only_for(rules.may_open)
def round_new(request: PortalRequest, pk: int) -> HttpResponse:
    """Open a round of a scheme."""
    scheme = get_object_or_404(queries.schemes(), pk=pk)
    key = form_key(request)
    form = RoundForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.open_round(
                scheme=scheme,
                actor=request.actor,
                form_key=own_key(key, request.user),
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error(None, error)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The round is open; give the counties their shares."))
            return redirect("subsidy-round", pk=row.pk)
    context = {"form": form, "scheme": scheme, "action": f"?form_key={key}"}
    return render(request, "merchants/round_new.html", context)


def _may_apply(request: PortalRequest, row: Round) -> bool:
    """Whether the form would offer this round to the reader."""
    if not rules.may_apply(request.actor):
        return False
    own = queries.organisations_for(actor=request.actor)
    offered = queries.rounds_for(organisations=own, day=clock.today())
    return offered.filter(pk=row.pk).exists()


@require_safe
def round_export(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The counties' shares of a round as a workbook."""
    row = get_object_or_404(queries.rounds(), pk=pk)
    return xlsx_response(row.name, SHARE_COLUMNS, queries.shares(row, request.user))


def round_page(request: PortalRequest, pk: int) -> HttpResponse:
    """One round: budget and shares; staff give further shares here."""
    row = get_object_or_404(queries.rounds(), pk=pk)
    may_open = bool(rules.may_open(request.actor))
    key = form_key(request)
    form = ShareForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST":
        if not may_open:
            raise Http404
        if form.is_valid():
            try:
                domain.give_share(
                    round=row,
                    actor=request.actor,
                    form_key=own_key(key, request.user),
                    **form.cleaned_data,
                )
            except RuleBroken as error:
                form.add_error("fen", str(error))
            else:
                messages.success(request, _("The share is booked."))
                return redirect("subsidy-round", pk=pk)
    context = {
        "round": row,
        "budget": queries.budget(row) if request.actor.sees_province else None,
        "shares": queries.shares(row, request.user),
        "form": form,
        "action": f"?form_key={key}",
        "may_open": may_open,
        "may_apply": _may_apply(request, row),
    }
    return render(request, "merchants/round.html", context)
