"""Pages of the creator matrix; creators themselves are dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creators import domain, queries, rules
from creators.forms import TakeFilter, TaskForm, WorkForm
from portal.lists import page_context
from portal.moves.domain import transition
from portal.moves.pages import seen_version
from portal.submissions.forms import ReasonForm
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from creators.models import Take
    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}
TASK_SORTS = {**SORTS, "due": (gettext_lazy("Due first"), ("due_on", "pk"))}
TAKE_SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "due": (gettext_lazy("Due first"), ("task__due_on", "pk")),
}


@login_not_required
@require_safe
def creators(request: PortalRequest) -> HttpResponse:
    """The public directory of verified creators."""
    return render(
        request, "creators/creators.html", page_context(request, queries.creators(), sorts=SORTS)
    )


@login_not_required
@require_safe
def creator(request: PortalRequest, code: str) -> HttpResponse:
    """One verified creator for everyone."""
    row = get_object_or_404(queries.creators(), submission__code=code)
    return render(request, "creators/creator.html", {"creator": row, "facts": queries.facts(row)})


@require_safe
def tasks(request: PortalRequest) -> HttpResponse:
    """Every task, and the reader's own taken ones."""
    context = {
        "may_publish": bool(rules.may_publish_task(request.actor)),
        "takes": queries.takes(request.user)[:50],
        **page_context(request, queries.tasks(), sorts=TASK_SORTS),
    }
    return render(request, "creators/tasks.html", context)


@require_safe
def takes(request: PortalRequest) -> HttpResponse:
    """Every taken task the reader may see, and how far its work is."""
    form = TakeFilter(request.GET)
    rows = form.restrict(queries.takes(request.user))
    context = {"filter": form, **page_context(request, rows, sorts=TAKE_SORTS)}
    return render(request, "creators/takes.html", context)


def task_new(request: PortalRequest) -> HttpResponse:
    """Publish a task about something published."""
    if not rules.may_publish_task(request.actor):
        raise Http404
    form = TaskForm(request.POST or None, submissions=queries.promotable(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.publish_task(actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The task is published."))
            return redirect("task", pk=row.pk)
    return render(request, "creators/task_new.html", {"form": form})


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
        "takes": queries.takes(request.user).filter(task=row),
    }
    return render(request, "creators/task.html", context)


def _take(request: PortalRequest, pk: int) -> Take:
    return get_object_or_404(queries.takes(request.user), pk=pk)


def take(request: PortalRequest, pk: int) -> HttpResponse:
    """One taken task: hand in, or judge it."""
    row = _take(request, pk)
    moves = row.moves.open_to(row, request.actor)
    may_hand_in = any(move.name == "hand_in" for move in moves)
    form = WorkForm(request.POST or None, initial={"link": row.link, "work_id": row.work_id})
    if request.method == "POST" and may_hand_in and form.is_valid():
        try:
            domain.hand_in(
                take=row, actor=request.actor, seen=seen_version(request, row), **form.cleaned_data
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Handed in; the office looks at it now."))
            return redirect("take", pk=pk)
    context = {
        "take": row,
        "moves": [move for move in moves if move.name != "hand_in"],
        "form": form if may_hand_in else None,
        "action": f"?seen={row.version}",
        "may_place": row.state == "accepted" and bool(rules.may_publish_task(request.actor)),
    }
    return render(request, "creators/take.html", context)


@require_POST
def take_move(request: PortalRequest, pk: int, move: str) -> HttpResponse:
    """Accept, return with a reason, or give back."""
    row = _take(request, pk)
    form = ReasonForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        moved = transition(
            row, move, actor=request.actor, seen=seen_version(request, row), note=note
        )
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(moved.moves.get(move).past))
    return redirect("take", pk=pk)
