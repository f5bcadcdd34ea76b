"""Pages of the dossier: list, record, form, moves, revisions. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.moves.domain import SeenTooOld, transition
from portal.moves.pages import seen_version
from portal.once import form_key, own_key
from portal.spreadsheet import xlsx_response
from portal.submissions import completeness, domain, kinds, queries, rules, values
from portal.submissions.columns import DOSSIER_COLUMNS
from portal.submissions.forms import DossierForm, QueueFilter, ReasonForm, RemarksForm
from portal.submissions.models import Revision, Submission
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("Newest first"), ("-pk",)),
    "waiting": (gettext_lazy("Waiting longest"), ("submitted_at", "pk")),
    "title": (gettext_lazy("Title"), ("title", "pk")),
}


def _filtered(request: PortalRequest) -> tuple[QueueFilter, Any]:
    form = QueueFilter(request.GET)
    return form, form.restrict(queries.dossiers(request.user), request.actor)


@require_safe
def dossier_list(request: PortalRequest) -> HttpResponse:
    """Every dossier the reader may see, all kinds in one list."""
    form, rows = _filtered(request)
    may_file = [kind for kind in kinds.every() if kind.may_file(request.actor)]
    context = {"filter": form, "may_file": may_file, **page_context(request, rows, sorts=SORTS)}
    return render(request, "submissions/list.html", context)


@require_safe
def dossier_export(request: PortalRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    return xlsx_response(_("Dossiers"), DOSSIER_COLUMNS, rows.iterator(chunk_size=500))


def dossier_new(request: PortalRequest, kind: str) -> HttpResponse:
    """An empty form of a kind; posting makes a draft."""
    try:
        chosen = kinds.get(kind)
    except KeyError:
        raise Http404 from None
    verdict = chosen.may_file(request.actor)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect("home")
    key = form_key(request)
    if request.method == "POST":
        form = chosen.form(request.POST, request.FILES, actor=request.actor)
        if form.is_valid():
            own = own_key(key, request.user)
            row = domain.file_draft(kind=chosen, form=form, actor=request.actor, form_key=own)
            return redirect(row)
    else:
        known = {**chosen.form.prefill(request.actor), **request.GET.dict()}
        form = chosen.form(kept_post(request), actor=request.actor, initial=known)
    return _form_page(request, form, kind=chosen, row=None, action=f"?form_key={key}", remarks={})


def _form_page(
    request: HttpRequest,
    form: DossierForm,
    *,
    kind: kinds.Kind,
    row: Submission | None,
    action: str,
    remarks: dict[str, Any],
) -> HttpResponse:
    live = "、".join(str(form.fields[name].label) for name in kind.live_fields)
    context = {
        "form": form,
        "kind": kind,
        "row": row,
        "action": action,
        "remarks": remarks,
        "live": live,
    }
    return render(request, "submissions/form.html", context)


def _row(request: PortalRequest, code: str) -> Submission:
    return get_object_or_404(queries.dossiers(request.user), code=code)


@require_safe
def dossier(request: PortalRequest, code: str) -> HttpResponse:
    """One dossier: where it stands, what it says, what the reader may do next."""
    row = _row(request, code)
    return _record_page(request, row)


def _record_page(request: PortalRequest, row: Submission) -> HttpResponse:
    kind = kinds.get(row.kind)
    record = row.record
    form = kind.form(instance=record)
    remarks = {remark.field: remark for remark in row.remarks.filter(answered_at__isnull=True)}
    applicant = bool(rules.is_applicant(row, request.actor))
    may_edit = bool(rules.may_edit(row, request.actor) or rules.may_revise(row, request.actor))
    context = {
        "row": row,
        "kind": kind,
        "lines": values.lines(form, values.of_form(form)),
        "remarks": remarks,
        "history": queries.history(row),
        "moves": row.moves.open_to(row, request.actor),
        "lacking": completeness.missing_fields(row) if may_edit else [],
        "may_edit": may_edit,
        "is_applicant": applicant,
        "revision": queries.pending_revisions(request.user).filter(submission=row).first(),
        "public_url": reverse(kind.public_url, args=[row.code])
        if kind.public_url and row.state == "published"
        else "",
        "note": kind.note(record),
    }
    return render(request, "submissions/record.html", context)


def dossier_edit(request: PortalRequest, code: str) -> HttpResponse:
    """The form of a draft, a returned or a published dossier."""
    row = _row(request, code)
    verdict = (
        rules.may_edit(row, request.actor)
        if row.state != "published"
        else (rules.may_revise(row, request.actor))
    )
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect(row)
    kind = kinds.get(row.kind)
    published = row.state == "published"
    remarks = {remark.field: remark for remark in row.remarks.filter(answered_at__isnull=True)}
    action = f"?seen={seen_version(request, row)}"
    if request.method == "POST":
        form = kind.form(
            request.POST,
            request.FILES,
            instance=row.record,
            actor=request.actor,
            complete=published,
        )
        if form.is_valid():
            try:
                return _save(request, row, form)
            except RuleBroken as error:
                form.add_error(None, str(error))
                row.refresh_from_db()
                action = f"?seen={row.version}"
    else:
        form = kind.form(kept_post(request), instance=row.record, actor=request.actor)
    return _form_page(request, form, kind=kind, row=row, action=action, remarks=remarks)


def _save(request: PortalRequest, row: Submission, form: DossierForm) -> HttpResponse:
    seen = seen_version(request, row)
    if row.state != "published":
        domain.save_draft(submission=row, form=form, actor=request.actor, seen=seen)
        messages.success(request, _("Saved. Check the entries below, then submit."))
        return redirect(row)
    live, revision = domain.change_published(
        submission=row, form=form, actor=request.actor, seen=seen
    )
    if live:
        names = "、".join(str(form.fields[name].label) for name in live)
        messages.success(request, _("In force at once: %(fields)s.") % {"fields": names})
    if revision:
        messages.success(
            request,
            _("Your other changes wait for review; until then the published page stays as it is."),
        )
    if not live and not revision:
        messages.info(request, _("Nothing was changed."))
    return redirect(row)


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
        if (
            error.since
            and error.since[-1].user_id == request.user.pk
            and (error.since[-1].move == move)
        ):
            return redirect(row)  # the second click of a double click: it is done already
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
    form = ReasonForm(request.POST or None)
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
    record_form = kinds.get(row.kind).form(instance=row.record)
    form = RemarksForm(request.POST or None, record_form=record_form)
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
    form = kinds.get(row.submission.kind).form(instance=row.submission.record)
    context = {
        "revision": row,
        "row": row.submission,
        "differences": values.differences(form, row.changes),
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
    form = ReasonForm(request.POST or None)
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
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(step.past))
    return redirect(row.submission)
