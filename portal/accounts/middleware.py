"""Who acts in a request, text that outlives a session, and the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from portal.accounts import queries
from portal.accounts.actor import Actor
from portal.accounts.adapter import client_address
from portal.accounts.enums import SECOND_FACTOR_ROLES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class PortalRequest(HttpRequest):
    """A request as views see it: a signed-in person and the actor (for annotations only)."""

    user: User
    actor: Actor


GetResponse = Callable[[HttpRequest], HttpResponse]

KEPT_KEY = "kept_post"
KEPT_BYTES = 100 * 1024
LAST_USER_COOKIE = "last_user"
LAST_USER_SALT = "portal.accounts.last_user"
LAST_USER_SECONDS = 30 * 24 * 3600


def actor_of(request: HttpRequest) -> Actor:
    """Build the actor of a request: a signed-in person, or a visitor without rights."""
    address = client_address(request)
    if request.user.is_authenticated:
        return Actor.of(request.user, address=address)
    return Actor.visitor(address=address)


def _keeping_hats(person: User | AnonymousUser) -> User | AnonymousUser:
    if person.is_authenticated:
        person.keeps_hats = True
    return person


class ActorMiddleware:
    """Sets `request.actor`, read from the database when a view first asks; the person's roles are
    read once for the whole request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the actor."""
        person = request.user
        request.user = SimpleLazyObject(lambda: _keeping_hats(person))
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class KeepExpiredPostMiddleware:
    """Keeps what a person typed when the session ended before the form was sent.

    The fields wait in the anonymous session, which survives sign-in, for the person of the
    ended session alone: a signed cookie, set at every sign-in, says who that was, and whoever
    else signs in never sees them. CSRF was checked before, so no other site can plant text.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Leave the cookie that says who signed in here last."""
        response = self.get_response(request)
        user_id = getattr(request, "signed_in_now", None)
        if user_id is not None:
            response.set_signed_cookie(
                LAST_USER_COOKIE,
                str(user_id),
                salt=LAST_USER_SALT,
                max_age=LAST_USER_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Keep the fields and send the person to sign in; anything else goes on its way."""
        if (
            request.method != "POST"
            or request.user.is_authenticated
            or not getattr(view, "login_required", True)
            or getattr(view, "csrf_exempt", False)
        ):
            return None
        if not _keep(request):
            return None
        messages.warning(
            request,
            _("You were signed out. Sign in again: what you typed is kept; choose the files anew.")
            if request.FILES
            else _("You were signed out. Sign in again: what you typed has been kept."),
        )
        login = resolve_url(settings.LOGIN_URL)
        return _go(request, f"{login}?{urlencode({'next': _page(request)})}")


def _keep(request: HttpRequest) -> bool:
    user_id = request.get_signed_cookie(
        LAST_USER_COOKIE, default=None, salt=LAST_USER_SALT, max_age=LAST_USER_SECONDS
    )
    fields = request.POST.copy()
    for name in list(fields):
        if name == "csrfmiddlewaretoken" or "password" in name.lower():
            del fields[name]
    text = fields.urlencode()
    if user_id is None or not fields or len(text) > KEPT_BYTES:
        return False
    request.session[KEPT_KEY] = {"user": user_id, "path": request.path, "fields": text}
    return True


def _page(request: HttpRequest) -> str:
    """The page the form stood on: where it was posted from, else where it was posted to."""
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(referer)
    if not own or not parts.path:
        return request.get_full_path()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def kept_post(request: HttpRequest, *, path: str = "") -> QueryDict | None:
    """Hand back, once, what the signed-in person typed here before the session ended.

    A form view fills its form with it: `Form(kept_post(request))` shows text and errors, and
    nothing is saved until the person sends it. `path` is where the form was sent to, when that is
    not the page's own address.
    """
    kept = request.session.get(KEPT_KEY)
    if kept is None or not request.user.is_authenticated or kept["path"] != (path or request.path):
        return None
    del request.session[KEPT_KEY]
    return QueryDict(kept["fields"]) if kept["user"] == str(request.user.pk) else None


@receiver(user_logged_in)
def remember_who_signed_in(*, request: HttpRequest | None, user: User, **_kwargs: Any) -> None:
    """Note the person for the cookie, and drop what another person left behind."""
    if request is None:
        return
    request.signed_in_now = user.pk  # type: ignore[attr-defined]
    kept = request.session.get(KEPT_KEY)
    if kept is not None and kept["user"] != str(user.pk):
        del request.session[KEPT_KEY]


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in person's role needs a second factor that is not set up yet."""
    return (
        settings.SECOND_FACTOR_REQUIRED
        and request.user.is_authenticated
        and request.actor.has(*SECOND_FACTOR_ROLES)  # type: ignore[attr-defined]
        and not queries.has_second_factor(request.user)
    )


class SecondFactorMiddleware:
    """Sends those whose role needs a second factor to set one up before anything else.

    Having one, they cannot sign in without it: allauth asks at every sign-in.
    """

    OPEN = frozenset(
        {
            "account_logout",
            "account_reauthenticate",
            "elder-mode",
            "privacy",
            "privacy-version",
            "about",
            "set_language",
            "healthz",
            "readyz",
            "freshz",
        }
    )
    OPEN_PREFIX = "mfa_"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the check runs when the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Redirect to the set-up page where the second factor is still missing; an address for
        machines says so itself (`own_gate`)."""
        if getattr(view, "own_gate", False):
            return None
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        if name in self.OPEN or name.startswith(self.OPEN_PREFIX):
            return None
        if not lacks_second_factor(request):
            return None
        messages.warning(
            request,
            _("Your role needs a second step at sign-in. Set it up once; it takes two minutes."),
        )
        return _go(request, resolve_url("mfa_activate_totp"))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the whole page, also when htmx asked for a part of it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
