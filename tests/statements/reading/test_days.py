"""Days and hours in the spellings of exports."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.statements.reading.days import Moment, parse_day, parse_hour
from portal.statements.reading.figures import Reject

MAY_1 = date(2026, 5, 1)
DAYS = [
    "2026-05-01",
    "2026-5-1",
    "2026/5/1",
    "2026.5.1",
    "20260501",
    " 2026-05-01\t",
    "２０２６－０５－０１",
    "2026年5月1日",
    "2026年05月01日",
    "2026年5月1日 星期五",
    "2026-05-01(周五)",
    "2026-05-01 至 2026-05-01",
    "20260501-20260501",
    "46143",
    46143,
    46143.0,
    20260501,
    20260501.0,
    MAY_1,
]
MOMENTS = [
    ("2026/5/1 20:19", 20, True),
    ("2026-05-01 20:19:05", 20, True),
    ("2026-05-01T20:19:05.123", 20, True),
    ("2026-05-01T20:19:05+08:00", 20, True),
    ("2026-05-01T12:19:05Z", 20, True),
    ("2026年5月1日20时", 20, True),
    ("2026年5月1日 20:00", 20, True),
    ("2026年5月1日20时19分", 20, True),
    ("2026-05-01 20", 20, True),
    ("2026-05-01 20:00-21:00", 20, True),
    ("2026050120", 20, True),
    ("20260501 20:00", 20, True),
    ("2026-05-01 00:00:00", 0, False),
    ("2026-05-01 00:00-01:00", 0, False),
    (46143.5, 12, True),
    (46143 + 13 / 24, 13, True),
    (datetime(2026, 5, 1, 20, 19), 20, True),  # noqa: DTZ001 - a sheet's time
    (datetime(2026, 5, 1), 0, False),  # noqa: DTZ001
    (datetime(2026, 4, 30, 23, 30, tzinfo=UTC), 7, True),
]
NO_DAYS = [
    "2026-13-01",
    "2026-02-29",
    "2026-00-10",
    "20261301",
    "2026-05",
    "2026年5月",
    "5月1日",
    "05-01",
    "01/05/2026",
    "26-05-01",
    "1026-05-01",
    "3026-05-01",
    "2026-05-0113",
    "2026-05-01 25:00",
    "2026-05-01 00:00-24:00",
    "第1天",
    "合计",
    "0",
    12,
    19_999,
    60_001,
    -1.5,
    float("nan"),
    float("inf"),
]


@pytest.mark.parametrize("cell", DAYS)
def test_days(cell):
    assert parse_day(cell) == Moment(MAY_1)


@pytest.mark.parametrize(("cell", "hour", "striking"), MOMENTS)
def test_a_day_may_carry_its_hour(cell, hour, striking):
    assert parse_day(cell) == Moment(MAY_1, hour, striking)


@pytest.mark.parametrize("cell", NO_DAYS)
def test_what_is_no_day_is_said_to_be_none(cell):
    found = parse_day(cell)
    assert isinstance(found, Reject)
    assert "不是有效日期" in str(found.reason)


@pytest.mark.parametrize("cell", [None, "", " ", "-", "N/A"])
def test_a_missing_day(cell):
    assert str(parse_day(cell).reason) == "缺少日期"


def test_a_range_of_days_is_no_day():
    assert str(parse_day("2026-05-01 至 2026-05-07").reason) == (
        "“2026-05-01 至 2026-05-07”包含多天，请按天导出报表"
    )


HOURS = [
    (0, 0),
    (13.0, 13),
    ("13", 13),
    ("1３", 13),
    ("09", 9),
    ("13:00", 13),
    ("13:00:00", 13),
    ("13时", 13),
    ("13点", 13),
    ("13:00-14:00", 13),
    ("13:00 ~ 13:59", 13),
    ("13:00:00-13:59:59", 13),
    ("13-14", 13),
    ("13时-14时", 13),
    ("23:00-24:00", 23),
    ("23:00-00:00", 23),
    ("2026-05-01 13:00:00", 13),
    (datetime(2026, 5, 1, 13), 13),  # noqa: DTZ001 - a sheet's time
]


@pytest.mark.parametrize(("cell", "hour"), HOURS)
def test_hours(cell, hour):
    assert parse_hour(cell) == hour


@pytest.mark.parametrize(
    "cell",
    [
        24,
        "24",
        "24:00",
        -1,
        13.5,
        "13:00-15:00",
        "00:00-24:00",
        "全天",
        "",
        "-",
        None,
        "2026-05-01",
    ],
)
def test_what_is_no_hour_is_said_to_be_none(cell):
    found = parse_hour(cell)
    assert isinstance(found, Reject)
    assert "不是 0 至 23 的整点" in str(found.reason)
