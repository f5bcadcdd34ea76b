"""The quick entry of a product on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from portal import once
from portal.accounts.middleware import kept_post
from portal.moves.domain import SeenTooOld
from portal.moves.pages import seen_version
from portal.submissions import completeness, kinds
from portal.submissions import domain as filing
from portal.submissions import queries as submissions
from portal.submissions import rules as filing_rules
from portal.submissions.views import autosave
from portal.submissions.views.filing import file_once
from portal.templatetags.figures import listed
from portal.verdict import RuleBroken
from products import rules
from products.forms import QuickForm

if TYPE_CHECKING:
    from typing import Any

    from portal.accounts.middleware import PortalRequest
    from portal.submissions.models import Submission

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def quick(request: PortalRequest) -> HttpResponse:
    """Photo, category, name, price, contact: a draft that is finished at a desk."""
    verdict = rules.may_file(request.actor)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect("home")
    key = once.form_key(request)
    if request.method == "POST":
        form = QuickForm(request.POST, request.FILES, actor=request.actor)
        if form.is_valid():
            row, again = file_once(request, kinds.get("product"), form, key)
            return _filed(request, row, again=again)
        if autosave.asked(request):
            return autosave.unfit(form)
    else:
        known = QuickForm.prefill(request.actor)
        form = QuickForm(kept_post(request), actor=request.actor, initial=known)
    saving = autosave.of_form(request.user, once.own_key(key, request.user))
    return _quick_page(request, form, action=f"?form_key={key}", saving=saving)


@require_http_methods(GET_OR_POST)
def quick_go_on(request: PortalRequest, code: str) -> HttpResponse:
    """The same of a draft that stands; what was filled in at a desk is not touched."""
    row = get_object_or_404(submissions.dossiers(request.user), code=code, kind="product")
    verdict = filing_rules.may_edit(row, request.actor)
    if not verdict:
        if autosave.asked(request):
            return autosave.too_old()
        messages.error(request, str(verdict.reason))
        return redirect(row)
    seen = seen_version(request, row)
    if request.method == "POST":
        data = autosave.typed(request, QuickForm, row)
        form = QuickForm(data, request.FILES, instance=row.record, actor=request.actor)
        if form.is_valid():
            try:
                row = filing.save_draft(
                    submission=row,
                    form=form,
                    actor=request.actor,
                    seen=seen,
                    by_itself=autosave.asked(request),
                )
            except RuleBroken as error:
                if autosave.asked(request):
                    return autosave.too_old(error)
                form.add_error(None, str(error))
                # Told what happened, the person may send these few fields once more.
                row.refresh_from_db()
                seen = row.version if isinstance(error, SeenTooOld) else seen
            else:
                return _filed(request, row)
        elif autosave.asked(request):
            return autosave.unfit(form)
    else:
        form = QuickForm(kept_post(request), instance=row.record, actor=request.actor)
    saving = autosave.of_form(request.user, row.form_key, seen=seen)
    return _quick_page(request, form, action=f"?seen={seen}", saving=saving)


def _filed(request: PortalRequest, row: Submission, *, again: bool = False) -> HttpResponse:
    """Go on to the dossier, saying what is missing; or tell the page that saves itself."""
    if autosave.asked(request):
        address = reverse("product-quick-go-on", args=[row.code])
        return autosave.saved(row, address, again=again)
    missing = [label for _name, label, _said in completeness.missing_fields(row) if label]
    said = gettext("Saved as a draft. To be finished at a desk: %(fields)s.")
    messages.success(request, said % {"fields": listed(missing)})
    return redirect(row)


def _quick_page(
    request: PortalRequest, form: QuickForm, *, action: str, saving: dict[str, Any]
) -> HttpResponse:
    context = {"form": form, "action": action, "autosave": saving}
    return render(request, "products/quick.html", context)
