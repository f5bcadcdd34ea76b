"""Pages of calls and live sessions. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import QueryDict

from portal.accounts.middleware import kept_post

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest


def typed(request: PortalRequest) -> QueryDict | None:
    """What was sent, or what stood in the form when the session ended."""
    return request.POST if request.method == "POST" else kept_post(request)


def chosen(request: PortalRequest, name: str = "row") -> list[tuple[int, int]]:
    """(id, version seen) of what was ticked."""
    marks = [mark.split("-", 1) for mark in request.POST.getlist(name)[:1000]]
    return [
        (int(mark[0]), int(mark[1]))
        for mark in marks
        if len(mark) == 2 and all(part.isdecimal() and len(part) < 18 for part in mark)
    ]
