"""What pages with moves share: the version their reader saw, and a button pressed twice."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.moves.domain import SeenTooOld
from portal.moves.table import Movable
from portal.verdict import RuleBroken


def seen_version(request: HttpRequest, row: Movable) -> int:
    """Return the version the reader saw: as the page or its form says it.

    A first look has the present version; an act that names none has seen nothing, and is refused.
    """
    text = request.GET.get("seen", "") or request.POST.get("seen", "")
    if text.isdecimal():
        return int(text)
    return 0 if request.method == "POST" else row.version


def second_click(error: RuleBroken, user: Any, move: str) -> bool:
    """Return whether `user` made this very move a moment ago: a double click is no mistake."""
    return (
        isinstance(error, SeenTooOld)
        and bool(error.since)
        and error.since[-1].user_id == user.pk
        and error.since[-1].move == move
    )
