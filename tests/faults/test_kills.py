"""A file's way to a number, ended by SIGKILL at every step: the figures come out the same."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.acts import CORRECTED, FIRST
from tests.faults.desk import Desk, open_desk
from tests.faults.figures import assert_corrected, assert_first

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(child_environment: dict[str, str]) -> Iterator[Desk]:
    with open_desk(child_environment) as desk:
        desk.do("build")
        yield desk


class Report:
    """What is landed of each day, killed at one step after the other until none is left."""

    def __init__(self, desk: Desk, rows: list[list[Any]]) -> None:
        self._desk, self._rows = desk, rows
        self.undisturbed: dict[str, Any] = {}
        # How many steps its landing, reading and closing have, once that is known.
        self.steps: int | None = None

    def try_day(self, number: int) -> None:
        """Land it of the `number`-th day, killed at the step of that number, go on, compare."""
        if number and self.steps is None:
            words = {"number": number, "rows": self._rows, "kill_at": number}
            status = self._desk.status("land_and_work", **words)
            assert status in {0, -signal.SIGKILL}
            if status == 0:
                self.steps = number - 1
        standing = self._desk.do("go_on", number=number, rows=self._rows)
        self.undisturbed = self.undisturbed or standing
        assert standing == self.undisturbed, f"killed at step {number}"


def test_a_report_and_its_correction_count_once_wherever_their_way_is_cut_off(desk: Desk) -> None:
    first, corrected = Report(desk, FIRST), Report(desk, CORRECTED)
    day = 0  # undisturbed
    while first.steps is None or corrected.steps is None:
        first.try_day(day)
        corrected.try_day(day)
        day += 1
    # Landing, reading, closing: each was tried.
    assert first.steps > 12
    assert corrected.steps > 12
    assert_first(first.undisturbed)
    assert_corrected(corrected.undisturbed)
    assert set(desk.do("deaths")) == {1}
    assert desk.do("reconcile") == []
