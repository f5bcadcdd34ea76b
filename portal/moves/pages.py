"""What pages with moves share: the version their reader saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from portal.moves.table import Movable


def seen_version(request: HttpRequest, row: Movable) -> int:
    """Return the version the reader saw: as the form says it when posting, else the present one."""
    text = request.GET.get("seen", "") or request.POST.get("seen", "")
    return int(text) if text.isdecimal() else row.version
