"""Checks of all figures against their facts: what the newest found, those before it, and a new one.

No rule lives here; how it is checked stands in `traffic.reconciling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.gates import only_for
from portal.lists import page_context
from portal.spreadsheet import Column, xlsx_response
from portal.statements import rules as reading_rules
from portal.statements.landing import period_text
from portal.templatetags.figures import date_text
from traffic import rules
from traffic.reconciling import keeping
from traffic.reconciling.report import LABELS, Line, told

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from traffic.models import Difference, Reconciliation

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "found": (gettext_lazy("Most differences"), ("-found", "-pk")),
}
DIFFERENCE_SORTS = {"": (gettext_lazy("As they were found"), ("pk",))}


def _asked_by(row: Reconciliation) -> str:
    return str(row.asked_by) if row.asked_by else _("the nightly check")


def _lines(row: Reconciliation) -> list[Line]:
    """What became of the rows; what an older release called otherwise is left out."""
    return [Line(*line) for line in row.lines if line[0] in LABELS]


CHECK_COLUMNS = (
    Column(gettext_lazy("Began"), 18, lambda row: row.started_at),
    Column(gettext_lazy("Ended"), 18, lambda row: row.ended_at),
    Column(gettext_lazy("Asked by"), 16, _asked_by),
    Column(gettext_lazy("Rows in"), 16, lambda row: _lines(row)[0].rows if row.lines else 0),
    Column(gettext_lazy("Differences"), 12, lambda row: row.found),
)
DIFFERENCE_COLUMNS = (
    Column(gettext_lazy("What differs"), 100, str),
    Column(gettext_lazy("Day"), 14, lambda row: row.date),
    Column(
        gettext_lazy("Platform report"),
        40,
        lambda row: str(row.statement) if row.statement else "",
    ),
    Column(gettext_lazy("Placement"), 30, lambda row: str(row.placement) if row.placement else ""),
)


def _shown(row: Reconciliation) -> dict[str, Any]:
    """One check as its page shows it: the rows in are the sum of what stands below them."""
    first, *others = _lines(row) or [None]
    return {
        "check": row,
        "rows_in": first,
        "places": others,
        "checked": [told(sentence, words) for sentence, words in row.checked],
    }


def _linked(rows: Any) -> list[tuple[Difference, list[tuple[str, str]]]]:
    """Each difference with where to look: (word, address)."""
    return [(row, list(_links(row))) for row in rows]


def _links(row: Difference) -> Any:
    if row.statement is not None:
        found = row.statement
        days = period_text(found.first_day, found.last_day)
        yield f"{found.source} · {days}", found.get_absolute_url()
    if row.placement is not None:
        yield row.placement.name, row.placement.get_absolute_url()
    if row.date is not None:
        yield date_text(row.date), f"{reverse('region-deliveries')}?day={row.date}"


@require_safe
@only_for(reading_rules.may_read)
def checks(request: PortalRequest) -> HttpResponse:
    """The newest check and those before it."""
    rows = keeping.checks(request.user)
    latest = rows.order_by("-pk").first()
    context = {
        "latest": latest,
        "missed": keeping.days_without(latest),
        "may_check": bool(rules.may_reconcile(request.actor)),
        **(_shown(latest) if latest else {}),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "traffic/checks.html", context)


@require_safe
@only_for(reading_rules.may_read)
def checks_export(request: PortalRequest) -> HttpResponseBase:
    """All checks as a workbook."""
    rows = keeping.checks(request.user).order_by("-pk")
    return xlsx_response(_("Checks of all figures"), CHECK_COLUMNS, rows.iterator(chunk_size=200))


@require_POST
@only_for(rules.may_reconcile)
def check_now(request: PortalRequest) -> HttpResponse:
    """Ask for a check, and show how far it is."""
    work = keeping.ask(actor=request.actor)
    messages.success(request, _("All figures are being checked; you may leave this page."))
    return redirect("work-detail", pk=work.pk)


@require_safe
def check(request: PortalRequest, pk: int) -> HttpResponse:
    """One check: the rows in their places, what was checked, every difference."""
    row = get_object_or_404(keeping.checks(request.user), pk=pk)
    page = page_context(request, keeping.differences(row), sorts=DIFFERENCE_SORTS)
    context = {
        **_shown(row),
        **page,
        "differences": _linked(page["page_obj"]),
        "kept": row.differences.count() if row.found else 0,
        "crumbs": [
            (_("Home"), reverse("home")),
            (_("Checks of all figures"), reverse("reconciliation")),
            (_("One check"), ""),
        ],
    }
    return render(request, "traffic/check.html", context)


@require_safe
def check_export(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The differences of one check as a workbook."""
    row = get_object_or_404(keeping.checks(request.user), pk=pk)
    rows = keeping.differences(row).order_by("pk")
    return xlsx_response(_("Differences"), DIFFERENCE_COLUMNS, rows.iterator(chunk_size=500))
