"""What must stand of a day of `tests.faults.acts` once all its work is done."""

from __future__ import annotations

from typing import Any

from tests.faults.acts import RADISH, STRANGER, TEA


def assert_first(standing: dict[str, Any]) -> None:
    """The first report of a day was counted once."""
    _assert_figures(
        standing,
        day=[[1, 1]],
        delivered=[[RADISH, 100_000, False], [TEA, 5_000, False]],
        corrections=[],
        fates=[[1, "counted", 2, 105_000, 0], [1, "unmatched", 1, 40, 0]],
    )


def assert_corrected(standing: dict[str, Any]) -> None:
    """The corrected report replaced the first one, once."""
    _assert_figures(
        standing,
        day=[[2, 2]],
        delivered=[[RADISH, 90_000, False], [TEA, 5_000, False]],
        corrections=[[RADISH, 100_000, 90_000]],
        fates=[[2, "counted", 2, 95_000, 0], [2, "unmatched", 1, 40, 0]],
    )


def _assert_figures(standing: dict[str, Any], *, day: Any, delivered: Any, **others: Any) -> None:
    """Exactly this stands: one part a version, all work done, every row accounted for."""
    versions = day[0][0]
    numbers = range(1, versions + 1)
    assert standing["statements"] == [[number, False] for number in numbers]
    assert [row[:3] for row in standing["parts"]] == [[number, True, True] for number in numbers]
    assert [row[3] for row in standing["parts"]] == [
        [6, 3, 1, {"total": 1, "heading": 1}]
    ] * versions
    assert standing["work"] == {kind: [["done", "", ""]] * versions for kind in ("read", "close")}
    assert (standing["landed"], len(standing["rejected"])) == (versions, versions)
    counted = sum(count for _id, count, _approximate in delivered)
    assert standing["sums"] == [["harvest-2023", "440232", "product", counted]]
    assert standing["unmatched"] == [[STRANGER, 1, 40, 0]]
    figures = {"day": day, "delivered": delivered, **others}
    assert {name: standing[name] for name in figures} == figures
