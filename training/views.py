"""Pages of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal import once
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.moves.domain import SeenTooOld
from portal.moves.pages import second_click, seen_version
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from training import domain, queries, rules
from training.columns import ROSTER_COLUMNS, TRAINEE_COLUMNS
from training.enums import EnrolmentState
from training.forms import (
    ChangeForm,
    CourseForm,
    EnrolForm,
    RemoveForm,
    SessionForm,
    TraineeFilter,
)
from training.models import ClassSession, Enrolment

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

TRAINEE_SORTS = {"": (gettext_lazy("Full name"), ("full_name", "pk"))}


def _typed(request: PortalRequest) -> QueryDict | None:
    """What was sent, or what stood in the form when the session ended."""
    return request.POST if request.method == "POST" else kept_post(request)


@login_not_required
@require_safe
def courses(request: PortalRequest) -> HttpResponse:
    """Every course with its classes."""
    context = {"courses": queries.courses(), "may_plan": bool(rules.may_plan(request.actor))}
    return render(request, "training/courses.html", context)


@only_for(rules.may_plan)
def course_new(request: PortalRequest) -> HttpResponse:
    """Write a course."""
    form = CourseForm(_typed(request))
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.open_course(
                actor=request.actor, form_key=once.own_key(key, request.user), **form.cleaned_data
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The course stands; plan its first class now."))
            return redirect("class-new", pk=row.pk)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "training/course_new.html", context)


@only_for(rules.may_plan)
def class_new(request: PortalRequest, pk: int) -> HttpResponse:
    """Plan a class of a course."""
    course = get_object_or_404(queries.courses(), pk=pk)
    form = SessionForm(_typed(request))
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.plan_session(
                course=course,
                actor=request.actor,
                form_key=once.own_key(key, request.user),
                **form.cleaned_data,
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The class is open for enrolment."))
            return redirect("class", pk=row.pk)
    context = {"form": form, "course": course, "action": f"?form_key={key}"}
    return render(request, "training/class_new.html", context)


@require_safe
@only_for(rules.may_read_roster)
def trainees(request: PortalRequest) -> HttpResponse:
    """The people behind the board's figures, each once, with their classes."""
    form = TraineeFilter(request.GET)
    rows = queries.trainees(request.user, form.wanted())
    context = {"filter": form, **page_context(request, rows, sorts=TRAINEE_SORTS)}
    return render(request, "training/trainees.html", context)


@require_safe
@only_for(rules.may_read_roster)
def trainees_export(request: PortalRequest) -> HttpResponse:
    """The same people as a workbook."""
    rows = queries.trainees(request.user, TraineeFilter(request.GET).wanted()).order_by("pk")
    return xlsx_response(_("Trainees"), TRAINEE_COLUMNS, rows.iterator(chunk_size=500))


def _session(pk: int) -> ClassSession:
    return get_object_or_404(queries.sessions(), pk=pk)


@login_not_required
def class_page(request: PortalRequest, pk: int) -> HttpResponse:
    """One class: where, when, seats; sign up here. The county's officials see its roster."""
    row = _session(pk)
    if request.method == "POST" and not request.user.is_authenticated:
        return _sign_in_first(request)
    known = {"county": request.GET.get("county", "")}
    form = EnrolForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        return _enrol(request, row, form)
    own = queries.own(row, request.user) if request.user.is_authenticated else None
    context = {
        "session": row,
        "free": max(0, row.seats - row.taken),
        "seat_lines": queries.seat_lines(row),
        "form": form,
        "own": own,
        "place": queries.place(own) if own else None,
        "moves": own.moves.open_to(own, request.actor) if own else [],
        "may_enrol": rules.may_enrol(row, request.actor)
        and (own is None or own.state in {EnrolmentState.CANCELLED, EnrolmentState.EXPIRED}),
        "may_plan": bool(rules.may_plan(request.actor)),
        "roster": _roster(request, row),
        "may_remove": request.actor.is_staff,
    }
    return render(request, "training/class.html", context)


def _sign_in_first(request: PortalRequest) -> HttpResponse:
    """The session ended before the form was sent: the county chosen is kept in the address."""
    messages.warning(
        request, _("You were signed out. Sign in again: what you typed has been kept.")
    )
    chosen = urlencode({"county": request.POST.get("county", "")})
    return redirect_to_login(f"{request.path}?{chosen}")


def _roster(request: PortalRequest, row: ClassSession) -> list[Enrolment]:
    """The roster as officials and the office see it; a trainee's own line is shown elsewhere."""
    if not request.user.is_authenticated or not rules.may_read_roster(request.actor):
        return []
    return list(queries.roster(row, request.user))


def _enrol(request: PortalRequest, row: ClassSession, form: EnrolForm) -> HttpResponse:
    try:
        found = domain.enrol_trainee(
            session=row, county=form.cleaned_data["county"], actor=request.actor
        )
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("class", pk=row.pk)
    place = queries.place(found)
    if place is not None:
        messages.info(
            request,
            _("No seat is free for you now: you are number %(n)d on the waiting list.")
            % {"n": place.number},
        )
    elif found.state == EnrolmentState.OFFERED:
        messages.info(request, _("A seat is kept for you: take it below."))
    else:
        messages.success(request, _("You have a seat."))
    return redirect("class", pk=row.pk)


@require_POST
def enrolment_move(request: PortalRequest, pk: int, move: str) -> HttpResponse:
    """Take an offered seat, or cancel."""
    row = get_object_or_404(queries.enrolments(request.user), pk=pk)
    return _move(request, row, move, note="")


def _move(request: PortalRequest, row: Enrolment, move: str, *, note: str) -> HttpResponse:
    seen = seen_version(request, row)
    try:
        moved = domain.move_enrolment(
            enrolment=row, move=move, actor=request.actor, seen=seen, note=note
        )
    except RuleBroken as error:
        if not second_click(error, request.user, move):
            messages.error(request, str(error))
    else:
        messages.success(request, str(moved.moves.get(move).past))
    return redirect("class", pk=row.session_id)


@only_for(rules.may_plan)
def enrolment_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """The office cancels an enrolment and says why; the trainee is told."""
    row = get_object_or_404(queries.enrolments(request.user), pk=pk)
    verdict = row.moves.judge(row, "remove", request.actor)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect("class", pk=row.session_id)
    form = RemoveForm(_typed(request), initial={"seen": row.version})
    if request.method == "POST" and form.is_valid():
        return _move(request, row, "remove", note=form.cleaned_data["note"])
    context = {"form": form, "enrolment": row, "step": row.moves.get("remove")}
    return render(request, "training/enrolment_remove.html", context)


@only_for(rules.may_plan)
def class_change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change place, time or teacher; everyone enrolled is told."""
    row = _session(pk)
    form = ChangeForm(_typed(request), instance=_session(pk), initial={"seen": row.version})
    if request.method == "POST" and form.is_valid() and _change(request, row, form):
        return redirect("class", pk=pk)
    return render(request, "training/class_change.html", {"form": form, "session": row})


def _change(request: PortalRequest, row: ClassSession, form: ChangeForm) -> bool:
    """Make the change and say so; or say in the form what stands in the way."""
    values = dict(form.cleaned_data)
    seen = values.pop("seen") or 0
    try:
        changed = domain.change_session(session=row, actor=request.actor, seen=seen, **values)
    except SeenTooOld as error:
        form.add_error(None, str(error))
        form.show_present(_session(row.pk))
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if changed:
        messages.success(request, _("Changed; everyone enrolled is told."))
    elif seen == row.version:
        messages.info(request, _("Nothing was changed."))
    return True  # a second click finds everything as it asked, and leads on


@require_safe
@only_for(rules.may_read_roster)
def roster_export(request: PortalRequest, pk: int) -> HttpResponse:
    """The roster as a workbook."""
    return xlsx_response(_("Roster"), ROSTER_COLUMNS, queries.roster(_session(pk), request.user))
