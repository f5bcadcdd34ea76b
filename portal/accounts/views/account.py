"""One's own profile, large type, the privacy text, and forgotten passwords."""

from __future__ import annotations

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import domain, queries
from portal.accounts.enums import SELF_ROLES, Role
from portal.accounts.forms import PasswordLinkForm
from portal.accounts.middleware import PortalRequest
from portal.accounts.phones import mask_phone
from portal.verdict import RuleBroken

ELDER_COOKIE_SECONDS = 365 * 24 * 3600
# Large: text of 18 px and more; largest: of 30 px.
ELDER_SIZES = ("1", "2")


@require_safe
@never_cache
def profile(request: PortalRequest) -> HttpResponse:
    """Name, number, roles, and the ways to password, second factor and sessions."""
    roles = list(queries.roles_of(request.user))
    held = {row.role for row in roles}
    return render(
        request,
        "accounts/profile.html",
        {
            "facts": [
                {"label": _("Full name"), "value": request.user.full_name},
                {"label": _("User name"), "value": request.user.username},
                {"label": _("Mobile number"), "value": mask_phone(request.user.phone)},
            ],
            "roles": roles,
            "more_roles": [role for role in Role if role in SELF_ROLES and role not in held],
            "second_factor": queries.has_second_factor(request.user),
        },
    )


@require_POST
def take_role(request: PortalRequest) -> HttpResponse:
    """Become a creator or a trainee oneself."""
    try:
        role = Role(request.POST.get("role", ""))
        domain.grant_membership(user=request.user, role=role, actor=request.actor)
    except (ValueError, RuleBroken, ValidationError):
        messages.error(request, _("This role cannot be taken, or you hold it already."))
    else:
        messages.success(request, _("You are now: %(role)s.") % {"role": role.label})
    return redirect("profile")


@login_not_required
@require_POST
def elder_mode(request: PortalRequest) -> HttpResponse:
    """Switch large type on or off in this browser; `size` 2 asks for the largest, 1 for large."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(wanted if own else resolve_url("home"))
    size = request.POST.get("size", "")
    if size not in ELDER_SIZES and request.COOKIES.get("elder") in ELDER_SIZES:
        response.delete_cookie("elder", samesite="Lax")
    else:
        response.set_cookie(
            "elder",
            size if size in ELDER_SIZES else "1",
            max_age=ELDER_COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgotten_password(request: PortalRequest) -> HttpResponse:
    """Send a link by text; the answer is the same whether the number has an account or not."""
    form = PasswordLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        if not ratelimit.consume(request, action="reset_password", key=phone):
            form.add_error(
                "phone", _("Three links an hour are sent to one number at most. Try again later.")
            )
        else:
            domain.send_password_link(phone=phone, actor=request.actor)
            return redirect("account_reset_password_done")
    return render(request, "accounts/forgotten_password.html", {"form": form})


@login_not_required
@require_safe
def link_sent(request: PortalRequest) -> HttpResponse:
    """Where to look for the link."""
    return render(request, "accounts/link_sent.html")
