"""Filling in: a new dossier, and the form of one that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import once
from portal.accounts.middleware import kept_post
from portal.files.fields import FilesField
from portal.moves.domain import SeenTooOld
from portal.moves.pages import seen_version
from portal.submissions import domain, kinds, queries, rebase, rules, values
from portal.submissions.forms import DossierForm
from portal.submissions.models import Submission
from portal.submissions.views import autosave
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    import uuid

    from portal.accounts.middleware import PortalRequest


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
    key = once.form_key(request)
    if request.method == "POST":
        form = chosen.form(request.POST, request.FILES, actor=request.actor)
        if form.is_valid():
            row, again = file_once(request, chosen, form, key)
            if autosave.asked(request):
                return autosave.saved(row, reverse("dossier-edit", args=[row.code]), again=again)
            return redirect(row)
        if autosave.asked(request):
            return autosave.unfit(form)
    else:
        known = {**chosen.form.prefill(request.actor), **request.GET.dict()}
        form = chosen.form(kept_post(request), actor=request.actor, initial=known)
    saving = autosave.of_form(request.user, once.own_key(key, request.user))
    action = f"?form_key={key}"
    return _form_page(request, form, kind=chosen, row=None, action=action, saving=saving)


def file_once(
    request: PortalRequest, kind: kinds.Kind, form: DossierForm, key: uuid.UUID
) -> tuple[Submission, bool]:
    """File a draft from a valid form; sent again with other values, write those into it.

    The second happens when the answer to the first was lost on the way and the person typed on. It
    is done only while nobody else has touched the draft; else True beside it says that what was
    typed is not in it.
    """
    own_key = once.own_key(key, request.user)
    row = domain.file_draft(kind=kind, form=form, actor=request.actor, form_key=own_key)
    before = values.of_form(kind.form(instance=row.record))
    by_itself = autosave.asked(request)
    typed = {
        name: value
        for name, value in values.cleaned(form).items()
        if name in before and not (by_itself and isinstance(form.fields[name], FilesField))
    }
    if not values.changes(before, typed):
        return row, False
    if row.version > 1 or not rules.may_edit(row, request.actor):
        return row, True
    data = autosave.typed(request, type(form), row) if by_itself else form.data
    later = type(form)(data, instance=row.record, actor=request.actor)
    if not later.is_valid():
        return row, True
    saved = domain.save_draft(submission=row, form=later, actor=request.actor, seen=row.version)
    return saved, False


def _form_page(
    request: HttpRequest,
    form: DossierForm,
    *,
    kind: kinds.Kind,
    row: Submission | None,
    action: str,
    saving: dict[str, Any],
    shown: str = "",
) -> HttpResponse:
    # A form may leave out what its record does not need.
    live = "、".join(str(f.label) for name in kind.live_fields if (f := form.fields.get(name)))
    remarks: dict[str, Any] = {}
    if row is not None:
        remarks = {mark.field: mark for mark in row.remarks.filter(answered_at__isnull=True)}
    context = {
        "form": form,
        "kind": kind,
        "row": row,
        "action": action,
        "remarks": remarks,
        "live": live,
        "autosave": saving,
        "carried": [(rebase.NAME, shown)] if shown else [],
    }
    return render(request, "submissions/form.html", context)


def dossier_edit(request: PortalRequest, code: str) -> HttpResponse:
    """The form of a draft, a returned or a published dossier."""
    row = get_object_or_404(queries.dossiers(request.user), code=code)
    published = row.state == "published"
    judge = rules.may_revise if published else rules.may_edit
    verdict = judge(row, request.actor)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect(row)
    kind = kinds.get(row.kind)
    action, shown = f"?seen={seen_version(request, row)}", request.POST.get(rebase.NAME, "")
    if request.method == "POST":
        form = kind.form(
            autosave.typed(request, kind.form, row),
            request.FILES,
            instance=row.record,
            actor=request.actor,
            complete=published,
        )
        if autosave.asked(request):
            return _save_by_itself(request, row, form)
        if form.is_valid():
            try:
                return _save(request, row, form)
            except RuleBroken as error:
                row.refresh_from_db()
                if isinstance(error, SeenTooOld):
                    form = rebase.rebased(row=row, form=form, text=shown, actor=request.actor)
                form.add_error(None, str(error))
                action, shown = f"?seen={row.version}", rebase.shown(row)
    else:
        form = kind.form(kept_post(request), instance=row.record, actor=request.actor)
        shown = rebase.shown(row)
    saving = autosave.of_form(
        request.user, row.form_key, posts=not published, seen=seen_version(request, row)
    )
    return _form_page(request, form, kind=kind, row=row, action=action, shown=shown, saving=saving)


def _save_by_itself(request: PortalRequest, row: Submission, form: DossierForm) -> HttpResponse:
    """Write what somebody is typing into a draft; a published record changes by its button."""
    if row.state == "published":
        return autosave.too_old()
    if not form.is_valid():
        return autosave.unfit(form)
    try:
        row = domain.save_draft(
            submission=row,
            form=form,
            actor=request.actor,
            seen=seen_version(request, row),
            by_itself=True,
        )
    except RuleBroken as error:
        return autosave.too_old(error)
    return autosave.saved(row, reverse("dossier-edit", args=[row.code]))


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
