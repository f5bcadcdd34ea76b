"""The platform's files: written the same everywhere, read as they were meant."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.demonstration import invented, platform_files, simulator
from portal.statements import reading

DAY = date(2023, 10, 3)
WORKS = [
    simulator.Work(
        invented.work_id(f"作品{n}"),
        f"清远鸡,第{n}期",
        "product",
        DAY - timedelta(days=n),
        DAY + timedelta(days=6),
        1_000_000 + n,
    )
    for n in range(8)
]
SHOWN = sum(simulator.shown(work, DAY) for work in WORKS)
MATERIALS = platform_files.materials(WORKS, DAY)


@pytest.mark.parametrize(
    ("name", "data", "digest"),
    [
        ("a.csv", platform_files.utf8(MATERIALS), "454c1dec078efa01"),
        ("b.csv", platform_files.gbk(MATERIALS), "bad130f41236a3e8"),
        ("c.csv", platform_files.utf8(platform_files.works(WORKS, DAY)), "25c7d9673d4504d3"),
        (
            "d.csv",
            platform_files.utf8(platform_files.works_by_hour(WORKS, DAY)),
            "157f77e83025c1a2",
        ),
    ],
)
def test_every_layout_is_the_same_file_on_every_machine_and_reads_as_meant(name, data, digest):
    assert hashlib.sha256(data).hexdigest()[:16] == digest
    found = reading.read(data, name=name, id_column="material_id")
    assert found.totals["impressions"] == SHOWN
    assert found.own_totals is not None
    assert found.own_totals["impressions"] == SHOWN
    assert found.rejected == []


def test_a_workbook_is_the_same_twice_and_reads_as_meant():
    data = platform_files.xlsx(MATERIALS)
    assert platform_files.xlsx(MATERIALS) == data
    found = reading.read(data, name="e.xlsx", id_column="material_id")
    assert (found.totals["impressions"], found.rejected) == (SHOWN, [])


def test_a_damaged_file_has_three_rejected_rows_and_a_total_that_knows_them():
    data = platform_files.utf8(platform_files.damaged(MATERIALS))
    found = reading.read(data, name="f.csv", id_column="material_id")
    lost = sum(simulator.shown(WORKS[place], DAY) for place in (1, 3, 5))
    assert [row.row for row in found.rejected] == [3, 5, 7]
    assert found.totals["impressions"] == SHOWN - lost
    assert found.own_totals is not None
    assert found.own_totals["impressions"] == SHOWN


def test_hours_add_up_to_the_day():
    for work in WORKS:
        hours = simulator.by_hour(simulator.shown(work, DAY), work.external_id, DAY)
        assert len(hours) == 24
        assert sum(hours) == simulator.shown(work, DAY)


def test_nothing_is_shown_before_a_window_or_long_after_it():
    for work in WORKS:
        assert simulator.shown(work, work.first_day - timedelta(days=1)) == 0
        assert simulator.shown(work, work.last_day + timedelta(days=2)) == 0


@given(
    st.integers(min_value=0, max_value=10**10),
    st.lists(st.floats(min_value=0.01, max_value=1000), min_size=1, max_size=130),
)
def test_parts_add_up_to_the_whole_and_none_is_negative(total, weights):
    parts = invented.split(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0
    assert len(parts) == len(weights)
