"""How often one may ask: counted in the cache that all processes share."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from portal.accounts.adapter import client_address
from portal.api.models import Key

if TYPE_CHECKING:
    from rest_framework.request import Request

WINDOW = 60


class PerMinute(BaseThrottle):
    """So many requests a minute for each key, each person, and each address of nobody.

    A window of the clock, one counter: two caches' calls, and on Redis exact whoever counts.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; False when it is one too many."""
        if request.user.is_authenticated:
            return self.count(request, _name(request), settings.API_REQUESTS_A_MINUTE)
        return self.count_stranger(request)

    def count_stranger(self, request: Request) -> bool:
        """Count a request of nobody's, a wrong key's too: guessing is slow."""
        address = client_address(request._request)  # noqa: SLF001 - DRF's way to Django's own
        return self.count(request, f"address:{address}", settings.API_STRANGERS_A_MINUTE)

    def count(self, request: Request, who: str, most: int) -> bool:
        """Count for one name; False above `most`."""
        window = int(time.time()) // WINDOW
        digest = hashlib.sha256(who.encode()).hexdigest()[:32]
        name = f"api-requests:{digest}:{window}"
        if cache.add(name, 1, WINDOW):
            return most >= 1
        try:
            return cache.incr(name) <= most
        except ValueError:  # it ran out between the two calls: a new window begins
            return True

    def wait(self) -> float:
        """Seconds until the next window."""
        return WINDOW - time.time() % WINDOW


def _name(request: Request) -> str:
    if isinstance(request.auth, Key):
        return f"key:{request.auth.pk}"
    return f"person:{request.user.pk}"
