"""What the domain does around a handler."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.jobs.domain import Progress, enqueue, run, run_due
from portal.jobs.models import Work
from tests.jobs.rows import BoomError, ask, expire, states, taken

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_running_calls_the_handler_once_with_its_row(handled: Callable[..., None]) -> None:
    seen: list[tuple[int, dict[str, Any]]] = []

    def run_(work: Work, progress: Progress) -> dict[str, Any]:
        seen.append((work.pk, work.payload))
        progress.step(2, 2)
        return {"rows": 2}

    handled(run_)
    work = ask(payload={"file": 7})
    assert run(work_id=work.pk) is True
    assert run(work_id=work.pk) is False  # the message came twice
    assert seen == [(work.pk, {"file": 7})]
    row = Work.objects.get()
    assert (row.state, row.result, row.done, row.total) == ("done", {"rows": 2}, 2, 2)


def test_a_handler_that_finishes_itself_is_not_finished_twice(
    handled: Callable[..., None],
) -> None:
    def run_(work: Work, progress: Progress) -> None:
        with transaction.atomic():
            progress.finish({"by": "handler"})

    handled(run_)
    run(work_id=ask().pk)
    row = Work.objects.get()
    assert (row.state, row.result, row.attempts) == ("done", {"by": "handler"}, 1)


def test_an_end_that_was_rolled_back_is_no_end(handled: Callable[..., None]) -> None:
    def run_(work: Work, progress: Progress) -> None:
        with transaction.atomic():
            enqueue(kind="tests.effect", key="e")
            progress.finish()
            raise BoomError

    handled(run_)
    work = ask()
    run(work_id=work.pk)
    assert states() == {work.pk: "waiting"}


def test_an_error_after_the_end_leaves_it_ended(handled: Callable[..., None]) -> None:
    def run_(work: Work, progress: Progress) -> None:
        progress.finish({"rows": 1})
        raise BoomError

    handled(run_)
    run(work_id=ask().pk)
    row = Work.objects.get()
    assert (row.state, row.result, row.fault) == ("done", {"rows": 1}, "")


def test_a_worker_that_lost_its_lease_writes_nothing(handled: Callable[..., None]) -> None:
    def run_(work: Work, progress: Progress) -> None:
        expire(work)
        taken(work)

    handled(run_)
    work = ask()
    assert run(work_id=work.pk) is True
    row = Work.objects.get()
    assert (row.state, row.attempts, row.deaths) == ("running", 2, 1)


def test_run_due_leaves_other_kinds_to_the_workers(handled: Callable[..., None]) -> None:
    seen: list[str] = []
    handled(lambda work, _progress: seen.append(work.key))
    ours = ask("ours")
    other = enqueue(kind="tests.other", key="other")
    assert run_due(kinds=[ours.kind]) == 1
    assert seen == ["ours"]
    assert states() == {ours.pk: "done", other.pk: "waiting"}


def test_run_due_does_what_is_due_oldest_first(handled: Callable[..., None]) -> None:
    seen: list[str] = []
    handled(lambda work, _progress: seen.append(work.key))
    now = timezone.now()
    ask("second", run_after=now - timedelta(minutes=1))
    ask("first", run_after=now - timedelta(minutes=2))
    ask("third")
    later = ask("later", run_after=now + timedelta(minutes=1))
    assert run_due(limit=2) == 2
    assert seen == ["first", "second"]
    assert run_due() == 1
    assert seen == ["first", "second", "third"]
    assert states()[later.pk] == "waiting"
    assert run_due() == 0
