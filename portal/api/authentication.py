"""Who asks: a machine with a key, or a person who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission

from portal.accounts.actor import Actor
from portal.accounts.adapter import client_address
from portal.accounts.middleware import lacks_second_factor
from portal.api import domain, queries, rules
from portal.api.models import Key

if TYPE_CHECKING:
    from rest_framework.request import Request

    from portal.accounts.models import User

SCHEME = "bearer"
UNKNOWN_KEY = _("This key is not known. Ask the system administrator for a new one.")


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer bqw_…`: the key's owner, with the roles that the key leaves."""

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'

    def authenticate(self, request: Request) -> tuple[User, Key] | None:
        """Return owner and key; None where no key is sent. Raises: AuthenticationFailed."""
        scheme, _space, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME:
            return None
        key = queries.key_by_digest(domain.digest_of(secret.strip()))
        if key is None:
            raise AuthenticationFailed(UNKNOWN_KEY)
        if key.revoked_at is not None:
            raise AuthenticationFailed(_("This key was revoked."))
        if key.expires_at <= timezone.now():
            raise AuthenticationFailed(_("This key has expired. Ask for a new one."))
        hats = rules.hats_of(key) if key.owner.is_active else ()
        if not hats:
            raise AuthenticationFailed(_("Whom this key acted for holds no such office any more."))
        domain.note_use(key)
        return key.owner.wearing(hats), key


class PersonAuthentication(authentication.SessionAuthentication):
    """A person's session, with the CSRF check, the second factor and the consent of every page."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the person; None for a visitor. Raises: PermissionDenied."""
        found = super().authenticate(request)
        if found is None:
            return None
        plain = request._request  # noqa: SLF001 - DRF's documented way to Django's own
        if lacks_second_factor(plain):
            raise PermissionDenied(_("Set up the second step of your sign-in first."))
        if found[0].privacy_version != settings.PRIVACY_VERSION:
            raise PermissionDenied(_("Read the privacy text on the portal's pages first."))
        return found


def actor_of(request: Request) -> Actor:
    """The actor of a request: a machine acts as its key's owner, and the record names the key."""
    address = client_address(request._request)  # noqa: SLF001 - as above
    if not request.user.is_authenticated:
        return Actor.visitor(address=address)
    key = request.auth.prefix if isinstance(request.auth, Key) else ""
    return Actor(request.user, request.user.hats_worn(), address=address, key=key)


class HasScope(BasePermission):
    """Closed unless the view names a scope for the method, and the key has it; a person has those
    rights that the pages give."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the method is open to who asks."""
        method = "GET" if request.method == "HEAD" else request.method
        scope = view.scopes.get(method)
        if scope is None or not request.user.is_authenticated:
            # What an address does not do at all is answered so, to whoever is somebody.
            done = method in view.allowed_methods and method != "OPTIONS"
            return request.user.is_authenticated and not done
        if not isinstance(request.auth, Key):
            if view.keys_only:
                raise Http404
            return True
        if scope and scope not in request.auth.scopes:
            self.message = _("This key is not for that: it lacks the scope %(scope)s.") % {
                "scope": scope
            }
            return False
        return True


class IsPublic(BasePermission):
    """Open to everybody: it shows nothing of anybody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Yes."""
        return True


class KeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI file names the key."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": str(_("An API key: bqw_…"))}


class PersonScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI file names a person's session."""

    target_class = PersonAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
