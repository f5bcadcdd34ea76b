"""The auditor's list and its sheet."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import clock
from portal.audit import rules
from portal.audit.columns import COLUMNS
from portal.audit.forms import EntryFilter
from portal.audit.models import EntryQuerySet
from portal.audit.queries import entries_visible_to, filtered_entries, shown
from portal.lists import page_context
from portal.spreadsheet import xlsx_response

SORTS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "new": (_("Newest first"), ("-at", "-pk")),
    "old": (_("Oldest first"), ("at", "pk")),
}


def _readable(request: HttpRequest) -> EntryQuerySet:
    if not rules.may_read(request.actor):  # type: ignore[attr-defined]
        raise Http404
    return entries_visible_to(request.user)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Everything that was done, newest first, with filters."""
    readable = _readable(request)
    form = EntryFilter(request.GET)
    context = page_context(request, filtered_entries(readable, form.wanted()), sorts=SORTS)
    return render(
        request,
        "audit/entries.html",
        context
        | {
            "form": form,
            "rows": [shown(entry) for entry in context["page_obj"]],
            "export_url": reverse("audit-export"),
        },
    )


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same list as a sheet, with hashes."""
    readable = _readable(request)
    rows = filtered_entries(readable, EntryFilter(request.GET).wanted())
    name = _("Audit record %(day)s") % {"day": clock.today().isoformat()}
    return xlsx_response(name, COLUMNS, rows.iterator(chunk_size=2000))
