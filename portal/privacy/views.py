"""The privacy text, one's own data and rights, and the reason for reading a masked value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import personal
from portal.accounts.forms import show_errors
from portal.accounts.middleware import kept_post
from portal.privacy import domain, queries, rules, showing, texts
from portal.privacy.forms import CloseForm, NameForm, ShowForm
from portal.privacy.retention import PERIODS
from portal.spreadsheet import CONTENT_TYPE
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest

ASKS = ["GET", "HEAD", "POST"]


def _own_address(request: PortalRequest, default: str) -> str:
    """Where `next` leads, when that is a page of the portal."""
    wanted = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else resolve_url(default)


def _text_context(version: texts.Version) -> dict[str, Any]:
    return {"version": version, "blocks": texts.blocks(version), "periods": PERIODS}


# --- The text --------------------------------------------------------------------------------


@login_not_required
@require_safe
def text(request: PortalRequest) -> HttpResponse:
    """The text in force, and the way to earlier ones."""
    present = texts.present()
    context = _text_context(present) | {"versions": texts.until(present.number), "present": present}
    return render(request, "privacy/text.html", context)


@login_not_required
@require_safe
def earlier_text(request: PortalRequest, number: str) -> HttpResponse:
    """The text of one version, as it was."""
    versions = texts.until(texts.present().number)
    version = next((v for v in versions if v.number == number), None)
    if version is None:
        raise Http404
    context = _text_context(version) | {"versions": versions, "present": texts.present()}
    return render(request, "privacy/text.html", context)


@require_http_methods(ASKS)
@never_cache
def consent(request: PortalRequest) -> HttpResponse:
    """Ask who has not agreed to the text in force; then go on to where the person was going."""
    onward = _own_address(request, "home")
    if request.method == "POST":
        try:
            domain.give_consent(
                user=request.user, version=request.POST.get("version", ""), actor=request.actor
            )
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            return redirect(onward)
    context = _text_context(texts.present()) | {
        "agreed": request.user.privacy_version == texts.present().number,
        "newer": texts.newer_than(request.user.privacy_version),
        "onward": onward,
    }
    return render(request, "privacy/consent.html", context)


# --- One's own data --------------------------------------------------------------------------


@require_safe
@never_cache
def my_data(request: PortalRequest) -> HttpResponse:
    """Everything kept of the reader, and what can be done about it."""
    exports = queries.exports_of(request.user)
    sections = queries.sections_of(request.user)
    context = {
        "sections": sections,
        "empty": [section for section in sections if not section.rows],
        "export": exports.ready().first(),
        "in_the_making": exports.filter(ready_at__isnull=True).first(),
    }
    return render(request, "privacy/my_data.html", context)


@require_http_methods(ASKS)
@never_cache
def name(request: PortalRequest) -> HttpResponse:
    """Correct one's own name."""
    data = request.POST if request.method == "POST" else kept_post(request)
    form = NameForm(data, initial={"full_name": request.user.full_name})
    if request.method == "POST" and form.is_valid():
        try:
            domain.correct_name(user=request.user, actor=request.actor, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Your name is corrected."))
            return redirect("my-data")
    return render(request, "privacy/name.html", {"form": form})


@require_POST
def export(request: PortalRequest) -> HttpResponse:
    """Ask for a copy of everything; the work's page says when it is ready."""
    work = domain.ask_export(user=request.user, actor=request.actor)
    return redirect("work-detail", pk=work.pk)


@require_safe
@never_cache
def download(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Send a copy to the person it is about; nobody else, and not when its days are over."""
    row = get_object_or_404(queries.exports_of(request.user).ready(), pk=pk)
    try:
        file = default_storage.open(row.path)
    except FileNotFoundError:
        raise Http404 from None
    filename = _("My personal information %(day)s") % {"day": localdate(row.ready_at).isoformat()}
    return FileResponse(
        file, as_attachment=True, filename=f"{filename}.xlsx", content_type=CONTENT_TYPE
    )


@require_http_methods(ASKS)
@never_cache
def close(request: PortalRequest) -> HttpResponse:
    """Say what will happen, list what is in the way, ask for the password, close."""
    form = CloseForm(request.POST if request.method == "POST" else None, request=request)
    duties = personal.obligations_of(request.user)
    if request.method == "POST" and not duties and form.is_valid():
        try:
            domain.close_account(user=request.user, actor=request.actor)
        except RuleBroken as error:
            form.add_error(None, str(error))
            duties = personal.obligations_of(request.user)
        else:
            logout(request)
            messages.success(
                request, _("Your account is closed, and your name and number are gone from it.")
            )
            return redirect("home")
    return render(request, "privacy/close.html", {"form": form, "duties": duties})


# --- Masked values ---------------------------------------------------------------------------


@require_http_methods(ASKS)
@never_cache
def show(request: PortalRequest, subject: str, pk: str, field: str) -> HttpResponse:
    """Ask why; then the page the reader came from shows the value for ten minutes."""
    try:
        item = personal.masked_field(subject, field)
    except KeyError:
        raise Http404 from None
    try:
        row = get_object_or_404(item.rows(request.user), pk=pk)
    except (ValueError, ValidationError):
        raise Http404 from None
    if not rules.may_show(field=item, row=row, actor=request.actor) or not item.value(row):
        raise Http404
    onward = _own_address(request, "home")
    form = ShowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        domain.show_value(field=item, row=row, actor=request.actor, **form.cleaned_data)
        showing.grant(request, field=item, row=row)
        return redirect(onward)
    context = {
        "form": form,
        "label": item.label,
        "masked": item.mask(item.value(row)),
        "row": row,
        "onward": onward,
        "minutes": showing.MINUTES,
    }
    return render(request, "privacy/show.html", context)
