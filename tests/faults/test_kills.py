"""A file's way to a number, ended by SIGKILL at every step: the figures come out the same."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.acts import CORRECTED, FIRST, RADISH, TEA
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

    def __init__(self, desk: Desk, rows: list[list[Any]], *, as_events: bool = False) -> None:
        self._desk, self._words = desk, {"rows": rows, "as_events": as_events}
        self.undisturbed: dict[str, Any] = {}
        # How many steps its landing, reading and closing have, once that is known.
        self.steps: int | None = None

    def try_day(self, number: int) -> None:
        """Land it of the `number`-th day, killed at the step of that number, go on, compare."""
        if number and self.steps is None:
            words = {"number": number, "kill_at": number, **self._words}
            status = self._desk.status("land_and_work", **words)
            assert status in {0, -signal.SIGKILL}
            if status == 0:
                self.steps = number - 1
        standing = self._desk.do("go_on", number=number, **self._words)
        self.undisturbed = self.undisturbed or standing
        assert standing == self.undisturbed, f"killed at step {number}"


def test_a_report_and_its_correction_count_once_wherever_their_way_is_cut_off(desk: Desk) -> None:
    first, corrected = Report(desk, FIRST), Report(desk, CORRECTED)
    day = 0  # undisturbed
    while first.steps is None or corrected.steps is None:
        first.try_day(day)
        corrected.try_day(day)
        day += 1
    # Landing, reading, closing: each was tried, with every piece, flush and name of a file.
    assert first.steps > 20
    assert corrected.steps > 20
    assert_first(first.undisturbed)
    assert_corrected(corrected.undisturbed)
    assert set(desk.do("deaths")) == {1}
    assert desk.do("reconcile") == []


def test_a_file_of_events_counts_once_wherever_its_way_is_cut_off(desk: Desk) -> None:
    # So few that they are made quickly; the hours of each are known.
    events = Report(desk, [[RADISH, 100], [TEA, 50], [TEA, -3]], as_events=True)
    day = 0
    while events.steps is None:
        events.try_day(day)
        day += 1
    assert events.steps > 20
    standing = events.undisturbed
    assert standing["fates"] == [[1, "counted", 150, 150, 0]]
    assert standing["sums"] == [["harvest-2023", "440232", "product", 150]]
    assert [row[3] for row in standing["parts"]] == [[151, 150, 1, {}]]
    assert desk.do("reconcile") == []
