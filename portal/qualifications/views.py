"""The list of papers, the page of one, and the forms of its acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock, once
from portal.accounts.forms import show_errors
from portal.accounts.gates import or_404
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.organisations import queries as organisations
from portal.organisations.models import Organisation
from portal.qualifications import domain, queries, rules
from portal.qualifications.columns import COLUMNS
from portal.qualifications.forms import A_YEAR, CheckForm, PaperFilter, PaperForm, TakeOffForm
from portal.spreadsheet import xlsx_response
from portal.submissions import queries as dossiers
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from portal.qualifications.models import Qualification, QualificationQuerySet
    from portal.submissions.models import Submission

GET_OR_POST = ["GET", "HEAD", "POST"]
# What has no end, or no check, comes last on either database.
BY_END, BY_CHECK = (F(name).asc(nulls_last=True) for name in ("valid_until", "check_due_on"))
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "": (gettext_lazy("Lapses first"), (BY_END, "pk")),
    "newest": (gettext_lazy("Newest first"), ("-entered_at", "-pk")),
    "check": (gettext_lazy("Yearly check first"), (BY_CHECK, "pk")),
}


def _listed(request: PortalRequest) -> tuple[PaperFilter, QualificationQuerySet]:
    form = PaperFilter(request.GET, actor=request.actor)
    return form, form.restrict(queries.current(request.user))


def _paper(request: PortalRequest, pk: int) -> Qualification:
    return get_object_or_404(queries.papers(request.user), pk=pk)


@require_safe
def papers(request: PortalRequest) -> HttpResponse:
    """Present papers the reader may see, the first to lapse on top."""
    form, rows = _listed(request)
    context = {"form": form, **page_context(request, rows, sorts=SORTS)}
    return render(request, "qualifications/list.html", context)


@require_safe
def export(request: PortalRequest) -> HttpResponseBase:
    """The same list as a sheet."""
    _form, rows = _listed(request)
    ordered = rows.order_by(BY_END, "pk").iterator(chunk_size=500)
    return xlsx_response(_("Papers"), COLUMNS, ordered)


@require_safe
def paper(request: PortalRequest, pk: int) -> HttpResponse:
    """One paper: its days, its scan, its former and later periods, what may be done."""
    row, actor = _paper(request, pk), request.actor
    context = {
        "row": row,
        "chain": queries.chain(row, request.user),
        "may_renew": bool(rules.may_renew(row, actor)),
        "may_verify": bool(rules.may_verify(row, actor)),
        "may_take_off": bool(rules.may_take_off(row, actor)),
        "may_note_check": bool(rules.may_note_check(row, actor)),
    }
    return render(request, "qualifications/record.html", context)


@require_http_methods(GET_OR_POST)
def organisation_new(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter a paper of an organisation; it counts for all its products."""
    holder = get_object_or_404(organisations.organisations(request.user), pk=pk)
    return _new(request, holder, cancel=("organisation-record", holder.pk))


@require_http_methods(GET_OR_POST)
def dossier_new(request: PortalRequest, code: str) -> HttpResponse:
    """Enter a paper of one product or spot."""
    holder = get_object_or_404(dossiers.dossiers(request.user), code=code)
    return _new(request, holder, cancel=("dossier", holder.code))


def _new(
    request: PortalRequest, holder: Organisation | Submission, *, cancel: tuple[str, Any]
) -> HttpResponse:
    or_404(rules.may_enter(holder, request.actor))
    form = _form(request, holder=holder)
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            domain.enter(
                holder=holder,
                actor=request.actor,
                form_key=once.own_key(key, request.user),
                **form.values(),
            )
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
            form.ask_beside()
        else:
            messages.success(request, _("The paper is on file; a second person checks it."))
            return redirect(*cancel)
    context = {
        "form": form,
        "holder": holder,
        "of_organisation": isinstance(holder, Organisation),
        "action": f"?form_key={key}",
        "cancel": cancel,
    }
    return render(request, "qualifications/new.html", context)


def _form(
    request: PortalRequest,
    *,
    holder: Organisation | Submission,
    renews: Qualification | None = None,
) -> PaperForm:
    given = {"actor": request.actor, "holder": holder, "renews": renews}
    if request.method == "POST":
        return PaperForm(request.POST, request.FILES, **given)
    return PaperForm(kept_post(request), **given)


@require_http_methods(GET_OR_POST)
def renew(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter the paper's next period."""
    row = _paper(request, pk)
    if request.method != "POST":
        or_404(rules.may_renew(row, request.actor))
    or_404(rules.may_enter(row.holder, request.actor))
    form = _form(request, holder=row.holder, renews=row)
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            new = domain.renew(
                qualification=row,
                actor=request.actor,
                form_key=once.own_key(key, request.user),
                **form.values(),
            )
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The renewal is on file; the former paper stays below."))
            return redirect(new)
    context = {"form": form, "row": row, "action": f"?form_key={key}"}
    return render(request, "qualifications/renew.html", context)


@require_POST
def verify(request: PortalRequest, pk: int) -> HttpResponse:
    """Note that the entry agrees with the scan."""
    row = _paper(request, pk)
    try:
        domain.verify(qualification=row, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Checked: the entry agrees with the paper."))
    return redirect(row)


@require_http_methods(GET_OR_POST)
def note_check(request: PortalRequest, pk: int) -> HttpResponse:
    """Note the yearly check of a brand number."""
    row = _paper(request, pk)
    or_404(rules.may_note_check(row, request.actor))
    today = clock.today()
    initial = {"done_on": today, "next_on": (row.check_due_on or today) + A_YEAR}
    data = request.POST if request.method == "POST" else kept_post(request)
    form = CheckForm(data, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            domain.note_check(qualification=row, actor=request.actor, **form.cleaned_data)
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The yearly check is noted."))
            return redirect(row)
    return render(request, "qualifications/check.html", {"form": form, "row": row})


@require_http_methods(GET_OR_POST)
def take_off(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a paper off the file, with a reason."""
    row = _paper(request, pk)
    or_404(rules.may_take_off(row, request.actor))
    data = request.POST if request.method == "POST" else kept_post(request)
    form = TakeOffForm(data)
    if request.method == "POST" and form.is_valid():
        try:
            domain.take_off(qualification=row, actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The paper is off the file."))
            return redirect(row)
    return render(request, "qualifications/take_off.html", {"form": form, "row": row})
