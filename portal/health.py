"""For load balancers and probes: is the process alive, and can it serve?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; asks nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when all that a page needs answers, else 503; says which part fails, never how."""
    parts = {name: _answers(probe) for name, probe in PROBES.items()}
    ready = all(parts.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "parts": parts}, status=200 if ready else 503
    )


def _answers(probe: Callable[[], None]) -> bool:
    # A probe may fail in any way its driver knows; each means the same to the caller.
    try:
        probe()
    except Exception:
        return False
    return True


def _databases() -> None:
    for alias in settings.DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")


def _cache() -> None:
    cache.set("readyz", "ok", 5)
    if cache.get("readyz") != "ok":
        raise LookupError("the cache forgot what it was told")


def _folder() -> None:
    with tempfile.TemporaryFile(dir=settings.VAR_DIR) as probe:
        probe.write(b"ok")


PROBES: dict[str, Callable[[], None]] = {
    "databases": _databases,
    "cache": _cache,
    "folder": _folder,
}

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
