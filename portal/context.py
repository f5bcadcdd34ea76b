"""What every page's template may use."""

from __future__ import annotations

import itertools
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal import clock
from portal.notices.queries import unread_count
from portal.registry import MenuItem, menu_of

# A menu of more entries than this does not fit one line: what is not daily work folds by group.
FITS = 9


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
        "menu_parts": [],
        "section": None,
        "actor_roles": [],
        "unread_notices": 0,
    }
    actor = getattr(request, "actor", None)
    if actor is None:
        return context
    items = menu_of(actor)
    context["menu"] = [_entry(item, request.path) for item in items]
    context["menu_parts"] = _parts(items, context["menu"])
    context["section"] = next((entry for entry in context["menu"] if entry["current"]), None)
    if actor.user is not None:
        context["actor_roles"] = [str(hat) for hat in actor.memberships]
        context["unread_notices"] = unread_count(actor.user)
    return context


def _entry(item: MenuItem, path: str) -> dict[str, Any]:
    return {
        "label": item.label,
        "url": item.url,
        "hint": item.hint,
        "current": path.startswith((str(item.section), *item.more)),
    }


def _parts(items: list[MenuItem], entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The menu as it stands on the page: entries, and groups of them with `entries` of their own.

    A menu that fits one line has no groups, and one entry alone is none.
    """
    parts: list[dict[str, Any]] = []
    pairs = zip(items, entries, strict=True)
    for group, members in itertools.groupby(pairs, key=lambda pair: pair[0].group):
        found = [entry for _item, entry in members]
        if len(entries) <= FITS or not group or len(found) == 1:
            parts += found
        else:
            current = any(entry["current"] for entry in found)
            parts.append({"label": group.label, "entries": found, "current": current})
    return parts
