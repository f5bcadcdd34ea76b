"""A full disk: said in words, nothing half-written stays, and with room the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.acts import FIRST
from tests.faults.desk import Desk, open_desk
from tests.faults.figures import assert_first

pytestmark = pytest.mark.django_db(transaction=True)
FULL = "磁盘已满，文件未保存。请清理空间后重试。"
# Rows of some 200 kB.
LONG = 6_000
SECOND = 1


@pytest.fixture
def small(child_environment: dict[str, str], tmp_path: Path) -> Iterator[Desk]:
    """A desk whose files lie on a disk of 128 kB."""
    environment = child_environment | {"STATEMENT_STORE": str(tmp_path)}
    with open_desk(environment, f"mount -t tmpfs -o size=128k tmpfs '{tmp_path}'") as desk:
        desk.do("build")
        yield desk


@pytest.fixture
def limited(child_environment: dict[str, str], tmp_path: Path) -> Iterator[Desk]:
    """A desk with files of its own; each act may be let write short files only."""
    with open_desk(child_environment | {"STATEMENT_STORE": str(tmp_path)}) as desk:
        desk.do("build")
        yield desk


@pytest.mark.small_disk
def test_a_report_that_has_no_room_is_refused_in_words_and_leaves_nothing(small: Desk) -> None:
    small.do("land_and_work", number=0, rows=FIRST)
    before = small.do("lies_there")
    assert (len(before["raw"]), len(before["partials"]), len(before["parts"])) == (1, 1, 1)
    said = small.do("press", number=SECOND, rows=LONG)
    assert said == {"status": 200, "full": True, "kept": True}
    assert small.do("lies_there") == before
    assert_first(small.do("standing", number=0))
    small.do("make_room")
    assert small.do("press", number=SECOND, rows=LONG)["full"] is False
    small.do("land_and_work", number=SECOND, rows=FIRST)
    assert_first(small.do("standing", number=SECOND))
    assert small.do("reconcile") == []


@pytest.mark.small_disk
def test_reading_without_room_waits_with_its_reason_until_there_is_some(small: Desk) -> None:
    small.do("land", number=0, rows=FIRST)
    before = small.do("lies_there")
    small.do("fill")
    assert small.do("work") == [["statements.read", FULL]]
    assert small.do("lies_there") == before
    assert small.do("standing", number=0)["delivered"] == []
    small.do("make_room")
    small.do("retry")
    assert_first(small.do("standing", number=0))
    assert small.do("reconcile") == []


@pytest.mark.postgres
def test_a_file_longer_than_may_be_written_is_the_same(limited: Desk) -> None:
    """Where no disk can be mounted this shows it; SQLite's own file would be too long."""
    said: dict[str, Any] = limited.do("press", number=SECOND, rows=LONG, at_most=4096)
    assert said == {"status": 200, "full": True, "kept": True}
    assert limited.do("lies_there") == {"raw": [], "partials": [], "parts": []}
    limited.do("land", number=0, rows=FIRST)
    before = limited.do("lies_there")
    assert limited.do("work", at_most=100) == [["statements.read", FULL]]
    assert limited.do("lies_there") == before
    limited.do("retry")
    assert_first(limited.do("standing", number=0))
    assert limited.do("reconcile") == []
