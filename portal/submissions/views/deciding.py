"""Moves of a dossier and of a proposed change: decide, return with remarks, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.middleware import kept_post
from portal.moves.domain import SeenTooOld, transition
from portal.moves.pages import second_click, seen_version
from portal.submissions import domain, queries, rules, values
from portal.submissions.forms import ReasonForm
from portal.submissions.models import Revision, Submission
from portal.submissions.reviewing import RemarksForm
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest


def _row(request: PortalRequest, code: str) -> Submission:
    return get_object_or_404(queries.dossiers(request.user), code=code)


@require_POST
def dossier_move(request: PortalRequest, code: str, move: str) -> HttpResponse:
    """Make a move that needs no words."""
    row = _row(request, code)
    if move == "return" or _needs_reason(row, move):
        return redirect("dossier-reason", code=code, move=move)
    return _try_move(request, row, move, note="")


def _needs_reason(row: Submission, move: str) -> bool:
    try:
        return row.moves.get(move).reason
    except KeyError:
        raise Http404 from None


def _try_move(request: PortalRequest, row: Submission, move: str, *, note: str) -> HttpResponse:
    try:
        moved = transition(
            row, move, actor=request.actor, seen=seen_version(request, row), note=note
        )
    except SeenTooOld as error:
        if not second_click(error, request.user, move):
            messages.error(request, str(error))
        return redirect(row)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(row)
    messages.success(
        request,
        _("%(title)s: %(past)s.") % {"title": moved.title, "past": moved.moves.get(move).past},
    )
    return redirect(moved)


def dossier_reason(request: PortalRequest, code: str, move: str) -> HttpResponse:
    """Ask for the reason of a move, or for the remarks of a return, and make it."""
    row = _row(request, code)
    if move == "return":
        return _return_page(request, row)
    if not _needs_reason(row, move):
        raise Http404
    verdict = row.moves.judge(row, move, request.actor)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect(row)
    form = ReasonForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        return _try_move(request, row, move, note=form.cleaned_data["note"])
    context = {
        "row": row,
        "form": form,
        "step": row.moves.get(move),
        "action": f"?seen={seen_version(request, row)}",
    }
    return render(request, "submissions/reason.html", context)


def _return_page(request: PortalRequest, row: Submission) -> HttpResponse:
    """All defects at once: a reason and a remark beside each field."""
    verdict = row.moves.judge(row, "return", request.actor)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect(row)
    record_form = queries.form_of(row)
    typed = request.POST if request.method == "POST" else kept_post(request)
    form = RemarksForm(typed, record_form=record_form)
    seen = seen_version(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            domain.return_submission(
                submission=row,
                remarks=form.remarks(),
                note=form.cleaned_data["note"],
                actor=request.actor,
                seen=seen,
            )
        except RuleBroken as error:
            if isinstance(error, SeenTooOld) and second_click(error, request.user, "return"):
                return redirect("dossiers")
            form.add_error(None, str(error))
            # The reader has been told what happened; the remarks stay and may be sent again.
            seen = row.version
        else:
            messages.success(request, _("Returned with your remarks; the applicant is told."))
            return redirect("dossiers")
    lines = values.lines(record_form, values.of_form(record_form))
    context = {
        "row": row,
        "form": form,
        "rows": [(line, form[f"reason-{line.name}"], form[f"text-{line.name}"]) for line in lines],
        "action": f"?seen={seen}",
    }
    return render(request, "submissions/return.html", context)


def _revision(request: PortalRequest, pk: int) -> Revision:
    return get_object_or_404(queries.revisions(request.user), pk=pk)


@require_safe
def revision(request: PortalRequest, pk: int) -> HttpResponse:
    """A proposed change as a diff, with the moves open to the reader."""
    row = _revision(request, pk)
    form = queries.form_of(row.submission)
    context = {
        "revision": row,
        "row": row.submission,
        "differences": values.differences(
            form, row.changes, clear=bool(rules.is_applicant(row.submission, request.actor))
        ),
        "files": queries.files_of_changes(row.changes, form),
        "moves": row.moves.open_to(row, request.actor),
    }
    return render(request, "submissions/revision.html", context)


def revision_move(request: PortalRequest, pk: int, move: str) -> HttpResponse:
    """Approve, refuse with a reason, or take back a proposed change."""
    row = _revision(request, pk)
    try:
        step = row.moves.get(move)
    except KeyError:
        raise Http404 from None
    form = ReasonForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method != "POST" and not step.reason:
        return redirect("revision", pk=pk)
    if step.reason and not (request.method == "POST" and form.is_valid()):
        context = {
            "row": row.submission,
            "form": form,
            "step": step,
            "revision": row,
            "action": f"?seen={seen_version(request, row)}",
        }
        return render(request, "submissions/reason.html", context)
    note = form.cleaned_data.get("note", "") if form.is_valid() else ""
    try:
        transition(row, move, actor=request.actor, seen=seen_version(request, row), note=note)
    except SeenTooOld as error:
        if not second_click(error, request.user, move):
            messages.error(request, str(error))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(step.past))
    return redirect(row.submission)
