"""The board, its rows, allotment and placements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.campaigns import queries as campaigns
from portal.ledger import queries as ledger_queries
from portal.ledger.models import Account, Level
from portal.lists import page_context
from portal.once import form_key, own_key
from portal.spreadsheet import xlsx_response
from portal.stages import By
from portal.statements import queries as statements
from portal.statements import rules as reading_rules
from portal.statements.models import IdKind
from portal.submissions import queries as submissions
from portal.verdict import RuleBroken
from traffic import delivered, domain, placing, pool, queries, readiness, rules
from traffic.allotting import queries as allotting
from traffic.columns import BOARD_COLUMNS, DELIVERY_COLUMNS, PLACEMENT_COLUMNS, transfer_columns
from traffic.forms import (
    AllotForm,
    DeliveryFilter,
    PlacementAsk,
    PlacementFilter,
    PlacementForm,
    ReverseForm,
    TransferFilter,
)
from traffic.makegood import queries as make_goods
from traffic.pacing import pages as pacing
from traffic.pacing import told

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from traffic.models import Placement

ACCOUNT_SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}
DELIVERY_SORTS = {
    "": (gettext_lazy("Newest first"), ("-date", "-placement_id")),
    "count": (gettext_lazy("Most delivered"), ("-count", "pk")),
}
TRANSFER_SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "oldest": (gettext_lazy("Oldest first"), ("pk",)),
    "amount": (gettext_lazy("Largest amount"), ("-signed", "-pk")),
}
PLACEMENT_SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "window": (gettext_lazy("First day"), ("first_day", "pk")),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}


@require_safe
@only_for(rules.may_read_board)
def board(request: PortalRequest) -> HttpResponse:
    """The pool for who sees the province; the own counties for officials."""
    visible = queries.accounts(request.user)
    if whole := visible.filter(level=Level.POOL).first():
        return _account_page(request, whole)
    context = {
        "lines": told.lines(queries.board_rows(visible.filter(level=Level.COUNTY))),
        "as_of": queries.total_as_of(delivered.region_sums(request.user))["as_of"],
        "may_open": bool(rules.may_allot(request.actor)),
        "pledge": pool.PLEDGE,
    }
    return render(request, "traffic/own_board.html", context)


@require_POST
@only_for(rules.may_allot)
def pool_open(request: PortalRequest) -> HttpResponse:
    """Open the pool with the platform's pledge; again does nothing."""
    pool.open_pool(actor=request.actor)
    messages.success(request, _("The pool is open; allot it to the actions now."))
    return redirect("board")


def _account(request: PortalRequest, pk: int) -> Account:
    return get_object_or_404(queries.accounts(request.user), pk=pk)


@require_safe
def account(request: PortalRequest, pk: int) -> HttpResponse:
    """One account of the pool with its four figures, its children, its days and its map."""
    row = _account(request, pk)
    if row.level == Level.PLACEMENT:
        return redirect(row.placement)
    return _account_page(request, row)


@require_safe
def account_export(request: PortalRequest, pk: int) -> HttpResponse:
    """The accounts below one with their four figures, as a workbook."""
    row = _account(request, pk)
    children = queries.accounts(request.user).filter(parent=row).order_by("name", "pk")
    rows = told.lines(queries.board_rows(children, queries.below(row).children))
    return xlsx_response(queries.action_label(row), BOARD_COLUMNS, rows)


def _account_page(request: PortalRequest, row: Account) -> HttpResponse:
    children = queries.accounts(request.user).filter(parent=row)
    pages = {}
    if row.level == Level.COUNTY:
        # Counties are 124 at most and are seen at one glance; placements are leafed through.
        pages = page_context(request, children, sorts=ACCOUNT_SORTS)
    below = queries.below(row)
    url = reverse("deliveries", args=[row.pk])
    context = {
        "account": row,
        "crumbs": crumbs_of(request, row),
        "figures": queries.board_row(row, sum(n for _day, n in below.days)),
        "as_of": max((day for day, _n in below.days), default=None),
        **told.board_of(row, queries.board_rows(pages.get("page_obj", children), below.children)),
        "below": below,
        # Asked for when they are drawn, which is once for all readers.
        "points": lambda: [
            {"label": f"{day:%m-%d}", "value": n, "url": f"{url}?day={day}"}
            for day, n in below.days
        ],
        "tiles": lambda: [
            {**vars(tile), "url": f"{url}?county={tile.code}"} for tile in below.tiles
        ],
        "may_allot": bool(rules.may_allot(request.actor)) and row.parent_id is not None,
        "may_give": bool(rules.may_allot(request.actor)) and row.level != Level.PLEDGE,
        "effect_url": _effect_url(row),
        **pages,
    }
    return render(request, "traffic/account.html", context)


def _effect_url(row: Account) -> str:
    """The effect of what stands below an account."""
    found: dict[str, Any] = {
        Level.POOL: {"by": By.ACTION},
        Level.ACTION: {"by": By.CAMPAIGN, "action": row.key},
        Level.CAMPAIGN: {"by": By.COUNTY, "campaign": row.key},
    }.get(Level(row.level), {"by": By.CAMPAIGN, "county": row.key})
    return f"{reverse('effect')}?{urlencode(found)}"


def crumbs_of(request: PortalRequest, row: Account) -> list[tuple[str, str]]:
    """Home, then every account above that the reader may see, then this one."""
    line: list[tuple[str, int]] = []
    above: Account | None = row
    while above is not None and above.level != Level.PLEDGE:
        name = _("Traffic board") if above.level == Level.POOL else queries.action_label(above)
        line.insert(0, (name, above.pk))
        above = above.parent
    own = queries.accounts(request.user).filter(pk__in=[pk for _name, pk in line])
    seen = set(own.values_list("pk", flat=True))
    return [
        (_("Home"), reverse("home")),
        *((name, reverse("account", args=[pk]) if pk in seen else "") for name, pk in line),
    ]


def _delivery_rows(request: PortalRequest, row: Account) -> tuple[DeliveryFilter, QuerySet[Any]]:
    form = DeliveryFilter(request.GET, account=row)
    return form, form.restrict(queries.deliveries(row))


def _delivery_sums(form: DeliveryFilter, row: Account) -> QuerySet[Any]:
    """What adds up to the same as the rows: the day sums, but for a single placement."""
    if row.level == Level.PLACEMENT:
        return form.restrict(queries.deliveries(row))  # type: ignore[no-any-return]
    return form.restrict(queries.sums(row), county="county")  # type: ignore[no-any-return]


@require_safe
def deliveries(request: PortalRequest, pk: int) -> HttpResponse:
    """The rows behind a delivered figure, with their sum."""
    row = _account(request, pk)
    form, rows = _delivery_rows(request, row)
    context = {
        "account": row,
        "filter": form,
        "crumbs": [*crumbs_of(request, row), (_("Deliveries"), "")],
        **queries.total_as_of(_delivery_sums(form, row)),
        **page_context(request, rows, sorts=DELIVERY_SORTS),
    }
    return render(request, "traffic/deliveries.html", context)


@require_safe
def deliveries_export(request: PortalRequest, pk: int) -> HttpResponse:
    """The same rows as a workbook."""
    _form, rows = _delivery_rows(request, _account(request, pk))
    rows = rows.order_by("date", "placement").iterator(chunk_size=1000)
    return xlsx_response(_("Deliveries"), DELIVERY_COLUMNS, rows)


def _transfer_rows(request: PortalRequest, row: Account) -> tuple[TransferFilter, QuerySet[Any]]:
    form = TransferFilter(request.GET)
    return form, form.restrict(ledger_queries.lines(row, form.wanted_side()))


def shows_who(request: PortalRequest) -> bool:
    """Whether the reader learns who in the office made a transfer; merchants do not."""
    return bool(rules.may_read_board(request.actor))


@require_safe
def transfers(request: PortalRequest, pk: int) -> HttpResponse:
    """The rows behind promised (`side=received`) and allotted (`side=given`), with their sum."""
    row = _account(request, pk)
    form, rows = _transfer_rows(request, row)
    context = {
        "account": row,
        "side": form.wanted_side(),
        "filter": form,
        "crumbs": [*crumbs_of(request, row), (_("Transfers"), "")],
        "total": rows.aggregate(n=Sum("signed"))["n"] or 0,
        "may_reverse": bool(rules.may_allot(request.actor)),
        "shows_who": shows_who(request),
        **page_context(request, rows, sorts=TRANSFER_SORTS),
    }
    return render(request, "traffic/transfers.html", context)


@require_safe
def transfers_export(request: PortalRequest, pk: int) -> HttpResponse:
    """The same rows as a workbook."""
    _form, rows = _transfer_rows(request, _account(request, pk))
    columns = transfer_columns(shows_who=shows_who(request))
    return xlsx_response(_("Transfers"), columns, rows.iterator(chunk_size=1000))


@only_for(rules.may_allot)
def transfer_reverse(request: PortalRequest, pk: int) -> HttpResponse:
    """Undo a transfer by another; asks for the reason."""
    row = get_object_or_404(queries.transfers(request.user), pk=pk)
    key = form_key(request)
    form = ReverseForm(request.POST if request.method == "POST" else kept_post(request))
    back = f"{reverse('transfers', args=[row.target_id])}?side=received"
    if request.method == "POST" and form.is_valid():
        try:
            domain.reverse_transfer(
                transfer=row,
                actor=request.actor,
                reason=form.cleaned_data["reason"],
                form_key=own_key(key, request.user),
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Reversed; both transfers stay in the ledger."))
            return redirect(back)
    context = {"form": form, "transfer": row, "back": back, "action": f"?form_key={key}"}
    return render(request, "traffic/reverse.html", context)


@only_for(rules.may_allot)
def allot(request: PortalRequest, pk: int) -> HttpResponse:
    """Move impressions between an account and one above it."""
    row = _account(request, pk)
    key = form_key(request)
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = AllotForm(posted, others=allotting.others(row), initial={"other": row.parent_id})
    back = reverse("account", args=[pk])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        gives = data["direction"] == "give"
        try:
            domain.move_between(
                source=data["other"] if gives else row,
                target=row if gives else data["other"],
                amount=data["amount"],
                actor=request.actor,
                reason=data["reason"],
                form_key=own_key(key, request.user),
            )
        except RuleBroken as error:
            form.add_error("amount", str(error))
        else:
            messages.success(
                request, _("Moved: %(amount)s impressions.") % {"amount": f"{data['amount']:,}"}
            )
            return redirect(back)
    context = {
        "form": form,
        "account": row,
        # Of a placement nothing that was delivered can be taken back.
        "delivered": queries.delivered_of_account(row) if row.level == Level.PLACEMENT else None,
        "crumbs": crumbs_of(request, row),
        "back": back,
        "action": f"?form_key={key}",
    }
    return render(request, "traffic/allot.html", context)


@require_safe
@only_for(rules.may_read_board)
def placements(request: PortalRequest) -> HttpResponse:
    """Every placement the reader may see."""
    form = PlacementFilter(request.GET, campaigns=campaigns.every())
    rows = form.restrict(queries.placements(request.user))
    context = {
        "filter": form,
        "may_place": bool(rules.may_allot(request.actor)),
        **page_context(request, rows, sorts=PLACEMENT_SORTS),
    }
    ready, found = readiness.of_placements(context["page_obj"]), told.told()
    judged = [(row, ready.get(row.pk)) for row in context["page_obj"]]
    context["lines"] = [(row, each, found.status_of(row, each)) for row, each in judged]
    return render(request, "traffic/placements.html", context)


@require_safe
@only_for(rules.may_read_board)
def placements_export(request: PortalRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    form = PlacementFilter(request.GET, campaigns=campaigns.every())
    rows = form.restrict(queries.placements(request.user)).order_by("pk")
    columns = (*PLACEMENT_COLUMNS, told.status_column())
    return xlsx_response(_("Placements"), columns, rows.iterator(chunk_size=1000))


@require_safe
def placement(request: PortalRequest, pk: int) -> HttpResponse:
    """One placement: what it is, its four figures, its days and corrections."""
    row: Placement = get_object_or_404(queries.placements(request.user), pk=pk)
    days = list(row.days.order_by("date"))
    figures = queries.board_row(row.account, sum(day.count for day in days))
    ready = readiness.of_placements([row]).get(row.pk)
    context = {
        "placement": row,
        "ready": ready,
        "curve": pacing.curve_of(row, days, figures.promised),
        "crumbs": crumbs_of(request, row.account),
        "figures": figures,
        "make_goods": make_goods.beside(row, figures.remaining, request.user),
        "as_of": days[-1].date if days else None,
        "points": [
            {
                "label": f"{day.date:%m-%d}",
                "value": day.count,
                "url": reverse("placement-day", args=[pk, day.date]),
            }
            for day in days
        ],
        "ids": row.external_ids.all(),
        "corrections": queries.corrections(request.user).filter(placement=row),
        "may_allot": bool(rules.may_allot(request.actor)),
        "may_compare": bool(reading_rules.may_read(request.actor)),
        "may_read": bool(rules.may_read_board(request.actor)),
    }
    return render(request, "traffic/placement.html", context)


def _asked_for(request: PortalRequest) -> dict[str, Any]:
    """What a link to the form knows already: dossier by code, channel, ids."""
    form = PlacementAsk(request.GET)
    form.is_valid()
    asked = dict(form.cleaned_data)
    row = submissions.dossiers(request.user).filter(code=asked.pop("dossier", "")).first()
    return {**asked, "submission": row}


@only_for(rules.may_allot)
def placement_new(request: PortalRequest) -> HttpResponse:
    """Make a placement of a published dossier."""
    key = form_key(request)
    form = PlacementForm(
        request.POST if request.method == "POST" else kept_post(request),
        submissions=submissions.dossiers(request.user).published(),
        campaigns=campaigns.every(),
        sources=statements.sources(request.user).exclude(id_kind=IdKind.PRODUCT),
        initial=_asked_for(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            wanted = placing.Wanted(form_key=own_key(key, request.user), **form.cleaned_data)
            (row,) = placing.make_placements([wanted], actor=request.actor)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The placement is made; allot impressions to it now."))
            return redirect("allot", pk=row.account_id)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "traffic/placement_new.html", context)
