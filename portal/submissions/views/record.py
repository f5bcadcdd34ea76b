"""The list of dossiers, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.submissions import completeness, kinds, quality, queries, rules, values
from portal.submissions.columns import DOSSIER_COLUMNS
from portal.submissions.enums import State
from portal.submissions.forms import QueueFilter

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "waiting": (gettext_lazy("Waiting longest"), ("submitted_at", "pk")),
    "title": (gettext_lazy("Title"), ("title", "pk")),
}


def _filtered(request: PortalRequest) -> tuple[QueueFilter, Any]:
    form = QueueFilter(request.GET)
    return form, form.restrict(queries.dossiers(request.user), request.actor)


@require_safe
def dossier_list(request: PortalRequest) -> HttpResponse:
    """Every dossier the reader may see, all kinds in one list."""
    form, rows = _filtered(request)
    may_file = [kind for kind in kinds.every() if kind.may_file(request.actor)]
    context = {
        "filter": form,
        "may_file": may_file,
        "sheets": form.kinds_left(),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "submissions/list.html", context)


@require_safe
def dossier_export(request: PortalRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    return xlsx_response(_("Dossiers"), DOSSIER_COLUMNS, rows.iterator(chunk_size=500))


@require_safe
def dossier(request: PortalRequest, code: str) -> HttpResponse:
    """One dossier: where it stands, what it says, what the reader may do next."""
    rows = queries.dossiers(request.user).prefetch_related("snapshots", "revisions")
    row = get_object_or_404(rows, code=code)
    kind = kinds.get(row.kind)
    form = queries.form_of(row)
    remarks = {remark.field: remark for remark in row.remarks.filter(answered_at__isnull=True)}
    applicant = bool(rules.is_applicant(row, request.actor))
    may_edit = bool(rules.may_change(row, request.actor))
    complete = None
    if may_edit and row.state != State.PUBLISHED:
        complete = completeness.completeness_of(row, form)
    context = {
        "row": row,
        "kind": kind,
        "lines": values.lines(form, values.of_form(form)),
        "remarks": remarks,
        "history": queries.history(row, form, clear=applicant),
        "moves": row.moves.open_to(row, request.actor),
        "complete": complete,
        "lacking": complete.missing if complete else [],
        "quality": quality.of(row, form),
        "may_edit": may_edit,
        "is_applicant": applicant,
        "revision": queries.pending_revision(row),
        "public_url": reverse(kind.public_url, args=[row.code])
        if kind.public_url and row.state == "published"
        else "",
        "note": kind.note(form.instance),
    }
    return render(request, "submissions/record.html", context)
