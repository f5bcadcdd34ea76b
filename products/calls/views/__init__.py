"""Pages of calls and live sessions. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, QueryDict

from portal.accounts.middleware import kept_post
from products.calls import rules

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest


def readers_only(request: PortalRequest) -> None:
    """Who has products in the pool, and the office; everybody else gets 404."""
    if not rules.may_read(request.actor):
        raise Http404


def office_only(request: PortalRequest) -> None:
    """Programme staff; everybody else gets 404."""
    if not rules.may_plan(request.actor):
        raise Http404


def province_only(request: PortalRequest) -> None:
    """The office and auditors: what shows every county's products."""
    if not request.actor.sees_province:
        raise Http404


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
