"""A file's way to a number, ended by SIGKILL at every step: the figures come out the same."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.acts import CORRECTED, FIRST
from tests.faults.desk import Desk, open_desk
from tests.faults.figures import assert_corrected, assert_first

Rows = list[list[Any]]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(child_environment: dict[str, str]) -> Iterator[Desk]:
    with open_desk(child_environment) as desk:
        desk.do("build")
        yield desk


def kill_at_every_step(
    desk: Desk, rows: Rows, *, before: Rows | None = None
) -> tuple[dict[str, Any], int]:
    """Kill landing, reading and closing at each step in turn, go on, compare with the undisturbed.

    Undisturbed is day 0; step k is tried on day k, where `before` stands already. Returns what
    stands of day 0, and how many steps there were.
    """
    undisturbed: dict[str, Any] = {}
    step, status = 0, -signal.SIGKILL
    while status:
        if before is not None:
            desk.do("land_and_work", number=step, rows=before)
        if step:
            status = desk.status("land_and_work", number=step, rows=rows, kill_at=step)
            assert status in {0, -signal.SIGKILL}
        standing = desk.do("go_on", number=step, rows=rows)
        undisturbed = undisturbed or standing
        assert standing == undisturbed, f"killed at step {step}"
        step += 1
    return undisturbed, step - 2


def test_a_report_counts_once_wherever_its_landing_reading_and_closing_die(desk: Desk) -> None:
    undisturbed, steps = kill_at_every_step(desk, FIRST)
    assert steps > 60  # landing, reading, closing: each was tried
    assert_first(undisturbed)
    assert set(desk.do("deaths")) == {1}
    assert desk.do("reconcile") == []


def test_a_correction_counts_once_wherever_its_landing_reading_and_closing_die(
    desk: Desk,
) -> None:
    undisturbed, steps = kill_at_every_step(desk, CORRECTED, before=FIRST)
    assert steps > 60
    assert_corrected(undisturbed)
    assert set(desk.do("deaths")) == {1}
    assert desk.do("reconcile") == []
