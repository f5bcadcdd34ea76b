"""Pages of make-goods. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.moves.domain import transition
from portal.moves.pages import second_click, seen_version
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from traffic import queries as impressions
from traffic import rules as traffic_rules
from traffic.makegood import domain, queries
from traffic.makegood.columns import MAKE_GOOD_COLUMNS
from traffic.makegood.forms import AdjustForm, DeclineForm, MakeGoodFilter
from traffic.makegood.models import MakeGood

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "due": (gettext_lazy("To be decided first"), ("due_on", "pk")),
    "short": (gettext_lazy("Largest shortfall"), ("-short", "-pk")),
}
# What a person does here, by the name in the address.
MOVES = ("make_good", "decline")


def _typed(request: PortalRequest) -> QueryDict | None:
    """What was sent, or what stood in the form when the session ended."""
    return request.POST if request.method == "POST" else kept_post(request)


@require_safe
@only_for(traffic_rules.may_read_board)
def make_goods(request: PortalRequest) -> HttpResponse:
    """What was proposed, given and refused, in the counties the reader sees."""
    form = MakeGoodFilter(request.GET)
    rows = form.restrict(queries.make_goods(request.user))
    context = {"filter": form, **page_context(request, rows, sorts=SORTS)}
    return render(request, "traffic/makegood/list.html", context)


@require_safe
@only_for(traffic_rules.may_read_board)
def make_goods_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    rows = MakeGoodFilter(request.GET).restrict(queries.make_goods(request.user))
    rows = rows.order_by("pk").iterator(chunk_size=1000)
    return xlsx_response(_("Make-goods"), MAKE_GOOD_COLUMNS, rows)


def _row(request: PortalRequest, pk: int) -> MakeGood:
    rows = queries.make_goods(request.user).select_related(
        "placement__submission", "placement__source", "target__account"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def make_good(request: PortalRequest, pk: int) -> HttpResponse:
    """One make-good: who is short of what, who gets what out of which account, and why."""
    row = _row(request, pk)
    who = bool(traffic_rules.may_read_board(request.actor))
    context = {
        "make_good": row,
        "now": queries.shortfall(row.placement),
        "figures": impressions.board_row(row.placement.account),
        "entries": queries.history(row, shows_who=who),
        "transfers": queries.transfers(row),
        "unreported": queries.unreported(row.placement) if row.is_open else [],
        "moves": row.moves.open_to(row, request.actor),
        "verdict": row.moves.judge(row, "make_good", request.actor),
        "may_handle": row.is_open and bool(traffic_rules.may_allot(request.actor)),
        "shows_who": who,
        "crumbs": _crumbs(request, row),
    }
    return render(request, "traffic/makegood/make_good.html", context)


def _crumbs(request: PortalRequest, row: MakeGood) -> list[tuple[str, str]]:
    above = reverse("make-goods") if traffic_rules.may_read_board(request.actor) else ""
    return [
        (_("Home"), reverse("home")),
        (_("Make-goods"), above),
        (str(row), row.get_absolute_url()),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(traffic_rules.may_allot)
def make_good_adjust(request: PortalRequest, pk: int) -> HttpResponse:
    """Set amount, placement, reserve and day; a colleague approves it then."""
    row = _row(request, pk)
    initial = {
        "amount": row.amount,
        "target": row.target_id,
        "reserve": row.reserve_id,
        "due_on": row.due_on,
        "seen": row.version,
    }
    form = AdjustForm(_typed(request), make_good=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            domain.adjust(
                make_good=row, actor=request.actor, seen=seen_version(request, row), **data
            )
        except RuleBroken as error:
            form.add_error(error.code if error.code in form.fields else None, str(error))
        else:
            messages.success(request, _("Adjusted; a colleague approves it now."))
            return redirect(row)
    context = {"form": form, "make_good": row, "crumbs": _crumbs(request, row)}
    return render(request, "traffic/makegood/adjust.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(traffic_rules.may_allot)
def make_good_move(request: PortalRequest, pk: int, move: str) -> HttpResponse:
    """Approve, or refuse with a reason."""
    if move not in MOVES:
        raise Http404
    row = _row(request, pk)
    step = row.moves.get(move)
    if not step.reason:
        return _move(request, row, move) if request.method == "POST" else redirect(row)
    verdict = row.moves.judge(row, move, request.actor)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect(row)
    form = DeclineForm(_typed(request), initial={"seen": row.version})
    if request.method == "POST" and form.is_valid():
        return _move(request, row, move, note=form.cleaned_data["note"])
    context: dict[str, Any] = {"form": form, "make_good": row, "step": step}
    context["crumbs"] = _crumbs(request, row)
    return render(request, "traffic/makegood/decline.html", context)


def _move(request: PortalRequest, row: MakeGood, move: str, *, note: str = "") -> HttpResponse:
    try:
        moved = transition(
            row, move, actor=request.actor, seen=seen_version(request, row), note=note
        )
    except RuleBroken as error:
        if not second_click(error, request.user, move):
            messages.error(request, str(error))
    else:
        messages.success(request, str(moved.moves.get(move).past))
    return redirect(row)
