"""Pages of platform reports: list, landing in two presses, record, sources. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.statements import domain, dry_run, inbox, outcomes, queries, raw, rules, showing
from portal.statements.columns import SOURCE_COLUMNS, STATEMENT_COLUMNS, rejected_columns
from portal.statements.forms import (
    LandForm,
    SourceForm,
    StatementFilter,
    TakeInForm,
    sign,
    unsign,
)
from portal.statements.landing import period_text
from portal.statements.models import How
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


# --- Landing ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def land(request: PortalRequest) -> HttpResponse:
    """Choose a report; the first press shows what landing it would do and stores its bytes only."""
    if request.method != "POST" and (shown := _kept_shown(request)):
        source = get_object_or_404(queries.sources(request.user), pk=shown["source"])
        return _show_again(request, shown, source)
    sources = queries.sources(request.user)
    if request.method == "POST":
        form = LandForm(request.POST, request.FILES, sources=sources)
        if form.is_valid():
            return _show(request, form)
    else:
        initial = {"source": request.GET.get("source")}
        form = LandForm(kept_post(request), sources=sources, initial=initial)
    context = {"form": form, "has_sources": sources.exists()}
    return render(request, "statements/land.html", context)


def _kept_shown(request: PortalRequest) -> dict[str, Any] | None:
    """What stood before the person whose session ended with the second press: its bytes are
    stored, so that the dry run can be shown again without choosing the files anew."""
    kept = kept_post(request, path=reverse("statement-take-in"))
    return unsign(kept.get("token", ""), user=request.user.pk) if kept else None


def _show(request: PortalRequest, form: LandForm) -> HttpResponse:
    data = form.cleaned_data
    files = []
    for upload, read in zip(data["files"], form.read_files, strict=True):
        upload.seek(0)
        files.append(raw.keep(upload.chunks(), name=read.name))
    found = dry_run.look(
        source=data["source"],
        first_day=data["first_day"],
        last_day=data["last_day"],
        files=form.read_files,
        hashes={file.sha256 for file in files},
    )
    return _dry_run_page(request, found, files)


def _dry_run_page(
    request: PortalRequest,
    found: dry_run.DryRun,
    files: list[raw.RawFile],
    *,
    unanswered: bool = False,
) -> HttpResponse:
    token = sign(
        source=found.source,
        first_day=found.first_day,
        last_day=found.last_day,
        files=files,
        latest=found.latest,
        extends=found.extends,
        user=request.user.pk,
    )
    asks, answers = bool(found.extends), {"token": token}
    form = TakeInForm(answers, asks=asks) if unanswered else TakeInForm(initial=answers, asks=asks)
    context = {
        "run": found,
        "period": period_text(found.first_day, found.last_day),
        "files": [showing.read_file(file) for file in found.files],
        "repeated": showing.repeated(found.came_before) if found.came_before else "",
        "form": form,
    }
    return render(request, "statements/dry_run.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_land)
def take_in(request: PortalRequest) -> HttpResponse:
    """The second press: land what the first one showed."""
    if request.method != "POST":
        return redirect("statement-land")
    shown = unsign(request.POST.get("token", ""), user=request.user.pk)
    if shown is None:
        messages.error(request, _("This page is too old. Choose the file again."))
        return redirect("statement-land")
    source = get_object_or_404(queries.sources(request.user), pk=shown["source"])
    form = TakeInForm(request.POST, asks=bool(shown["extends"]))
    if not form.is_valid():
        return _show_again(request, shown, source, unanswered=True)
    extends = None
    if form.cleaned_data.get("how") == How.ADD:
        extends = get_object_or_404(queries.statements(request.user), pk=shown["extends"])
    try:
        landing = domain.land(
            source=source,
            period=(shown["first_day"], shown["last_day"]),
            parts=shown["files"],
            actor=request.actor,
            adds_to=extends,
            seen=shown["latest"],
        )
    except domain.Outdated as error:
        messages.warning(request, str(error))
        return _show_again(request, shown, source)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("statement-land")
    if landing.repeated:
        messages.info(request, showing.repeated(landing.statement))
    else:
        messages.success(request, _("Landed. It is being read; its days are added up after that."))
    return redirect(landing.statement)


def _show_again(
    request: PortalRequest, shown: dict[str, Any], source: Source, *, unanswered: bool = False
) -> HttpResponse:
    """The dry run once more, from the stored bytes, with what counts by now."""
    found = dry_run.look(
        source=source,
        first_day=shown["first_day"],
        last_day=shown["last_day"],
        files=dry_run.read_stored(shown["files"], source),
        hashes={file.sha256 for file in shown["files"]},
    )
    return _dry_run_page(request, found, shown["files"], unanswered=unanswered)


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
