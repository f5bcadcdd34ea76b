"""Pages about keys: administrators issue them, owners look after their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.forms import show_errors
from portal.accounts.gates import only_for, or_404
from portal.accounts.middleware import PortalRequest, kept_post
from portal.accounts.rules import is_administrator
from portal.api import domain, queries, rules
from portal.api.columns import KEY_COLUMNS
from portal.api.forms import KeyFilter, KeyForm
from portal.api.models import Key
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "newest": (gettext_lazy("Newest first"), ("-pk",)),
    "ends": (gettext_lazy("Ending soonest"), ("expires_at", "pk")),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}


def _filtered(request: PortalRequest) -> tuple[KeyFilter, Any]:
    or_404(queries.open_to_keys(request.actor))
    form = KeyFilter(request.GET)
    form.is_valid()
    rows = queries.keys(request.user)
    if text := form.cleaned_data.get("q"):
        rows = rows.filter(name__icontains=text) | rows.filter(prefix__startswith=text)
    if state := form.cleaned_data.get("state"):
        rows = queries.keys_in_state(rows, state)
    return form, rows


@require_safe
def key_list(request: PortalRequest) -> HttpResponse:
    """The keys one may look at."""
    form, rows = _filtered(request)
    context = page_context(request, rows, sorts=SORTS)
    context["may_issue"] = bool(is_administrator(request.actor))
    return render(request, "api/keys.html", {"form": form, **context})


@require_safe
def key_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    ordered = rows.order_by("-pk").iterator(chunk_size=500)
    return xlsx_response(_("API keys"), KEY_COLUMNS, ordered)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(is_administrator)
@never_cache
def key_new(request: PortalRequest) -> HttpResponse:
    """Issue a key; the answer shows its secret, this once."""
    form = KeyForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = domain.issue_key(**form.cleaned_data, actor=request.actor)
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            return render(request, "api/issued.html", {"key": key, "secret": secret})
    return render(request, "api/key_new.html", {"form": form})


@require_safe
@never_cache
def key(request: PortalRequest, pk: int) -> HttpResponse:
    """One key: what it opens, and its webhooks."""
    row = _key(request, pk)
    facts = [
        {"label": _("Acts for"), "value": str(row.owner)},
        {"label": _("What it may do"), "value": "\n".join(row.scope_words)},
        {"label": _("Where"), "value": row.region_words},
    ]
    context = {
        "key": row,
        "facts": facts,
        "subscriptions": queries.subscriptions(row),
        "may_revoke": bool(rules.may_revoke(row, request.actor)),
    }
    return render(request, "api/key.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def key_revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask, then end the key."""
    row = _key(request, pk)
    if request.method == "POST":
        try:
            domain.revoke_key(key=row, actor=request.actor)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The key is revoked: it opens nothing any more."))
        return redirect("key", row.pk)
    text = _("The system that uses it is shut out at once, and its webhooks end.")
    context = {
        "title": _("Revoke the key “%(name)s”") % {"name": row.name},
        "text": text,
        "submit_label": _("Revoke the key"),
        "cancel_url": reverse("key", args=[row.pk]),
        "danger": True,
    }
    return render(request, "accounts/confirm.html", context)


def _key(request: PortalRequest, pk: int) -> Key:
    return get_object_or_404(queries.keys(request.user), pk=pk)
