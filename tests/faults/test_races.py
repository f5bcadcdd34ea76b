"""Two workers at one day, and what lands or is matched while a day is being closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.actor import Actor
from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.statements import domain as statements
from portal.statements import raw
from portal.statements.models import Part, Statement
from tests import dossiers
from tests.races import waiting_for_a_lock
from tests.traffic import world
from tests.traffic.world import DAY, ID
from tests.workers import wait_until
from traffic import days, placing
from traffic.alerts import domain as alerts
from traffic.models import (
    Correction,
    Day,
    DayFate,
    DaySum,
    Placement,
    PlacementDay,
    UnmatchedDay,
)
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
STRANGER = "7390000000000000999"


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def placement(office: Actor) -> Placement:
    placement = world.placement(office)
    jobs.run_due()
    return placement


def land(office: Actor, *rows: tuple[str, int], adds_to: Statement | None = None) -> Work:
    """Land a report of the day, without the work it asks for; return that of reading it."""
    landing = statements.land(
        source=world.source(),
        period=(DAY, DAY),
        parts=[
            raw.keep(
                [world.report([(DAY, external_id, count) for external_id, count in rows])],
                name="日报.csv",
            )
        ],
        actor=office,
        adds_to=adds_to,
    )
    return Work.objects.get(key=landing.part.work_key)


@contextmanager
def closes_stop_halfway(*, waiting: int = 1) -> Iterator[None]:
    """Hold the rows a close replaces, until `waiting` connections have come to wait."""
    with transaction.atomic():
        held = list(PlacementDay.objects.filter(date=DAY).select_for_update())
        assert held
        yield
        wait_until(lambda: waiting_for_a_lock() == waiting, what=f"{waiting} connections wait")


def figures() -> dict[str, Any]:
    return {
        "day": list(Day.objects.values_list("wanted", "closed")),
        "delivered": list(PlacementDay.objects.values_list("count", flat=True)),
        "sums": list(DaySum.objects.values_list("count", flat=True)),
        "fates": list(DayFate.objects.order_by("fate").values_list("fate", "rows", "impressions")),
        "unmatched": list(UnmatchedDay.objects.values_list("external_id", "impressions")),
        "corrections": list(Correction.objects.order_by("pk").values_list("before", "after")),
        "open work": Work.objects.exclude(state="done").count(),
    }


def only(count: int, *, wanted: int, corrections: list[tuple[int, int]]) -> dict[str, Any]:
    """The figures of a day on which one row of the report counts, and nothing else."""
    return {
        "day": [(wanted, wanted)],
        "delivered": [count],
        "sums": [count],
        "fates": [("counted", 1, count)],
        "unmatched": [],
        "corrections": corrections,
        "open work": 0,
    }


def test_of_two_closes_at_once_one_writes_and_the_other_finds_nothing_to_do(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    land(office, (ID, 100))
    jobs.run_due()
    jobs.run(work_id=land(office, (ID, 90)).pk)
    with closes_stop_halfway(waiting=2):
        closes = [elsewhere(lambda: days.close_day(day=DAY)) for _worker in range(2)]
    assert sorted(close.result(20) for close in closes) == [False, True]
    jobs.run_due()
    assert figures() == only(90, wanted=2, corrections=[(100, 90)])
    assert reconcile().differences == []


def test_two_workers_first_closing_a_day_leave_one_result(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    read = land(office, (ID, 100))
    jobs.run(work_id=read.pk)
    with transaction.atomic():
        Day.objects.select_for_update().get()
        workers = [elsewhere(jobs.run_due) for _worker in range(2)]
        closes = elsewhere(lambda: days.close_day(day=DAY))
        # One worker has the row of work, the other passes it over; the third does not ask for it.
        wait_until(lambda: waiting_for_a_lock() == 2, what="both closes wait")
    ran = sum(worker.result(20) for worker in workers)
    closes.result(20)
    # Each close asks for a look at what it may raise: the third's finds the worker's still waiting
    # or comes after it. Whatever was asked for was done once, by one of the two.
    jobs.run_due()
    assert figures() == only(100, wanted=1, corrections=[])
    assert Work.objects.filter(kind=days.CLOSE).count() == 1
    looks = Work.objects.filter(kind=alerts.WORK).count()
    assert (looks, ran) in [(1, 2), (2, 2), (2, 3)]
    assert reconcile().differences == []


def test_what_lands_while_a_day_is_being_closed_is_not_missed(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    land(office, (ID, 100))
    jobs.run_due()
    jobs.run(work_id=land(office, (ID, 90)).pk)
    newest = land(office, (ID, 95))
    close = Work.objects.get(kind=days.CLOSE, state="waiting")
    with closes_stop_halfway(waiting=2):
        closing = elsewhere(lambda: jobs.run(work_id=close.pk))
        wait_until(lambda: waiting_for_a_lock() == 1, what="the close has read its facts")
        reading = elsewhere(lambda: jobs.run(work_id=newest.pk))
    assert (closing.result(20), reading.result(20)) == (True, True)
    assert Work.objects.filter(kind=days.CLOSE, state="waiting").count() == 1
    jobs.run_due()
    assert figures() == only(95, wanted=3, corrections=[(100, 90), (90, 95)])
    assert reconcile().differences == []


def test_a_further_part_read_while_its_statement_is_being_closed_is_not_missed(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    land(office, (ID, 100))
    jobs.run_due()
    jobs.run(work_id=land(office, (ID, 90)).pk)
    second = land(office, (ID, 5), adds_to=Statement.objects.get(version=2))
    close = Work.objects.get(kind=days.CLOSE, state="waiting")
    with closes_stop_halfway(waiting=2):
        closing = elsewhere(lambda: jobs.run(work_id=close.pk))
        wait_until(lambda: waiting_for_a_lock() == 1, what="the close has read its facts")
        reading = elsewhere(lambda: jobs.run(work_id=second.pk))
    assert (closing.result(20), reading.result(20)) == (True, True)
    jobs.run_due()
    assert figures() == {
        **only(95, wanted=3, corrections=[(100, 90), (90, 95)]),
        "fates": [("counted", 2, 95)],
    }
    assert reconcile().differences == []


def test_a_statement_set_aside_while_it_is_being_closed_counts_no_more(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    land(office, (ID, 100))
    jobs.run_due()
    jobs.run(work_id=land(office, (ID, 90)).pk)
    mistake = Statement.objects.get(version=2)
    with closes_stop_halfway(waiting=2):
        closing = elsewhere(jobs.run_due)
        wait_until(lambda: waiting_for_a_lock() == 1, what="the close has read its facts")
        aside = elsewhere(lambda: statements.set_aside(statement=mistake, actor=office))
    closing.result(20)
    aside.result(20)
    jobs.run_due()
    assert figures() == only(100, wanted=3, corrections=[(100, 90), (90, 100)])
    assert reconcile().differences == []


def test_an_id_matched_while_a_day_is_being_closed_is_not_missed(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    land(office, (ID, 100))
    jobs.run_due()
    jobs.run(work_id=land(office, (ID, 90), (STRANGER, 5)).pk)
    with closes_stop_halfway(waiting=2):
        closing = elsewhere(jobs.run_due)
        wait_until(lambda: waiting_for_a_lock() == 1, what="the close has read its facts")
        matching = elsewhere(lambda: match(office, placement))
    closing.result(20)
    matching.result(20)
    jobs.run_due()
    assert figures() == {
        **only(95, wanted=3, corrections=[(100, 90), (90, 95)]),
        "fates": [("counted", 2, 95)],
    }
    assert reconcile().differences == []


def test_a_report_read_and_closed_while_its_id_is_being_matched_is_not_missed(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    land(office, (ID, 100))
    jobs.run_due()
    land(office, (ID, 90), (STRANGER, 5))
    with transaction.atomic():
        match(office, placement)
        working = elsewhere(jobs.run_due)
        wait_until(
            lambda: working.done() or waiting_for_a_lock() == 1, what="the work waits or is done"
        )
    working.result(20)
    jobs.run_due()
    assert figures() == {
        **only(95, wanted=2, corrections=[(100, 95)]),
        "fates": [("counted", 2, 95)],
    }
    assert reconcile().differences == []


def match(office: Actor, placement: Placement) -> None:
    """Give the unknown id to the placement."""
    placing.match_id(source=world.source(), external_id=STRANGER, placement=placement, actor=office)


def test_many_closes_that_miss_a_partial_at_once_all_make_it_again(
    office: Actor, placement: Placement, elsewhere: Any
) -> None:
    work = land(office, (ID, 100))
    jobs.run_due()
    part = Part.objects.get(pk=work.payload["part"])
    words = {"sha256": part.sha256, "name": part.name, "id_kind": part.statement.source.id_kind}
    path = raw.partial_path(part.sha256, words["id_kind"]).local
    whole = path.read_bytes()
    for _round in range(5):
        path.unlink()
        barrier = threading.Barrier(8)

        def make_again(barrier: threading.Barrier = barrier) -> int:
            barrier.wait(10)
            return raw.partial_of(**words).sum("impressions")

        closes = [elsewhere(make_again) for _close in range(8)]
        assert [close.result(20) for close in closes] == [100] * 8
        assert path.read_bytes() == whole
