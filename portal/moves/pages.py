"""What pages with moves share: the version their reader saw, and the second click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from portal.moves.domain import SeenTooOld
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.moves.table import Movable


def seen_version(request: HttpRequest, row: Movable) -> int:
    """Return the version the reader saw: as the form says it when posting, else the present one."""
    text = request.GET.get("seen", "") or request.POST.get("seen", "")
    return int(text) if text.isdecimal() else row.version


def second_click(error: RuleBroken, user: User, move: str) -> bool:
    """Whether a move was refused because the same person has just made it: a double click.

    It is done then, and its page leads on as if nothing had been refused.
    """
    return (
        isinstance(error, SeenTooOld)
        and bool(error.since)
        and error.since[-1].user_id == user.pk
        and error.since[-1].move == move
    )
