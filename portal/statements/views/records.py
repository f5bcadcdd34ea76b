"""Pages of platform reports and their sources: lists and records. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.statements import (
    domain,
    dry_run,
    expecting,
    inbox,
    meanings,
    outcomes,
    queries,
    raw,
    rules,
    showing,
)
from portal.statements.columns import SOURCE_COLUMNS, STATEMENT_COLUMNS, rejected_columns
from portal.statements.forms import ExpectForm, SourceForm, StatementFilter
from portal.statements.landing import period_text
from portal.statements.mending import MeaningsForm
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.statements.models import Source, Statement

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "day": (gettext_lazy("Latest day first"), ("-last_day", "-pk")),
    "source": (gettext_lazy("Source"), ("source__name", "-last_day", "-pk")),
}
SOURCE_SORTS = {
    "": (gettext_lazy("Name"), ("name", "pk")),
    "covered": (gettext_lazy("Longest without a report"), ("last_covered", "name", "pk")),
}
REJECTED_SHOWN = 20
# Reports of a source on its page; the list of reports has them all.
LATEST = 10
REFUSED_SHOWN = 20


def _filtered(request: PortalRequest) -> tuple[StatementFilter, Any]:
    form = StatementFilter(request.GET, sources=queries.sources(request.user))
    rows = queries.statements(request.user).prefetch_related("parts")
    return form, form.restrict(rows)


@require_safe
@only_for(rules.may_read)
def statements(request: PortalRequest) -> HttpResponse:
    """Every report that came in, newest first."""
    form, rows = _filtered(request)
    context = page_context(request, rows, sorts=SORTS)
    parts = [part for row in context["page_obj"] for part in row.parts.all()]
    context |= {
        "filter": form,
        "may_land": bool(rules.may_land(request.actor)),
        "lines": showing.lines(context["page_obj"], queries.works(parts), request.actor),
    }
    return render(request, "statements/list.html", context)


@require_safe
@only_for(rules.may_read)
def statements_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    ordered = rows.order_by("-pk").iterator(chunk_size=500)
    return xlsx_response(_("Platform reports"), STATEMENT_COLUMNS, ordered)


# --- Record ----------------------------------------------------------------------------------


def _visible(request: PortalRequest, pk: int) -> Statement:
    rows = queries.statements(request.user).prefetch_related("parts")
    return get_object_or_404(rows, pk=pk)


@require_safe
def statement(request: PortalRequest, pk: int) -> HttpResponse:
    """One report: its files and every row of them, what it replaced, what became of it."""
    row = _visible(request, pk)
    works = queries.works(row.parts.all())
    rejected = queries.rejected(row).order_by("part", "row")
    held = row.state == "held"
    may_land = bool(rules.may_land(request.actor))
    context = {
        "row": row,
        "period": period_text(row.first_day, row.last_day),
        "line": showing.lines([row], works, request.actor)[0],
        "parts": [
            showing.part(part, works.get(part.pk), request.actor) for part in row.parts.all()
        ],
        "half": len(row.parts.all()) > 1 and not row.is_whole and not row.set_aside,
        "replaced": dry_run.replaced(row) if row.is_whole else [],
        "replacing": queries.replacing(row),
        "outcomes": outcomes.of(row),
        "rejected": rejected[:REJECTED_SHOWN],
        "rejected_count": queries.rows_rejected(rejected),
        "may_confirm": may_land and held,
        "may_set_aside": may_land and not row.set_aside,
        "crumbs": [
            (_("Home"), reverse("home")),
            (_("Platform reports"), reverse("statements")),
            (_("Version %(version)d") % {"version": row.version}, ""),
        ],
    }
    return render(request, "statements/record.html", context)


@require_safe
def rejected_export(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The rejected rows as they came, each with its reason."""
    row = _visible(request, pk)
    rows = queries.rejected(row).order_by("part", "row")
    width = max((len(cells) for cells in rows.values_list("cells", flat=True)), default=0)
    name = _("Rejected rows of version %(version)d") % {"version": row.version}
    return xlsx_response(name, rejected_columns(width), rows.iterator(chunk_size=500))


@require_safe
def file(request: PortalRequest, pk: int, part: int) -> HttpResponseBase:
    """One file of a report, byte for byte as it came."""
    row = get_object_or_404(_visible(request, pk).parts.all(), pk=part)
    try:
        opened = raw.raw_path(row.sha256).open()
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=True, filename=row.name, content_type="application/octet-stream"
    )
    response["Content-Length"] = row.size
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@only_for(rules.may_land)
def confirm(request: PortalRequest, pk: int) -> HttpResponse:
    """Let a version count that has no rows where the one before had some."""
    row = _visible(request, pk)
    domain.confirm_removal(statement=row, actor=request.actor)
    messages.success(request, _("Confirmed. The days are added up anew; their figures go."))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def set_aside(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask, then set a version aside that came by mistake."""
    row = _visible(request, pk)
    if request.method == "POST":
        domain.set_aside(statement=row, actor=request.actor)
        messages.success(
            request, _("Set aside. The days are added up anew from what stood before.")
        )
        return redirect(row)
    return render(request, "statements/set_aside.html", {"row": row})


# --- Sources ---------------------------------------------------------------------------------


@require_safe
@only_for(rules.may_read)
def sources(request: PortalRequest) -> HttpResponse:
    """Every source, with how far its reports reach; `?late=1` those whose report is late."""
    rows = queries.sources(request.user)
    only_late = "late" in request.GET
    if only_late:
        rows = rows.filter(pk__in=[row.pk for row in queries.late(request.user)])
    refused = queries.refused_files() if inbox.place() else []
    context = {
        "may_land": bool(rules.may_land(request.actor)),
        "only_late": only_late,
        "inbox": inbox.place(),
        "refused": refused[:REFUSED_SHOWN],
        "refused_count": len(refused),
        **page_context(request, rows, sorts=SOURCE_SORTS),
    }
    return render(request, "statements/sources.html", context)


@require_safe
@only_for(rules.may_read)
def sources_export(request: PortalRequest) -> HttpResponseBase:
    """The list as a workbook."""
    rows = queries.sources(request.user).order_by("name", "pk")
    return xlsx_response(_("Report sources"), SOURCE_COLUMNS, rows.iterator(chunk_size=500))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def source_new(request: PortalRequest) -> HttpResponse:
    """Add a source; then land its first report."""
    data = request.POST if request.method == "POST" else kept_post(request)
    form = SourceForm(data)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.create_source(actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The source is there; land its first report now."))
            return redirect(f"{reverse('statement-land')}?source={row.pk}")
    return render(request, "statements/source_new.html", {"form": form})


def _visible_source(request: PortalRequest, pk: int) -> Source:
    return get_object_or_404(queries.sources(request.user), pk=pk)


@require_safe
@only_for(rules.may_read)
def source(request: PortalRequest, pk: int) -> HttpResponse:
    """One source: what its columns mean, and its latest reports."""
    row = _visible_source(request, pk)
    rows = queries.statements(request.user).filter(source=row).prefetch_related("parts")
    latest = list(rows.order_by("-pk")[:LATEST])
    parts = [part for each in latest for part in each.parts.all()]
    read = [part for part in parts if part.read_at]
    context = {
        "row": row,
        "may_land": bool(rules.may_land(request.actor)),
        "meanings": showing.meanings(queries.meanings(row)),
        "columns": showing.columns(read[0].columns) if read else [],
        "lines": showing.lines(latest, queries.works(parts), request.actor),
        "crumbs": [*_way_to(row)[:-1], (row.name, "")],
    }
    return render(request, "statements/source.html", context)


def _way_to(row: Source) -> list[tuple[str, str]]:
    return [
        (_("Home"), reverse("home")),
        (_("Platform reports"), reverse("statements")),
        (_("Report sources"), reverse("sources")),
        (row.name, row.get_absolute_url()),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def source_expected(request: PortalRequest, pk: int) -> HttpResponse:
    """Say until when a source's reports are expected."""
    row = _visible_source(request, pk)
    data = request.POST if request.method == "POST" else kept_post(request)
    form = ExpectForm(data, initial={"until": row.expected_until, "reason": row.ended_because})
    if request.method == "POST" and form.is_valid():
        expecting.expect(source=row, actor=request.actor, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect(row)
    crumbs = [*_way_to(row), (_("Until when reports are expected"), "")]
    context = {"row": row, "form": form, "crumbs": crumbs}
    return render(request, "statements/source_expected.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def source_columns(request: PortalRequest, pk: int) -> HttpResponse:
    """Say what the headings of a source's reports mean from now on."""
    row = _visible_source(request, pk)
    data = request.POST if request.method == "POST" else kept_post(request)
    form = MeaningsForm(data, source=row)
    if request.method == "POST" and form.is_valid():
        try:
            changed = meanings.give_meanings(
                source=row, meanings=form.meanings, actor=request.actor
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            said = _("Kept; it holds for files that come from now on.")
            messages.success(request, said if changed else _("Nothing was changed."))
            return redirect(row)
    crumbs = [*_way_to(row), (_("Meanings of columns"), "")]
    context = {"row": row, "form": form, "crumbs": crumbs}
    return render(request, "statements/source_columns.html", context)
