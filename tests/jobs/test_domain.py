from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs import domain
from portal.jobs.domain import LeaseLost, Progress, enqueue, run, run_due, take
from portal.jobs.models import Work, WorkState
from portal.verdict import RuleBroken
from tests.jobs.rows import KIND, BoomError, ask, expire, states, taken

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


# --- Asking ----------------------------------------------------------------------------------


def test_asking_writes_one_waiting_row(asker: User) -> None:
    before = timezone.now()
    work = ask(payload={"file": 7}, asked_by=asker, total=12)
    row = Work.objects.get()
    assert row == work
    assert (row.kind, row.key, row.payload, row.total) == (KIND, "k", {"file": 7}, 12)
    assert (row.state, row.attempts, row.deaths, row.done) == ("waiting", 0, 0, 0)
    assert row.asked_by == asker
    assert before <= row.run_after <= timezone.now()


def test_asking_twice_asks_once_and_keeps_the_newer_payload_and_the_earlier_time() -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    first = ask(payload={"version": 1}, run_after=tomorrow)
    soon = timezone.now() + timedelta(hours=1)
    second = ask(payload={"version": 2}, run_after=soon)
    third = ask(payload={"version": 3}, run_after=tomorrow)
    assert first.pk == second.pk == third.pk
    row = Work.objects.get()
    assert row.payload == {"version": 3}
    assert row.run_after == soon


def test_other_keys_and_kinds_get_rows_of_their_own() -> None:
    ask("a")
    ask("b")
    enqueue(kind="tests.other", key="a")
    assert set(Work.objects.values_list("kind", "key")) == {
        (KIND, "a"),
        (KIND, "b"),
        ("tests.other", "a"),
    }


def test_an_ask_during_a_run_gets_a_run_of_its_own_afterwards() -> None:
    first = ask(payload={"version": 1})
    held = taken(first)
    second = ask(payload={"version": 2})
    assert second.pk != first.pk
    assert ask(payload={"version": 3}).pk == second.pk
    assert take(work_id=second.pk) is None  # never two runs of one key at the same time
    domain.finish(work=held)
    assert taken(second).payload == {"version": 3}
    assert states() == {first.pk: "done", second.pk: "running"}


def test_asking_goes_when_the_caller_rolls_back() -> None:
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert not Work.objects.exists()


def test_names_that_do_not_fit_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="too long"):
        ask("k" * 121)
    assert not Work.objects.exists()


# --- Taking ----------------------------------------------------------------------------------


def test_taking_gives_a_lease_and_a_token(settings: Any) -> None:
    settings.WORK_LEASE_SECONDS = 60
    work = ask()
    before = timezone.now()
    held = taken(work)
    row = Work.objects.get()
    assert (row.state, row.attempts, row.deaths) == ("running", 1, 0)
    assert row.lease_token == held.lease_token
    assert len(row.lease_token) == 32
    assert row.lease_until == held.lease_until
    assert before <= row.lease_until - timedelta(seconds=60) <= timezone.now()


@pytest.mark.parametrize("state", [WorkState.DONE, WorkState.PARKED, WorkState.REPLACED])
def test_ended_work_is_not_taken(state: str) -> None:
    work = ask()
    Work.objects.update(state=state, finished_at=timezone.now(), reason="said")
    assert take(work_id=work.pk) is None
    assert states() == {work.pk: state}


def test_work_is_not_taken_before_its_time_or_under_another_lease() -> None:
    later = ask("later", run_after=timezone.now() + timedelta(minutes=1))
    running = ask("running")
    held = taken(running)
    assert take(work_id=later.pk) is None
    assert take(work_id=running.pk) is None
    assert Work.objects.get(pk=running.pk).lease_token == held.lease_token


def test_an_expired_lease_gives_the_row_to_another_worker_and_shuts_out_the_first() -> None:
    first = taken(ask())
    expire(first)
    second = taken(first)
    assert second.lease_token != first.lease_token
    assert (second.attempts, second.deaths) == (2, 1)
    with pytest.raises(LeaseLost):
        domain.finish(work=first, result={"from": "first"})
    with pytest.raises(LeaseLost):
        domain.fail(work=first, error=BoomError())
    with pytest.raises(LeaseLost):
        domain.fail(work=first, error=RuleBroken("no"))
    with pytest.raises(LeaseLost):
        Progress(first).step(1, 2)
    row = Work.objects.get()
    assert (row.state, row.lease_token, row.done) == ("running", second.lease_token, 0)
    domain.finish(work=second, result={"from": "second"})
    assert Work.objects.get().result == {"from": "second"}


def test_three_deaths_park_the_row_with_the_reason() -> None:
    work = ask()
    for _death in range(3):
        expire(taken(work))
    assert take(work_id=work.pk) is None
    row = Work.objects.get()
    assert (row.state, row.attempts, row.deaths) == ("parked", 3, 3)
    assert row.reason_text == "处理这项工作时，工作进程连续三次意外中止。请查看工作进程的日志。"
    assert row.lease_until is None
    assert row.finished_at is not None
    assert run_due() == 0


def test_errors_between_deaths_do_not_count_as_deaths(handled: Callable[..., None]) -> None:
    handled(lambda _work, _progress: None, max_attempts=5)
    work = ask()
    expire(taken(work))
    domain.fail(work=taken(work), error=BoomError())
    Work.objects.update(run_after=timezone.now())
    expire(taken(work))
    held = taken(work)
    assert (held.attempts, held.deaths) == (4, 2)


# --- Progress --------------------------------------------------------------------------------


def test_a_step_writes_progress_and_lengthens_the_lease() -> None:
    held = taken(ask(total=10))
    soon = timezone.now() + timedelta(seconds=1)
    Work.objects.update(lease_until=soon)
    Progress(held).step(4)
    row = Work.objects.get()
    assert (row.done, row.total) == (4, 10)
    assert row.lease_until > soon


def test_steps_are_written_at_most_once_a_second_but_always_at_the_end(
    django_assert_num_queries: Any,
) -> None:
    progress = Progress(taken(ask()), seconds_between_writes=3600)
    with django_assert_num_queries(2):  # the first and the last of a thousand
        for done in range(1, 1001):
            progress.step(done, 1000)
    assert Work.objects.values_list("done", "total").get() == (1000, 1000)


# --- Ending ----------------------------------------------------------------------------------


def test_finishing_writes_the_result_and_settles_what_was_parked_before() -> None:
    parked = ask()
    domain.fail(work=taken(parked), error=RuleBroken("no"))
    other = ask("other")
    domain.fail(work=taken(other), error=RuleBroken("no"))
    work = ask()
    domain.finish(work=taken(work), result={"rows": 3})
    row = Work.objects.get(pk=work.pk)
    assert (row.state, row.result, row.reason, row.lease_until) == ("done", {"rows": 3}, "", None)
    assert row.finished_at is not None
    assert states() == {parked.pk: "replaced", other.pk: "parked", work.pk: "done"}


def test_a_broken_rule_parks_at_once_with_its_sentence() -> None:
    work = ask()
    domain.fail(work=taken(work), error=RuleBroken("第3行没有日期。"))
    row = Work.objects.get()
    assert (row.state, row.reason, row.fault, row.attempts) == ("parked", "第3行没有日期。", "", 1)


def test_other_errors_are_tried_again_after_growing_pauses_then_parked(
    handled: Callable[..., None],
) -> None:
    def run_(work: Work, progress: Progress) -> None:
        raise BoomError("13800138000")

    handled(run_, max_attempts=3)
    work = ask()
    pauses = []
    for _try in range(2):
        before = timezone.now()
        assert run(work_id=work.pk) is True
        row = Work.objects.get()
        assert row.state == "waiting"
        pauses.append(round((row.run_after - before).total_seconds()))
        assert run(work_id=work.pk) is False  # not before its time
        Work.objects.update(run_after=timezone.now())
    assert pauses == [30, 120]
    assert run(work_id=work.pk) is True
    row = Work.objects.get()
    assert (row.state, row.attempts) == ("parked", 3)
    assert row.reason_text == "这项工作每次尝试都失败了。请查看工作进程的日志。"
    assert row.fault.startswith("BoomError · tests/jobs/test_domain.py:")
    assert "138" not in row.fault  # never the error's own text


def test_a_failed_run_leaves_the_work_to_the_newer_ask(handled: Callable[..., None]) -> None:
    handled(lambda _work, _progress: None)
    first = ask(payload={"version": 1})
    held = taken(first)
    later = timezone.now() + timedelta(days=1)
    second = ask(payload={"version": 2}, run_after=later)
    domain.fail(work=held, error=BoomError())
    old, new = Work.objects.get(pk=first.pk), Work.objects.get(pk=second.pk)
    assert (old.state, old.result) == ("replaced", {"replaced_by": second.pk})
    assert (new.state, new.attempts) == ("waiting", 1)
    assert new.run_after < timezone.now() + timedelta(minutes=1)


def test_work_of_an_unknown_kind_is_parked_not_lost() -> None:
    work = ask()
    for _try in range(3):
        Work.objects.update(run_after=timezone.now())
        assert run(work_id=work.pk) is True
    row = Work.objects.get()
    assert row.state == "parked"
    assert row.fault.startswith("LookupError · portal/jobs/handlers.py:")


# --- Trying again ----------------------------------------------------------------------------


def parked(**words: Any) -> Work:
    work = ask(**words)
    domain.fail(work=taken(work), error=RuleBroken("no"))
    return work


def test_staff_try_parked_work_again(staff_actor: Actor) -> None:
    work = parked()
    domain.retry_parked(work=work, actor=staff_actor)
    row = Work.objects.get()
    assert (row.state, row.attempts, row.deaths, row.reason) == ("waiting", 0, 0, "")
    assert row.finished_at is None
    entry = Entry.objects.get()
    assert (entry.act, entry.user, entry.subject_type, entry.subject_id, entry.data) == (
        "work.retry",
        staff_actor.user,
        "jobs.work",
        str(work.pk),
        {"kind": KIND},
    )


@pytest.mark.parametrize("who", ["asker", "system"])
def test_others_may_not_try_it_again(who: str, asker: User) -> None:
    work = parked(asked_by=asker)
    actor = Actor.of(asker) if who == "asker" else Actor.system()
    with pytest.raises(RuleBroken, match="项目办"):
        domain.retry_parked(work=work, actor=actor)
    assert states() == {work.pk: "parked"}
    assert not Entry.objects.exists()


def test_trying_again_twice_asks_once(staff_actor: Actor) -> None:
    work = parked()
    domain.retry_parked(work=work, actor=staff_actor)
    with pytest.raises(RuleBroken, match="刷新"):
        domain.retry_parked(work=work, actor=staff_actor)
    assert Entry.objects.count() == 1


def test_trying_again_is_refused_when_a_newer_ask_waits(staff_actor: Actor) -> None:
    work = parked()
    newer = ask()
    with pytest.raises(RuleBroken, match="排队"):
        domain.retry_parked(work=work, actor=staff_actor)
    assert states() == {work.pk: "parked", newer.pk: "waiting"}
    assert not Entry.objects.exists()
