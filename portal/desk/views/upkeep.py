"""Letters, stand-ins, handing over, and how reviewing goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.enums import Role
from portal.accounts.gates import only_for, or_404
from portal.accounts.middleware import kept_post
from portal.desk import domain, handover, queries, rules
from portal.desk.columns import PASS_COLUMNS
from portal.desk.forms import HandOverForm, LetterForm, StandInForm
from portal.desk.models import Letter
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.accounts.models import User

PERIODS = {
    "": (gettext_lazy("Since the beginning"), None),
    "30": (gettext_lazy("Last 30 days"), 30),
    "90": (gettext_lazy("Last 90 days"), 90),
}
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@only_for(rules.may_read_statistics)
def statistics(request: PortalRequest) -> HttpResponse:
    """Overdue steps by county, first-pass rate by county, and why things are sent back."""
    period = request.GET.get("period", "")
    _label, days = PERIODS.get(period, PERIODS[""])
    county = request.GET.get("county", "")[:6]
    rows = queries.first_pass(request.user, days=days)
    context = {
        "overdue": queries.overdue_by_county(request.user),
        "passes": rows,
        "reasons": [
            {"label": label, "value": n}
            for label, n in queries.reasons(request.user, days=days, county=county)
        ],
        "periods": [(value, label) for value, (label, _days) in PERIODS.items()],
        "period": period if period in PERIODS else "",
        "county": next((row for row in rows if row.code == county), None),
        "decided": sum(row.decided for row in rows),
        "first": sum(row.first for row in rows),
    }
    return render(request, "desk/statistics.html", context)


@require_safe
@only_for(rules.may_read_statistics)
def statistics_export(request: PortalRequest) -> HttpResponseBase:
    """The first-pass rates by county as a workbook."""
    _label, days = PERIODS.get(request.GET.get("period", ""), PERIODS[""])
    rows = queries.first_pass(request.user, days=days)
    return xlsx_response(_("Through at the first try, by county"), PASS_COLUMNS, rows)


@require_http_methods(GET_OR_POST)
@only_for(rules.may_assign)
def letters(request: PortalRequest) -> HttpResponse:
    """All templates, and a form for a new one."""
    form = LetterForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        return _write(request, form.instance)
    return render(request, "desk/letters.html", {"letters": queries.every_letter(), "form": form})


@require_http_methods(GET_OR_POST)
@only_for(rules.may_assign)
def letter(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a template; what was sent with it stays as it was."""
    row = get_object_or_404(queries.every_letter(), pk=pk)
    form = LetterForm(
        request.POST if request.method == "POST" else kept_post(request), instance=row
    )
    if request.method == "POST" and form.is_valid():
        return _write(request, form.instance)
    return render(request, "desk/letter.html", {"letter": row, "form": form})


def _write(request: PortalRequest, row: Letter) -> HttpResponse:
    domain.write_letter(letter=row, actor=request.actor)
    messages.success(request, _("The template is saved."))
    return redirect("desk-letters")


def _person(request: PortalRequest, pk: int | None) -> User:
    """Oneself, or whom an administrator looks after."""
    if pk is None:
        return request.user
    if not request.actor.has(Role.ADMIN):
        raise Http404
    return get_object_or_404(accounts.visible_people(request.user), pk=pk)


@require_http_methods(GET_OR_POST)
def away(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Name a stand-in for some days."""
    person = _away_person(request, pk)
    colleagues = accounts.colleagues_of(person)
    typed = request.POST if request.method == "POST" else kept_post(request)
    form = StandInForm(typed, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        try:
            handover.stand_in(absent=person, actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("%(name)s stands in.") % {"name": form.cleaned_data["deputy"]},
            )
            return redirect(request.path)
    context = {
        "person": person,
        "own": pk is None,
        "form": form,
        "colleagues": colleagues.exists(),
        "stand_ins": accounts.stand_ins_of(person, since=clock.today()),
        "filed": handover.filed_by(person).count(),
        "reviewed": handover.on_desk_of(person).count(),
    }
    return render(request, "desk/away.html", context)


def _away_person(request: PortalRequest, pk: int | None) -> User:
    or_404(request.actor.has(Role.ADMIN) or rules.may_review(request.actor))
    return _person(request, pk)


@require_POST
def stand_in_end(request: PortalRequest, pk: int) -> HttpResponse:
    """End a stand-in early."""
    people = accounts.visible_people(request.user)
    row = get_object_or_404(accounts.stand_ins(), pk=pk, absent__in=people)
    handover.end_stand_in(row=row, actor=request.actor)
    messages.success(request, _("The stand-in is ended."))
    return redirect(*_page_of(request, row.absent))


def _page_of(request: PortalRequest, person: User) -> tuple[object, ...]:
    if person.pk == request.user.pk:
        return ("desk-away",)
    return ("desk-away-person", person.pk)


@require_http_methods(GET_OR_POST)
def hand_over(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Give all open work to a successor in one act."""
    person = _away_person(request, pk)
    colleagues = accounts.colleagues_of(person)
    typed = request.POST if request.method == "POST" else kept_post(request)
    form = HandOverForm(typed, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["successor"]
        try:
            handed = handover.hand_over(leaver=person, successor=successor, actor=request.actor)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            said = _("Handed over to %(name)s: %(filed)d filed, %(reviewed)d to review.")
            messages.success(
                request,
                said % {"name": successor, "filed": handed.filed, "reviewed": handed.reviewed},
            )
            return redirect(*_page_of(request, person))
    context = {
        "person": person,
        "own": pk is None,
        "form": form,
        "filed": handover.filed_by(person),
        "reviewed": handover.on_desk_of(person),
        "colleagues": colleagues.exists(),
    }
    return render(request, "desk/hand_over.html", context)
