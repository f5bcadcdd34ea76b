"""Pages of workbooks. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.jobs.queries import work_of
from portal.lists import page_of
from portal.sheets import columns, domain, queries, rules
from portal.sheets.exports import list_response
from portal.sheets.forms import ColumnsForm, UploadForm
from portal.sheets.headings import LOST
from portal.sheets.models import Verdict
from portal.spreadsheet import xlsx_response
from portal.submissions import kinds, values
from portal.submissions import queries as dossiers
from portal.submissions.enums import State
from portal.submissions.forms import QueueFilter
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.sheets.models import Intake
    from portal.submissions.kinds import Kind

# Wrong cells, changed rows and new ones that one page shows.
CELLS_SHOWN, ROWS_SHOWN, NEW_SHOWN = 100, 50, 200
TAKEN_SHOWN = 50


def _kind(request: PortalRequest, code: str) -> Kind:
    """A kind that comes in by workbook and that the reader may file; else 404."""
    kind = next((kind for kind in kinds.every() if kind.code == code), None)
    if kind is None or not kind.by_sheet or not kind.may_file(request.actor):
        raise Http404
    return kind


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_new(request: PortalRequest, kind: str) -> HttpResponse:
    """Choose a workbook; what it would do is shown before anything happens."""
    chosen = _kind(request, kind)
    known = queries.known_headings(request.actor.person, chosen)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, kind=chosen, known=known)
        if form.is_valid() and form.found is not None:
            intake = domain.upload(
                kind=chosen,
                name=form.shown_name,
                found=form.found,
                archive=form.cleaned_data["archive"],
                actor=request.actor,
            )
            if chosen.form.title_field not in intake.mapping:
                messages.warning(request, _("Say which column holds the name."))
                return redirect("sheet-columns", pk=intake.pk)
            return _ask(request, intake, "check")
    else:
        form = UploadForm(kind=chosen, known=known)
    context = {
        "form": form,
        "kind": chosen,
        "earlier": queries.intakes(request.user).filter(kind=chosen.code)[:10],
    }
    return render(request, "sheets/new.html", context)


@require_safe
def sheet_template(request: PortalRequest, kind: str) -> HttpResponseBase:
    """The empty workbook of a kind, with what each column wants and an example."""
    chosen = _kind(request, kind)
    headings, rows = columns.template(chosen)
    return xlsx_response(_("Template: %(kind)s") % {"kind": chosen.label}, headings, rows)


@require_safe
def sheet_export(request: PortalRequest, kind: str) -> HttpResponseBase:
    """Own dossiers in the same columns: change them and bring them in again."""
    chosen = _kind(request, kind)
    rows = queries.records(request.actor, chosen).iterator(chunk_size=500)
    return xlsx_response(chosen.label, columns.export(chosen), rows)


@require_safe
def sheet_list(request: PortalRequest) -> HttpResponseBase:
    """The dossiers that the list of dossiers shows, of the first kind that its filters leave."""
    form = QueueFilter(request.GET)
    kind = next(iter(form.kinds_left()), None)
    if kind is None:
        raise Http404
    rows = form.restrict(dossiers.dossiers(request.user), request.actor)
    return list_response(kind, rows.filter(kind=kind.code), request.actor)


def _own(request: PortalRequest, pk: int) -> Intake:
    return get_object_or_404(queries.intakes(request.user), pk=pk)


@require_safe
def sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """What the workbook would do, or did, and what can be done with it now."""
    intake = _own(request, pk)
    kind = kinds.get(intake.kind)
    # As the person fills it in: it knows the rows that may be chosen.
    form = kind.form(actor=request.actor)
    wrong = list(_wrong_cells(intake))
    changed = intake.of(Verdict.CHANGED)
    context = {
        "intake": intake,
        "kind": kind,
        "counts": _counts(intake),
        "cells": wrong[:CELLS_SHOWN],
        "more_cells": max(0, len(wrong) - CELLS_SHOWN),
        "changed": [
            (row, values.differences(form, row["changes"])) for row in changed[:ROWS_SHOWN]
        ],
        "more_changed": max(0, len(changed) - ROWS_SHOWN),
        "fresh": _fresh(intake, form),
        "complete": [row for row in intake.of(Verdict.NEW) if not row["lacking"]],
        "may": {act: bool(rules.may_act(intake, act, request.actor)) for act in domain.ACTS},
        "refused_files": intake.refused_files,
        "unmatched_files": _unmatched(intake),
        "last": work_of(request.user)
        .filter(kind=domain.WORK, payload__intake=intake.pk)
        .order_by("-pk")
        .first(),
    }
    if intake.taken_at:
        taken = intake.taken.select_related("submission")
        context["page_obj"] = page_of(request, taken, TAKEN_SHOWN)
        still = taken.filter(undone=False, submission__state__in=[State.DRAFT, State.RETURNED])
        context["may"]["submit"] = context["may"]["submit"] and still.exists()
    return render(request, "sheets/sheet.html", context)


def _fresh(intake: Intake, form: Any) -> list[tuple[str, list[str]]]:
    """(title, labels of what a submission would still ask for) of new rows."""
    return [
        (row["title"], [str(form.fields[name].label) for name in row["lacking"]])
        for row in intake.of(Verdict.NEW)[:NEW_SHOWN]
    ]


def _counts(intake: Intake) -> dict[str, int]:
    counts = {verdict.value: len(intake.of(verdict)) for verdict in Verdict}
    return counts | {"good": counts[Verdict.NEW] + counts[Verdict.CHANGED]}


def _unmatched(intake: Intake) -> list[str]:
    """Files of the zip that no row asked for."""
    return sorted(intake.files.keys() - set(intake.given_files))


def _wrong_cells(intake: Intake) -> Any:
    cells, called = dict(intake.rows), columns.headings_of(intake)
    for row in intake.of(Verdict.WRONG):
        for name, sentences in row["errors"].items():
            position = intake.column_of(name)
            yield {
                "row": row["row"],
                "title": row["title"],
                "heading": called.get(name, name),
                "position": position,
                "text": "" if position is None else cells[row["row"]][position].removeprefix(LOST),
                "why": " ".join(sentences),
            }


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_columns(request: PortalRequest, pk: int) -> HttpResponse:
    """What each column means; it is remembered for the person's next file."""
    intake = _own(request, pk)
    kind = kinds.get(intake.kind)
    form = ColumnsForm(request.POST if request.method == "POST" else None, intake=intake, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            domain.map_columns(intake=intake, mapping=form.mapping(), actor=request.actor)
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect(intake)
        return _ask(request, intake, "check")
    return render(request, "sheets/columns.html", {"form": form, "intake": intake})


@require_POST
def sheet_mend(request: PortalRequest, pk: int) -> HttpResponse:
    """Write the mended cells and check once more."""
    intake = _own(request, pk)
    cells = {}
    for name, text in request.POST.items():
        head, _dash, place = name.partition("-")
        row, _dash, position = place.partition("-")
        if head == "cell" and row.isdecimal() and position.isdecimal():
            cells[int(row), int(position)] = str(text)[:2000]
    try:
        domain.mend(intake=intake, cells=cells, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(intake)
    return _ask(request, intake, "check")


@require_safe
def sheet_wrong_rows(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The rows to be mended as a workbook, each with its reasons."""
    intake = _own(request, pk)
    headings, rows = columns.to_mend(intake)
    return xlsx_response(_("To be mended: %(name)s") % {"name": intake.name}, headings, rows)


@require_POST
def sheet_act(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    """Ask a worker for an act; its progress is shown."""
    intake = _own(request, pk)
    if act not in domain.ACTS:
        raise Http404
    return _ask(request, intake, act)


def _ask(request: PortalRequest, intake: Intake, act: str) -> HttpResponse:
    try:
        work = domain.ask(intake=intake, act=act, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(intake)
    return redirect("work-detail", pk=work.pk)
