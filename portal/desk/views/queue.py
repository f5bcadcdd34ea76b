"""The queue over all kinds, kept filters, and one act on many dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.gates import only_for
from portal.desk import bulk, domain, queries, rules
from portal.desk.columns import QUEUE_COLUMNS
from portal.desk.forms import BulkForm
from portal.desk.views import DEFAULT, filter_query, filtered
from portal.jobs.queries import work_of
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Most urgent first"), ("by", "pk")),
    "waiting": (gettext_lazy("Waiting longest"), ("submitted_at", "pk")),
    "title": (gettext_lazy("Title"), ("title", "pk")),
}
# How many titles the page that asks once more shows.
SHOWN = 10


@require_safe
@only_for(rules.may_review)
def desk(request: PortalRequest) -> HttpResponse:
    """What is under review, the most urgent first; without a filter, what waits for the reader."""
    form, rows = filtered(request)
    query = filter_query(request)
    context = {
        "filter": form,
        "views": _views(request, query or DEFAULT),
        "query": query,
        "acts": bulk.acts_of(request.actor).items(),
        "may_assign": bool(rules.may_assign(request.actor)),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "desk/queue.html", context)


def _views(request: PortalRequest, query: str) -> list[dict[str, Any]]:
    """Everybody's views first, then those the reader keeps."""
    common = [(_("Waiting for me"), DEFAULT)]
    if request.actor.sees_province:
        common.append((_("Nobody has it"), "reviewer=none"))
    common += [(_("Overdue"), "clock=over"), (_("All under review"), "turn=")]
    views = [
        {"name": name, "url": f"{reverse('desk')}?{own}", "current": own == query}
        for name, own in common
    ]
    return views + [
        {
            "name": view.name,
            "url": view.url,
            "current": view.query == query,
            "delete_url": reverse("desk-view-drop", args=[view.pk]),
        }
        for view in queries.views_of(request.user)
    ]


@require_safe
@only_for(rules.may_review)
def desk_export(request: PortalRequest) -> HttpResponse:
    """The filtered queue as a workbook."""
    _form, rows = filtered(request)
    return xlsx_response(_("Review desk"), QUEUE_COLUMNS, rows.iterator(chunk_size=500))


@require_POST
@only_for(rules.may_review)
def view_keep(request: PortalRequest) -> HttpResponse:
    """Keep a filter under a name."""
    name = request.POST.get("name", "").strip()[:40]
    query = QueryDict(request.POST.get("query", "")[:500]).urlencode()
    if not name:
        messages.error(request, _("Give the view a name."))
    else:
        try:
            domain.keep_view(name=name, query=query, actor=request.actor)
            messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
        except RuleBroken as error:
            messages.error(request, str(error))
    return redirect(f"{reverse('desk')}?{query}")


@require_POST
def view_drop(request: PortalRequest, pk: int) -> HttpResponse:
    """Forget a kept filter."""
    view = get_object_or_404(queries.views_of(request.user), pk=pk)
    domain.drop_view(view=view)
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return redirect("desk")


def _chosen(request: PortalRequest) -> list[tuple[int, int]]:
    """(id, version seen) of what was ticked, or of all that match the filter."""
    if request.POST.get("all"):
        _form, rows = filtered(request)
        return list(rows.values_list("pk", "version")[: bulk.MOST + 1])
    marks = [mark.split("-", 1) for mark in request.POST.getlist("row")[: bulk.MOST + 1]]
    return [
        (int(mark[0]), int(mark[1]))
        for mark in marks
        if len(mark) == 2 and all(part.isdecimal() and len(part) < 18 for part in mark)
    ]


@require_POST
@only_for(rules.may_review)
def desk_bulk(request: PortalRequest) -> HttpResponse:
    """Ask once more, with the words the act needs; then let a worker do it."""
    rows, act = _chosen(request), request.POST.get("act", "")
    back = f"{reverse('desk')}?{filter_query(request)}"
    label = bulk.acts_of(request.actor).get(act)
    if not rows or label is None:
        messages.error(
            request, _("Choose what to do.") if rows else _("Choose at least one dossier.")
        )
        return redirect(back)
    confirmed = request.POST.get("count")
    form = BulkForm(request.POST if confirmed else None, actor=request.actor, act=act)
    if confirmed == str(len(rows)) and form.is_valid():
        words = {"note": form.cleaned_data.get("note", "")}
        if reviewer := form.cleaned_data.get("reviewer"):
            words["reviewer"] = reviewer.pk
        try:
            work = bulk.ask(act=act, rows=rows, actor=request.actor, **words)
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect(back)
        return redirect("work-detail", pk=work.pk)
    if confirmed and confirmed != str(len(rows)):
        messages.warning(request, _("The list has changed meanwhile: please look again."))
    form.initial["act"] = act
    shown = queries.queue(request.user).filter(pk__in=[pk for pk, _seen in rows[:SHOWN]])
    context = {
        "form": form,
        "label": label,
        "count": len(rows),
        "more": max(0, len(rows) - SHOWN),
        "shown": shown,
        "carried": [("count", len(rows)), *_marks(request)],
        "back": back,
        "action": f"?{filter_query(request)}",
    }
    return render(request, "desk/bulk.html", context)


def _marks(request: PortalRequest) -> list[tuple[str, str]]:
    if request.POST.get("all"):
        return [("all", "1")]
    return [("row", mark) for mark in request.POST.getlist("row")]


@require_safe
def bulk_result(request: PortalRequest, pk: int) -> HttpResponse:
    """What became of each dossier."""
    work = get_object_or_404(work_of(request.user), pk=pk, kind=bulk.BULK)
    label, _words = bulk.ACTS[work.payload["act"]]
    result = work.result or {}
    context = {
        "work": work,
        "label": label,
        "done": result.get("done", 0),
        "failed": result.get("failed", []),
    }
    return render(request, "desk/result.html", context)
