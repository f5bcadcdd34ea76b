"""Two connections at the same row; on PostgreSQL, where both can write at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import transaction

from portal.jobs import domain
from portal.jobs.domain import enqueue, take
from portal.jobs.models import Work
from tests.races import waiting_for_a_lock
from tests.workers import wait_until

KIND = "tests.count"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_of_many_workers_one_gets_the_row(elsewhere: Any) -> None:
    for number in range(10):
        work = enqueue(kind=KIND, key=str(number))
        barrier = threading.Barrier(8)

        def race(work_id: int = work.pk, barrier: threading.Barrier = barrier) -> Work | None:
            barrier.wait(10)
            return take(work_id=work_id)

        taken = [future.result(20) for future in [elsewhere(race) for _ in range(8)]]
        winners = [held for held in taken if held is not None]
        row = Work.objects.get(pk=work.pk)
        assert [held.lease_token for held in winners] == [row.lease_token]
        assert (row.state, row.attempts) == ("running", 1)


def test_a_row_that_another_worker_is_taking_is_passed_over_not_waited_for(
    elsewhere: Any,
) -> None:
    work = enqueue(kind=KIND, key="k")
    with transaction.atomic():
        held = take(work_id=work.pk)
        assert elsewhere(lambda: take(work_id=work.pk)).result(10) is None
    assert held is not None
    assert Work.objects.get().lease_token == held.lease_token


def test_a_worker_does_not_take_a_row_before_its_newest_ask_is_committed(elsewhere: Any) -> None:
    work = enqueue(kind=KIND, key="k", payload={"version": 1})
    with transaction.atomic():
        enqueue(kind=KIND, key="k", payload={"version": 2})
        assert elsewhere(lambda: take(work_id=work.pk)).result(10) is None
    held = take(work_id=work.pk)
    assert held is not None
    assert held.payload == {"version": 2}


def test_an_ask_that_changes_nothing_still_holds_the_row_back(elsewhere: Any) -> None:
    work = enqueue(kind=KIND, key="k")
    with transaction.atomic():
        enqueue(kind=KIND, key="k")
        assert elsewhere(lambda: take(work_id=work.pk)).result(10) is None
    assert take(work_id=work.pk) is not None


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_two_people_asking_at_once_leave_one_row_and_no_error(elsewhere: Any, end: str) -> None:
    def ask_and_go_on() -> tuple[int, int]:
        with transaction.atomic():
            second = enqueue(kind=KIND, key="k", payload={"by": "second"})
            return second.pk, Work.objects.count()  # the transaction is still whole

    with transaction.atomic():
        first = enqueue(kind=KIND, key="k", payload={"by": "first"})
        future = elsewhere(ask_and_go_on)
        wait_until(waiting_for_a_lock, what="the second ask waits")
        transaction.set_rollback(end == "rollback")
    pk, count = future.result(20)
    assert count == 1
    assert (pk == first.pk) == (end == "commit")
    assert Work.objects.values_list("pk", "payload").get() == (pk, {"by": "second"})


def test_many_people_asking_at_once_leave_one_row(elsewhere: Any) -> None:
    barrier = threading.Barrier(8)

    def ask() -> int:
        barrier.wait(10)
        return enqueue(kind=KIND, key="k").pk

    rows = {future.result(20) for future in [elsewhere(ask) for _ in range(8)]}
    assert rows == {Work.objects.get().pk}


def test_an_ask_while_the_row_is_being_taken_becomes_a_row_of_its_own(elsewhere: Any) -> None:
    work = enqueue(kind=KIND, key="k")
    with transaction.atomic():
        take(work_id=work.pk)
        future = elsewhere(lambda: enqueue(kind=KIND, key="k").pk)
        wait_until(waiting_for_a_lock, what="the ask waits for the taking")
    second = future.result(20)
    assert dict(Work.objects.values_list("pk", "state")) == {work.pk: "running", second: "waiting"}


def test_a_failing_run_and_an_ask_at_the_same_moment_leave_one_waiting_row(
    elsewhere: Any,
) -> None:
    held = take(work_id=enqueue(kind=KIND, key="k").pk)
    assert held is not None
    with transaction.atomic():
        newer = enqueue(kind=KIND, key="k")
        future = elsewhere(lambda: domain.fail(work=held, error=ValueError()))
        wait_until(waiting_for_a_lock, what="the failure waits for the ask")
    future.result(20)
    assert dict(Work.objects.values_list("pk", "state")) == {
        held.pk: "replaced",
        newer.pk: "waiting",
    }


def test_two_people_trying_again_ask_once(elsewhere: Any, staff_actor: Any) -> None:
    held = take(work_id=enqueue(kind=KIND, key="k").pk)
    assert held is not None
    domain.fail(work=held, error=domain.RuleBroken("no"))
    barrier = threading.Barrier(2)

    def retry() -> str:
        barrier.wait(10)
        try:
            domain.retry_parked(work=held, actor=staff_actor)
        except domain.RuleBroken:
            return "refused"
        return "done"

    outcomes = [future.result(20) for future in [elsewhere(retry) for _ in range(2)]]
    assert sorted(outcomes) == ["done", "refused"]
    assert Work.objects.get().state == "waiting"
