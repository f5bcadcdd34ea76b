"""Rows of work as the tests of this room make them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.jobs.domain import enqueue, take
from portal.jobs.models import Work

KIND = "tests.count"


def ask(key: str = "k", **words: Any) -> Work:
    return enqueue(kind=KIND, key=key, **words)


def taken(work: Work) -> Work:
    held = take(work_id=work.pk)
    assert held is not None
    return held


def expire(work: Work) -> None:
    """Let the lease of `work` be over, as after a worker's death."""
    past = timezone.now() - timedelta(seconds=1)
    Work.objects.filter(pk=work.pk).update(lease_until=past)


def states() -> dict[int, str]:
    return dict(Work.objects.values_list("pk", "state"))


class BoomError(Exception):
    pass
