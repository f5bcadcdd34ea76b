"""Pages of allotments: statements of account, and workbooks. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.ledger.models import Account, Level
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from traffic import queries, rules
from traffic.allotting import columns, domain, reading, statement
from traffic.allotting import queries as choices
from traffic.allotting.forms import SheetForm, StatementFilter, TakeBackForm
from traffic.views import crumbs_of, shows_who

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from traffic.allotting.models import AllotmentSheet

LINE_SORTS = {
    "": (gettext_lazy("Oldest first"), ("at", "pk")),
    "newest": (gettext_lazy("Newest first"), ("-at", "-pk")),
}
EARLIER_SHOWN = 10


def _account(request: PortalRequest, pk: int) -> Account:
    return get_object_or_404(queries.accounts(request.user), pk=pk)


def _statement(request: PortalRequest, pk: int) -> tuple[StatementFilter, statement.Statement]:
    form = StatementFilter(request.GET)
    return form, statement.of_account(_account(request, pk), *form.days())


@require_safe
def account_statement(request: PortalRequest, pk: int) -> HttpResponse:
    """What an account held, every transfer, what it holds; over chosen days."""
    form, found = _statement(request, pk)
    page = page_context(request, found.rows, sorts=LINE_SORTS)
    context = {
        "account": found.account,
        "statement": found,
        "lines": [(row, statement.counter(row, found.account)) for row in page["page_obj"]],
        "filter": form,
        "crumbs": [*crumbs_of(request, found.account), (_("Statement of account"), "")],
        "shows_who": shows_who(request),
        "printed_at": clock.now(),
        **page,
    }
    return render(request, "traffic/allotting/statement.html", context)


@require_safe
def account_statement_export(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The same as a workbook, with opening and closing balance."""
    _form, found = _statement(request, pk)
    who = shows_who(request)
    return xlsx_response(
        _("Statement of account: %(name)s") % {"name": queries.action_label(found.account)},
        columns.statement_columns(shows_who=who),
        columns.statement_rows(found, shows_who=who),
    )


def _giver(request: PortalRequest, pk: int) -> Account:
    """An account that passes on to accounts below it; else 404."""
    row = _account(request, pk)
    if row.level in {Level.PLEDGE, Level.PLACEMENT}:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_allot)
def sheet_new(request: PortalRequest, pk: int) -> HttpResponse:
    """Choose a workbook; what it would do is shown before anything moves."""
    row = _giver(request, pk)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if request.method == "POST" and form.is_valid():
        sheet, is_new = domain.keep(
            account=row, name=form.shown_name, lines=form.lines, actor=request.actor
        )
        if not is_new:
            messages.warning(
                request,
                _("These rows were brought in already; here is what became of them."),
            )
        return redirect(sheet)
    context = {
        "form": form,
        "account": row,
        "crumbs": [*crumbs_of(request, row), (_("Allot from Excel"), "")],
        "earlier": choices.sheets(request.user).filter(account=row)[:EARLIER_SHOWN],
    }
    return render(request, "traffic/allotting/new.html", context)


@require_safe
@only_for(rules.may_allot)
def sheet_template(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The accounts below one and what they hold, to be filled in."""
    row = _giver(request, pk)
    below = queries.accounts(request.user).filter(parent=row).order_by("name", "pk")
    return xlsx_response(
        _("Allotments: %(name)s") % {"name": queries.action_label(row)},
        columns.template_columns(),
        columns.template_rows(row, below.iterator(chunk_size=1000)),
    )


def _sheet(request: PortalRequest, pk: int) -> AllotmentSheet:
    return get_object_or_404(choices.sheets(request.user), pk=pk)


@require_safe
@only_for(rules.may_allot)
def sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """What a workbook would do line by line, or what it did."""
    row = _sheet(request, pk)
    return render(request, "traffic/allotting/sheet.html", _context(request, row))


def _context(request: PortalRequest, row: AllotmentSheet) -> dict[str, Any]:
    context: dict[str, Any] = {
        "sheet": row,
        "account": row.account,
        "crumbs": [*crumbs_of(request, row.account), (row.name, "")],
    }
    if row.booked_at is not None:
        return context | {"transfers": choices.transfers(row)}
    lines = reading.read(row.account, row.lines)
    wrong = [line for line in lines if line.errors]
    good = [line for line in lines if not line.errors]
    last = {line.target.pk: line for line in good if line.target is not None}
    return context | {
        "lines": good,
        "wrong": wrong,
        "total": sum(line.amount for line in good),
        "accounts": len(last),
        "left": good[-1].step.source_after if good and good[-1].step else row.account.balance,
    }


@require_POST
@only_for(rules.may_allot)
def sheet_book(request: PortalRequest, pk: int) -> HttpResponse:
    """Move what every line asks for, or nothing."""
    row = _sheet(request, pk)
    try:
        domain.book(sheet=row, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, _("Nothing was moved. %(why)s") % {"why": error})
    else:
        messages.success(request, _("Booked: every row of the workbook."))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_allot)
def sheet_undo(request: PortalRequest, pk: int) -> HttpResponse:
    """Reverse what a workbook moved, as far as it is not used up."""
    row = _sheet(request, pk)
    form = TakeBackForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            _row, stayed = domain.take_back(
                sheet=row, reason=form.cleaned_data["reason"], actor=request.actor
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            for number, why in stayed:
                said = _("Row %(row)d stays: %(why)s") % {"row": number, "why": why}
                messages.warning(request, said)
            messages.success(request, _("Taken back; all transfers stay in the ledger."))
            return redirect(row)
    context = {
        "form": form,
        "sheet": row,
        "crumbs": [*crumbs_of(request, row.account), (row.name, row.get_absolute_url())],
    }
    return render(request, "traffic/allotting/undo.html", context)


@require_POST
@only_for(rules.may_allot)
def sheet_drop(request: PortalRequest, pk: int) -> HttpResponse:
    """Throw a workbook away that was not booked."""
    row = _sheet(request, pk)
    try:
        domain.drop(sheet=row, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(row)
    messages.success(request, _("Thrown away; nothing was moved."))
    return redirect(reverse("allotment-sheet-new", args=[row.account_id]))
