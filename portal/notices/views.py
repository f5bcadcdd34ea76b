"""What a person was told, how they want to hear of it, and what went out of the portal."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.jobs.rules import looks_after_work
from portal.lists import page_context, page_of
from portal.notices import domain, events, queries, rules
from portal.notices import preferences as choices
from portal.notices.columns import COLUMNS
from portal.notices.enums import Channel
from portal.notices.forms import EmailForm, MessageFilter, PreferencesForm
from portal.notices.models import MessageQuerySet, Preferences, masked, masked_email
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

PAGE_SIZE = 50
SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "new": (gettext_lazy("Newest first"), ("-pk",)),
    "old": (gettext_lazy("Oldest first"), ("pk",)),
}


# --- What a person was told ------------------------------------------------------------------


@require_safe
def notices(request: Any) -> HttpResponse:
    """The reader's notices, newest first."""
    rows = queries.notices_of(request.user)
    page = page_of(request, rows, PAGE_SIZE)
    actions = [{"label": _("Choose what you receive"), "url": reverse("notice-preferences")}]
    if rules.oversees(request.actor):
        actions.append({"label": _("Message log"), "url": reverse("message-log")})
    context = {
        "page_obj": page,
        "unread": queries.unread_count(request.user),
        "actions": actions,
    }
    return render(request, "notices/list.html", context)


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    notice = get_object_or_404(queries.notices_of(request.user), pk=pk)
    domain.mark_read(notice=notice)
    return redirect(notice.url if domain.is_local(notice.url) else "notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the reader's notices as read."""
    n = domain.mark_all_read(reader=request.user)
    if n:
        said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", n)
        messages.success(request, said % {"n": n})
    else:
        messages.info(request, _("There was nothing unread."))
    return redirect("notices")


# --- How a person wants to hear of it --------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preferences(request: Any) -> HttpResponse:
    """Number, address, digest, and a choice for each kind of event that may be quieted."""
    chosen = queries.preferences_of(request.user)
    form = PreferencesForm(request.POST or None, chosen=chosen, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        wanted = {"ways": form.ways(), "digest_wanted": form.cleaned_data["digest"]}
        try:
            choices.choose(**wanted, actor=request.actor)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Your choice is kept."))
            return redirect("notice-preferences")
    context = {
        "form": form,
        "facts": _reach_facts(request.user, chosen),
        "urgent": events.that_reach(request.actor, urgent=True),
    }
    return render(request, "notices/preferences.html", context)


def _reach_facts(user: Any, chosen: Preferences) -> list[dict[str, str]]:
    phone = masked(user.phone) if user.phone else ""
    if phone and not user.phone_verified:
        phone = _("%(address)s, not confirmed yet") % {"address": phone}
    number = {
        "label": _("Mobile number"),
        "value": phone,
        "change_url": reverse("account_change_phone"),
    }
    if not settings.EMAIL_OFFERED:
        return [number]
    address = masked_email(chosen.email) if chosen.email else ""
    if address and not chosen.email_confirmed_at:
        address = _("%(address)s, not confirmed yet") % {"address": address}
    email = {"label": _("E-mail address"), "value": address, "change_url": reverse("notice-email")}
    return [number, email]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def email(request: Any) -> HttpResponse:
    """Give an address; a link goes to it."""
    if not settings.EMAIL_OFFERED:
        raise Http404
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if ratelimit.consume(request, action="confirm_email", key=address.lower()):
            choices.ask_email(email=address, actor=request.actor)
            sent = _("A link is on its way to %(address)s. Follow it within 24 hours.")
            messages.success(request, sent % {"address": masked_email(address)})
            return redirect("notice-preferences")
        form.add_error("email", _("No more links today: try again tomorrow."))
    chosen = queries.preferences_of(request.user)
    context = {"form": form, "address": masked_email(chosen.email) if chosen.email else ""}
    return render(request, "notices/email.html", context)


@require_POST
def email_drop(request: Any) -> HttpResponse:
    """Forget the address."""
    choices.drop_email(actor=request.actor)
    messages.success(request, _("The e-mail address is removed."))
    return redirect("notice-preferences")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def email_confirm(request: Any, token: str) -> HttpResponse:
    """The page the link leads to: one button, since programs that check mail open links too."""
    if not choices.is_link_of(token, request.user):
        raise Http404
    chosen = queries.preferences_of(request.user)
    if request.method != "POST" and choices.still_holds(token, chosen):
        context = {"address": masked_email(chosen.email)}
        return render(request, "notices/email_confirm.html", context)
    if request.method != "POST":
        messages.error(request, str(choices.OLD_LINK))
        return redirect("notice-email")
    try:
        choices.confirm_email(token=token, actor=request.actor)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("notice-email")
    messages.success(request, _("Your e-mail address is confirmed. Choose what goes there."))
    return redirect("notice-preferences")


# --- What went out of the portal -------------------------------------------------------------


@require_safe
def own_messages(request: HttpRequest) -> HttpResponse:
    """The texts and mails that were sent to the reader, and how that went."""
    rows = queries.messages_to(request.user)
    return render(request, "notices/own_messages.html", page_context(request, rows, sorts=SORTS))


def _log(request: Any) -> tuple[MessageFilter, MessageQuerySet]:
    if not rules.oversees(request.actor):
        raise Http404
    form = MessageFilter(request.GET)
    return form, queries.message_log(request.user, **form.wanted())


@require_safe
def message_log(request: Any) -> HttpResponse:
    """Every text and mail with its state; texts themselves are not shown."""
    form, rows = _log(request)
    context = {
        "form": form,
        "sees_work": looks_after_work(request.actor),
        "export_url": reverse("message-log-export"),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "notices/message_log.html", context)


@require_safe
def message_log_export(request: Any) -> HttpResponseBase:
    """The filtered log as a workbook."""
    _form, rows = _log(request)
    name = _("Message log %(day)s") % {"day": clock.today().isoformat()}
    return xlsx_response(name, COLUMNS, rows.order_by("-pk").iterator(chunk_size=2000))


@login_not_required
@require_safe
def messages_sent(request: HttpRequest, channel: Channel) -> HttpResponse:
    """What the demonstration would have sent; in production there is no such page."""
    if not settings.DEMONSTRATION:
        raise Http404
    rows = queries.sent_messages(channel)
    page = page_of(request, rows, PAGE_SIZE)
    template = "notices/mails.html" if channel == Channel.EMAIL else "notices/sent.html"
    return render(request, template, {"page_obj": page})
