"""Reads of work."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Value, When

from portal.jobs.models import Work, WorkQuerySet, WorkState
from portal.jobs.rules import looks_after_work

# Beside the states: what the reader asked for, however it stands.
OWN = "own"


def work_of(user: Any) -> WorkQuerySet:
    """The work `user` may see, with who asked for it."""
    return Work.objects.visible_to(user).select_related("asked_by")


def work_list(user: Any, *, state: str = "") -> WorkQuerySet:
    """Work in one state, or `own` for what `user` asked for, newest first; else parked, then
    running work."""
    if state == OWN:
        return work_of(user).filter(asked_by=user).order_by("-pk")
    if state:
        return work_of(user).filter(state=state).order_by("-pk")
    parked_first = Case(
        When(state=WorkState.PARKED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    shown = (WorkState.PARKED, WorkState.RUNNING)
    return work_of(user).filter(state__in=shown).order_by(parked_first, "-pk")


def parked_for(actor: Any) -> WorkQuerySet:
    """The parked work that `actor` is there to look after; none for all but the office."""
    if not looks_after_work(actor):
        return Work.objects.none()
    return Work.objects.filter(state=WorkState.PARKED)


def successor(user: Any, work: Work) -> Work | None:
    """The row that a replaced one was left to, when `user` may see it."""
    if work.state != WorkState.REPLACED:
        return None
    newer = work_of(user).filter(kind=work.kind, key=work.key, pk__gt=work.pk)
    return newer.order_by("pk").first()
