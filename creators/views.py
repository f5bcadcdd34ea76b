"""Pages of the creator matrix; creators themselves are dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from creators import domain, queries, rules
from creators.columns import TAKE_COLUMNS, TASK_COLUMNS
from creators.forms import ReturnForm, TakeFilter, TaskForm, WorkForm
from creators.kind import CREATOR
from portal import once
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.moves.domain import transition
from portal.moves.pages import second_click, seen_version
from portal.sheets.exports import list_response
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from creators.models import Take
    from portal.accounts.middleware import PortalRequest
    from portal.moves.table import Move

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}
DIRECTORY_SORTS = {
    "": (gettext_lazy("Newest first"), ("-published_at", "-pk")),
    "name": (gettext_lazy("Name"), ("title", "pk")),
}
TASK_SORTS = {**SORTS, "due": (gettext_lazy("Due first"), ("due_on", "pk"))}
TAKE_SORTS = {
    "": SORTS[""],
    "oldest": (gettext_lazy("Oldest first"), ("pk",)),
    "due": (gettext_lazy("Due first"), ("task__due_on", "pk")),
}


@login_not_required
@require_safe
def creators(request: PortalRequest) -> HttpResponse:
    """The public directory of verified creators."""
    page = page_context(request, queries.directory(), sorts=DIRECTORY_SORTS)
    return render(request, "creators/creators.html", page)


@require_safe
def creators_export(request: PortalRequest) -> HttpResponseBase:
    """The directory as a workbook, for who signed in."""
    return list_response(CREATOR, queries.directory(), request.actor, public=True)


@login_not_required
@require_safe
def creator(request: PortalRequest, code: str) -> HttpResponse:
    """One verified creator for everyone."""
    row = get_object_or_404(queries.creators(), submission__code=code)
    return render(request, "creators/creator.html", {"creator": row, "facts": queries.facts(row)})


@require_safe
def tasks(request: PortalRequest) -> HttpResponse:
    """Every task."""
    context = {
        "may_publish": bool(rules.may_publish_task(request.actor)),
        "in_hand": queries.takes(request.user).count(),
        **page_context(request, queries.tasks(), sorts=TASK_SORTS),
    }
    return render(request, "creators/tasks.html", context)


@require_safe
def tasks_export(request: PortalRequest) -> HttpResponseBase:
    """The same as a workbook."""
    rows = queries.tasks().order_by("pk")
    return xlsx_response(_("Works wanted"), TASK_COLUMNS, rows.iterator(chunk_size=500))


@require_safe
def takes(request: PortalRequest) -> HttpResponse:
    """Every taken task the reader may see."""
    form = TakeFilter(request.GET)
    context = {"filter": form, **page_context(request, form.rows(request.user), sorts=TAKE_SORTS)}
    return render(request, "creators/takes.html", context)


@require_safe
def takes_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    rows = TakeFilter(request.GET).rows(request.user).order_by("pk")
    return xlsx_response(_("Works of creators"), TAKE_COLUMNS, rows.iterator(chunk_size=500))


@only_for(rules.may_publish_task)
def task_new(request: PortalRequest) -> HttpResponse:
    """Publish a task about something published."""
    form = TaskForm(_typed(request), submissions=queries.promotable(request.user))
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.publish_task(
                actor=request.actor, form_key=once.own_key(key, request.user), **form.cleaned_data
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The task is published."))
            return redirect("task", pk=row.pk)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "creators/task_new.html", context)


def _typed(request: PortalRequest) -> QueryDict | None:
    """What was sent, or what stood in the form when the session ended."""
    return request.POST if request.method == "POST" else kept_post(request)


def task(request: PortalRequest, pk: int) -> HttpResponse:
    """One task with its brief; a verified creator takes it here."""
    row = get_object_or_404(queries.tasks(), pk=pk)
    own = queries.own_creator(request.actor)
    if request.method == "POST":
        try:
            taken = domain.take_task(task=row, actor=request.actor)
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect("task", pk=pk)
        messages.success(request, _("The task is yours; hand in the link when the work is online."))
        return redirect("take", pk=taken.pk)
    context = {
        "task": row,
        "verdict": rules.may_take(row, own) if rules.may_register(request.actor) else None,
        "own_take": queries.open_take(row, own) if own else None,
        "takes": queries.takes(request.user).filter(task=row),
    }
    return render(request, "creators/task.html", context)


def _take(request: PortalRequest, pk: int) -> Take:
    return get_object_or_404(queries.takes(request.user), pk=pk)


def take(request: PortalRequest, pk: int) -> HttpResponse:
    """One taken task: hand in, or judge it."""
    row = _take(request, pk)
    form = WorkForm(_typed(request), initial={"link": row.link, "work_id": row.work_id})
    if request.method == "POST":
        answer = _hand_in(request, row, form)
        if answer is not None:
            return answer
        row = _take(request, pk)
    moves = row.moves.open_to(row, request.actor)
    context = {
        "take": row,
        "moves": [move for move in moves if move.name != "hand_in"],
        "form": form if _may_hand_in(request, row) else None,
        "action": f"?seen={row.version}",
        "may_place": row.state == "accepted" and bool(rules.may_publish_task(request.actor)),
    }
    return render(request, "creators/take.html", context)


def _may_hand_in(request: PortalRequest, row: Take) -> bool:
    return any(move.name == "hand_in" for move in row.moves.open_to(row, request.actor))


def _hand_in(request: PortalRequest, row: Take, form: WorkForm) -> HttpResponse | None:
    """Hand in and lead on; or say what stands in the way and give None for the form's page."""
    verdict = rules.is_taker(row, request.actor)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect("take", pk=row.pk)
    if not form.is_valid():
        return None
    seen = seen_version(request, row)
    try:
        domain.hand_in(take=row, actor=request.actor, seen=seen, **form.cleaned_data)
    except RuleBroken as error:
        present = _take(request, row.pk)
        work = form.cleaned_data
        same = (present.link, present.work_id) == (work["link"], work["work_id"])
        if same and second_click(error, request.user, "hand_in"):
            return redirect("take", pk=row.pk)
        if not _may_hand_in(request, present):
            messages.error(request, str(error))
            return redirect("take", pk=row.pk)
        form.add_error(error.code if error.code in form.fields else None, str(error))
        return None
    messages.success(request, _("Handed in; the office looks at it now."))
    return redirect("take", pk=row.pk)


def take_move(request: PortalRequest, pk: int, move: str) -> HttpResponse:
    """Accept or give back; a return asks for its reason on a page of its own first."""
    row = _take(request, pk)
    try:
        step = row.moves.get(move)
    except KeyError:
        raise Http404 from None
    if step.reason:
        return _ask_reason(request, row, step)
    if request.method != "POST" or move == "hand_in":
        return redirect("take", pk=pk)
    return _move(request, row, step, note="")


def _ask_reason(request: PortalRequest, row: Take, step: Move) -> HttpResponse:
    verdict = row.moves.judge(row, step.name, request.actor)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect("take", pk=row.pk)
    form = ReturnForm(_typed(request), initial={"seen": row.version})
    if request.method == "POST" and form.is_valid():
        return _move(request, row, step, note=form.cleaned_data["note"])
    return render(request, "creators/take_reason.html", {"take": row, "form": form, "step": step})


def _move(request: PortalRequest, row: Take, step: Move, *, note: str) -> HttpResponse:
    seen = seen_version(request, row)
    try:
        transition(row, step.name, actor=request.actor, seen=seen, note=note)
    except RuleBroken as error:
        if not second_click(error, request.user, step.name):
            messages.error(request, str(error))
    else:
        messages.success(request, str(step.past))
    return redirect("take", pk=row.pk)
