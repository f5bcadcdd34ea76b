"""`{% load duplicates %}`: what a dossier may have in common with others, and where it goes on."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from portal.submissions import duplicates as found
from portal.submissions import kinds
from portal.submissions.enums import IN_REVIEW, LIVING, State
from portal.submissions.models import Submission

register = template.Library()
LOOK = "duplicates"


@register.inclusion_tag("submissions/_duplicates.html", takes_context=True)
def duplicates(context: Context, row: Submission) -> dict[str, Any]:
    """`{% duplicates row %}`: likely duplicates for those who review, what was merged for all.

    They are looked for before something is decided; of what is decided, when somebody asks.
    Nothing for kinds that are never merged.
    """
    request = context["request"]
    if not kinds.get(row.kind).merges:
        return {"row": row, "candidates": [], "absorbed": [], "survivor": None, "may_merge": False}
    looks = _reviews(request.actor) and (row.state in IN_REVIEW or LOOK in request.GET)
    candidates = found.candidates(row, request.user) if looks else []
    return {
        "row": row,
        "candidates": candidates,
        "has_looked": looks,
        "look_url": f"{row.get_absolute_url()}?{LOOK}=" if _may_look(row, request.actor) else "",
        "absorbed": found.absorbed(row, request.user),
        "survivor": row.merged_into,
        "public_url": _public_url(row.merged_into),
        "may_merge": request.actor.is_staff,
    }


def _public_url(row: Submission | None) -> str:
    """The page everyone may read of the dossier that goes on."""
    if row is None or row.state != State.PUBLISHED:
        return ""
    address = kinds.get(row.kind).public_url
    return reverse(address, args=[row.code]) if address else ""


def _may_look(row: Submission, actor: Any) -> bool:
    return _reviews(actor) and row.state in LIVING and row.state not in IN_REVIEW


def _reviews(actor: Any) -> bool:
    return bool(actor.is_staff or actor.sees_province)
