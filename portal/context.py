"""What every page's template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal import clock
from portal.notices.queries import unread_count
from portal.registry import menu_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return site profile, menu, roles and switches; two queries for a signed-in person."""
    context: dict[str, Any] = {
        "site": settings.SITE_PROFILE,
        # The same once more: sign-in pages of allauth put their own `site` into the context.
        "site_profile": settings.SITE_PROFILE,
        "demonstration": settings.DEMONSTRATION,
        "programme_today": clock.today() if clock.is_fixed() else None,
        "elder": request.COOKIES.get("elder") in {"1", "2"},
        "elder_largest": request.COOKIES.get("elder") == "2",
        "now": clock.now(),
        "menu": [],
        "section": None,
        "actor_roles": [],
        "unread_notices": 0,
    }
    actor = getattr(request, "actor", None)
    if actor is None:
        return context
    context["menu"] = [
        {
            "label": item.label,
            "url": item.url,
            "hint": item.hint,
            "current": request.path.startswith((str(item.section), *item.more)),
        }
        for item in menu_of(actor)
    ]
    context["section"] = next((entry for entry in context["menu"] if entry["current"]), None)
    if actor.user is not None:
        context["actor_roles"] = [str(hat) for hat in actor.memberships]
        context["unread_notices"] = unread_count(actor.user)
    return context
