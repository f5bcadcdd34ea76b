"""The administrators' pages: who has an account, who holds which role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import domain, queries, rules
from portal.accounts.columns import PEOPLE_COLUMNS
from portal.accounts.forms import InviteForm, PeopleFilter, RoleForm, show_errors
from portal.accounts.gates import only_for
from portal.accounts.middleware import PortalRequest, kept_post
from portal.accounts.models import Membership, User, UserQuerySet
from portal.accounts.phones import mask_phone
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "name": (gettext_lazy("Full name"), ("full_name", "pk")),
    "newest": (gettext_lazy("Newest first"), ("-date_joined", "-pk")),
    "seen": (gettext_lazy("Last sign-in"), ("-last_login", "-pk")),
}
# What can be done to an account: title, what will happen, the word on the button, the act.
ACCOUNT_ACTS: dict[str, tuple[Any, Any, Any, Callable[..., Any]]] = {
    "close": (
        gettext_lazy("Close the account of %(name)s"),
        gettext_lazy(
            "All roles end and all devices are signed out at once. What was done under this "
            "account stays on record. It can be opened again, without roles."
        ),
        gettext_lazy("Close the account"),
        domain.deactivate_user,
    ),
    "open": (
        gettext_lazy("Open the account of %(name)s again"),
        gettext_lazy("The person can sign in again and holds no role until you give one."),
        gettext_lazy("Open the account"),
        domain.reactivate_user,
    ),
    "reset-factor": (
        gettext_lazy("Reset the second step of %(name)s"),
        gettext_lazy(
            "Only after you made sure who is asking: all devices are signed out, and the next "
            "sign-in sets up a new authenticator app."
        ),
        gettext_lazy("Reset the second step"),
        domain.reset_second_factor,
    ),
    "invite": (
        gettext_lazy("Send %(name)s a new link"),
        gettext_lazy("The link goes out by text message and sets a password within 7 days."),
        gettext_lazy("Send the link"),
        domain.invite_again,
    ),
}


def _listed(request: PortalRequest) -> tuple[PeopleFilter, UserQuerySet]:
    form = PeopleFilter(request.GET)
    form.is_valid()
    rows = queries.people(
        visible=queries.visible_people(request.user),
        text=form.cleaned_data.get("text", ""),
        role=form.cleaned_data.get("role", ""),
    )
    return form, rows


@require_safe
@only_for(rules.is_administrator)
def people(request: PortalRequest) -> HttpResponse:
    """All accounts with their present roles."""
    form, rows = _listed(request)
    context = page_context(request, rows, sorts=SORTS)
    for person in context["page_obj"]:
        person.masked_phone = mask_phone(person.phone)
    return render(request, "accounts/people.html", {"form": form, **context})


@require_safe
@only_for(rules.is_administrator)
def people_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, rows = _listed(request)
    return xlsx_response(_("People"), PEOPLE_COLUMNS, rows.order_by("pk").iterator(chunk_size=500))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.is_administrator)
@never_cache
def invite(request: PortalRequest) -> HttpResponse:
    """Open an account; the answer shows the link once, for whoever has no text messages."""
    form = InviteForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = domain.invite(**form.cleaned_data, actor=request.actor)
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            return render(request, "accounts/invited.html", {"invitation": invitation})
    return render(request, "accounts/invite.html", {"form": form})


@require_safe
@only_for(rules.is_administrator)
@never_cache
def person(request: PortalRequest, pk: int) -> HttpResponse:
    """One account: facts, roles, and what can be done."""
    user = _person(request, pk)
    return render(
        request,
        "accounts/person.html",
        {
            "person": user,
            "facts": [
                {"label": _("User name"), "value": user.username},
                {"label": _("Account"), "value": _("Open") if user.is_active else _("Closed")},
                {
                    "label": _("Second step at sign-in"),
                    "value": _("Set up") if queries.has_second_factor(user) else _("Not set up"),
                },
            ],
            "roles": queries.roles_of(user),
            "own": user.pk == request.user.pk,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.is_administrator)
def person_role(request: PortalRequest, pk: int) -> HttpResponse:
    """Give a person one more role."""
    user = _person(request, pk)
    form = RoleForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.grant_membership(user=user, **form.cleaned_data, actor=request.actor)
        except (RuleBroken, ValidationError) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Role given: %(role)s.") % {"role": row})
            return redirect("person", user.pk)
    return render(request, "accounts/person_role.html", {"form": form, "person": user})


@require_POST
@only_for(rules.is_administrator)
def role_end(request: PortalRequest, pk: int, role: int) -> HttpResponse:
    """End one role of a person."""
    user = _person(request, pk)
    row: Membership = get_object_or_404(queries.roles_of(user), pk=role)
    try:
        domain.end_membership(membership=row, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Role ended: %(role)s.") % {"role": row})
    return redirect("person", user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.is_administrator)
@never_cache
def person_act(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    """Ask, then close, open, reset or invite again."""
    user = _person(request, pk)
    if act not in ACCOUNT_ACTS:
        raise Http404
    title, text, button, do = ACCOUNT_ACTS[act]
    if request.method == "POST":
        try:
            result = do(user=user, actor=request.actor)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            if isinstance(result, domain.Invitation):
                return render(request, "accounts/invited.html", {"invitation": result})
            messages.success(request, _("Done, and recorded."))
        return redirect("person", user.pk)
    return render(
        request,
        "accounts/confirm.html",
        {
            "title": title % {"name": user},
            "text": text,
            "submit_label": button,
            "cancel_url": reverse("person", args=[user.pk]),
            "danger": act in {"close", "reset-factor"},
        },
    )


def _person(request: PortalRequest, pk: int) -> User:
    return get_object_or_404(queries.visible_people(request.user), pk=pk)
