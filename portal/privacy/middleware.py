"""Nobody goes on with an older privacy text than the one in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

GetResponse = Callable[[HttpRequest], HttpResponse]


class ConsentMiddleware:
    """Asks a signed-in person once to read and agree, at the next page that is opened.

    A form that is sent goes through, and so does a part of a page that htmx asks for: nothing that
    was typed is lost. Rights that need no consent stay open: reading the text, one's own data,
    leaving, signing out.
    """

    OPEN = frozenset(
        {
            *("privacy", "privacy-version", "consent", "about"),
            *("my-data", "my-data-name", "my-data-export", "my-data-download", "my-data-close"),
            *("account_logout", "account_reauthenticate", "account_change_phone"),
            *("account_verify_phone", "work-detail", "file", "file-thumb"),
            *("elder-mode", "set_language", "healthz", "readyz", "freshz"),
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
        """Redirect to the text where the person has not agreed to the one in force; an address for
        machines says so itself (`own_gate`)."""
        if getattr(view, "own_gate", False):
            return None
        if request.method not in {"GET", "HEAD"} or request.headers.get("HX-Request"):
            return None
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        if name in self.OPEN or name.startswith(self.OPEN_PREFIX):
            return None
        user = request.user
        if not user.is_authenticated or user.privacy_version == settings.PRIVACY_VERSION:
            return None
        return redirect(f"{reverse('consent')}?{urlencode({'next': request.get_full_path()})}")
