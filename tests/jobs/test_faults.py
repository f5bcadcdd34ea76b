"""Workers that are killed with SIGKILL: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from django.db import transaction

from portal.jobs.domain import Progress, enqueue, run, run_due
from portal.jobs.models import Work
from portal.notices.models import Message
from tests.kills import in_child, killed_at, lease_runs_out

KIND = "tests.count"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def write_effect(work: Work, progress: Progress) -> None:
    """One effect and the end of the work in one commit."""
    progress.step(0, 2)
    with transaction.atomic():
        Message.objects.create(phone="13800138000", body=work.key)
        progress.step(2, 2)
        progress.finish({"written": 1})


def test_a_worker_killed_in_the_middle_is_replaced_by_the_sweep(
    handled: Callable[..., None],
) -> None:
    def die(work: Work, progress: Progress) -> None:
        if work.attempts == 1:
            with transaction.atomic():
                Message.objects.create(phone="13800138000", body="half")
                os.kill(os.getpid(), signal.SIGKILL)
        write_effect(work, progress)

    handled(die)
    work = enqueue(kind=KIND, key="k")
    assert in_child(lambda: run(work_id=work.pk)) == -signal.SIGKILL
    row = Work.objects.get()
    assert (row.state, row.attempts, row.deaths) == ("running", 1, 0)
    assert run_due() == 0  # the lease still runs: it might only be slow
    lease_runs_out()
    assert in_child(run_due) == 0
    row = Work.objects.get()
    assert (row.state, row.attempts, row.deaths, row.done) == ("done", 2, 1, 2)
    assert list(Message.objects.values_list("body", flat=True)) == ["k"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_step_the_effect_happens_exactly_once(
    handled: Callable[..., None], after: bool
) -> None:
    handled(write_effect)
    step, killed = 0, True
    while killed:
        step += 1
        key = f"killed at {step}"
        work = enqueue(kind=KIND, key=key)

        def run_and_die(work_id: int = work.pk, at: int = step) -> None:
            with killed_at(at, after=after):
                run(work_id=work_id)

        status = in_child(run_and_die)
        assert status in {0, -signal.SIGKILL}
        killed = status != 0
        lease_runs_out()
        run_due()
        row = Work.objects.get(pk=work.pk)
        assert (row.state, row.result) == ("done", {"written": 1}), key
        assert row.deaths in {0, 1}
        assert Message.objects.filter(body=key).count() == 1
    assert step > 4  # taking, a step, the effect, finishing: each was tried
    assert Message.objects.count() == step


def test_a_row_that_kills_every_worker_is_parked(handled: Callable[..., None]) -> None:
    handled(lambda _work, _progress: os.kill(os.getpid(), signal.SIGKILL), max_attempts=10)
    harmless: list[str] = []
    handled(lambda work, _progress: harmless.append(work.key), kind="tests.harmless")
    work = enqueue(kind=KIND, key="k")
    for _death in range(3):
        assert in_child(run_due) == -signal.SIGKILL
        lease_runs_out()
    enqueue(kind="tests.harmless", key="after")
    assert run_due() == 1  # the poison is parked and the sweep goes on
    assert harmless == ["after"]
    row = Work.objects.get(pk=work.pk)
    assert (row.state, row.attempts, row.deaths) == ("parked", 3, 3)
    assert row.reason_text == "处理这项工作时，工作进程连续三次意外中止。请查看工作进程的日志。"


def test_a_text_is_marked_sent_once_wherever_the_worker_dies() -> None:
    from portal.notices.domain import send_text

    step, killed = 0, True
    while killed:
        step += 1
        message = send_text(phone="13800138000", body=f"{step}")

        def run_and_die(at: int = step) -> None:
            with killed_at(at):
                run_due()

        killed = in_child(run_and_die) != 0
        lease_runs_out()
        run_due()
        assert Message.objects.get(pk=message.pk).sent_at is not None
    assert set(Work.objects.values_list("state", flat=True)) == {"done"}
