"""Pages that are there for some readers only: everybody else finds none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404

from portal.accounts.actor import Actor
from portal.verdict import Verdict

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

View = Callable[..., "HttpResponseBase"]


def or_404(verdict: Verdict | bool) -> None:
    """Raise Http404 unless the verdict allows the page."""
    if not verdict:
        raise Http404(str(verdict.reason) if isinstance(verdict, Verdict) else "")


def only_for(rule: Callable[[Actor], Verdict | bool]) -> Callable[[View], View]:
    """Let a view answer those whom `rule` allows, and be absent for everybody else.

    It stands below `require_safe` and its like: a wrong method is refused before anybody is asked.
    """

    def guarding(view: View) -> View:
        @wraps(view)
        def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            or_404(rule(request.actor))
            return view(request, *args, **kwargs)

        return guarded

    return guarding
