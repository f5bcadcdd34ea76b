"""Pages of export profiles and of what they sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal import once
from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.campaigns import queries as campaigns
from portal.lists import page_context
from portal.spreadsheet import CONTENT_TYPE
from portal.verdict import RuleBroken
from products.exports import columns, domain, queries, rules
from products.exports.enums import FileForm
from products.exports.forms import ProfileForm, RowFilter

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

CONTENT_TYPES = {FileForm.XLSX: CONTENT_TYPE, FileForm.JSON: "application/json"}
PROFILE_SORTS = {
    "": (gettext_lazy("Name"), ("name", "pk")),
    "last": (gettext_lazy("Sent last"), ("-last_at", "pk")),
}
EXPORT_SORTS = {"": (gettext_lazy("Newest first"), ("-pk",))}
ROW_SORTS = {
    "": (gettext_lazy("As sent"), ("pk",)),
    "title": (gettext_lazy("Title"), ("submission__title", "pk")),
}


@require_safe
@only_for(rules.may_read)
def profiles(request: PortalRequest) -> HttpResponse:
    """Every profile, and when it was sent last."""
    context = {
        "may_export": bool(rules.may_export(request.actor)),
        **page_context(request, queries.profiles(request.user), sorts=PROFILE_SORTS),
    }
    return render(request, "products/export_profiles.html", context)


@only_for(rules.may_export)
def profile_new(request: PortalRequest) -> HttpResponse:
    """Keep a choice of products under a name."""
    form = ProfileForm(
        request.POST if request.method == "POST" else kept_post(request),
        campaigns=campaigns.every(),
    )
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.make_profile(
                actor=request.actor,
                form_key=once.own_key(key, request.user),
                **_values(form.cleaned_data),
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The profile stands; its first export can be made now."))
            return redirect(row)
    context = {"form": form, "action": f"?form_key={key}"}
    return render(request, "products/export_profile_new.html", context)


def _values(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What was chosen, as the model holds it: a county by its code, none for all of them."""
    return {**cleaned, "county": None, "county_id": cleaned["county"] or None}


@require_safe
@only_for(rules.may_read)
def profile(request: PortalRequest, pk: int) -> HttpResponse:
    """What a profile chooses, what it would send now, and every export it made."""
    row = get_object_or_404(queries.profiles(request.user), pk=pk)
    context = {
        "profile": row,
        "fits": queries.selected(row).count(),
        "to_send": queries.to_send(row).count(),
        "to_remove": queries.to_remove(row).count(),
        "may_export": bool(rules.may_export(request.actor)),
        **page_context(
            request, queries.exports(request.user).filter(profile=row), sorts=EXPORT_SORTS
        ),
    }
    return render(request, "products/export_profile.html", context)


@require_POST
@only_for(rules.may_export)
def export_run(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask for an export; its work shows how far it is."""
    row = get_object_or_404(queries.profiles(request.user), pk=pk)
    try:
        work = domain.ask_export(profile=row, actor=request.actor)
    except RuleBroken as error:
        messages.info(request, str(error))
        return redirect(row)
    return redirect("work-detail", pk=work.pk)


@require_safe
@only_for(rules.may_read)
def export(request: PortalRequest, pk: int) -> HttpResponse:
    """What was sent: every dossier in the version it had."""
    row = get_object_or_404(queries.exports(request.user), pk=pk)
    form = RowFilter(request.GET)
    context = {
        "export": row,
        "filter": form,
        **page_context(request, form.restrict(queries.rows(row)), sorts=ROW_SORTS),
    }
    for line in context["page_obj"]:
        line.reason_text = columns.reason_text(line.removed_because)
    return render(request, "products/export.html", context)


@require_safe
@only_for(rules.may_read)
def export_file(request: PortalRequest, pk: int, form: str) -> HttpResponseBase:
    """A file of an export as it was sent, byte for byte."""
    row = get_object_or_404(queries.exports(request.user), pk=pk)
    if form not in FileForm.values:
        raise Http404
    answer = FileResponse(
        default_storage.open(row.path(form)),
        as_attachment=True,
        filename=f"{row.profile.name}-{row.number}.{form}",
        content_type=CONTENT_TYPES[FileForm(form)],
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
