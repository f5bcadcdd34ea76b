"""Numbers as people write them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.statements.reading.decode import decode
from portal.statements.reading.figures import Number, Reject, as_count, as_fen, parse_number

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
# The cell, its value, whether it is rounded or a bound.
NUMBERS = [
    ("0", "0", False),
    ("12345", "12345", False),
    (" 12345\t", "12345", False),
    ("12,345", "12345", False),
    ("1,234,567", "1234567", False),
    ("1 234", "1234", False),
    ("1\u00a0234", "1234", False),
    ("１２３", "123", False),
    ("１，２３４", "1234", False),
    ("5,678次", "5678", False),
    ("12 人", "12", False),
    ("¥1,200.50", "1200.50", False),
    ("￥12", "12", False),
    ("12.5元", "12.5", False),
    ("1.2万", "12000", True),
    ("3.2 万", "32000", True),
    ("1.2w", "12000", True),
    ("1.2W", "12000", True),
    ("3.5亿", "350000000", True),
    ("2千万", "20000000", True),
    ("3k", "3000", True),
    ("1.2万次", "12000", True),
    ("1.2万+", "12000", True),
    ("999+", "999", True),
    ("10万余", "100000", True),
    ("约1.2万", "12000", True),
    (">1000", "1000", True),
    ("1e3", "1000", True),
    ("1.2E+4", "12000", True),
    ("-500", "-500", False),
    ("−500", "-500", False),
    ("(500)", "-500", False),
    ("（500）", "-500", False),
    ("¥-3", "-3", False),
    ("'123", "123", False),
    (7, "7", False),
    (7.0, "7", False),
    (0.1, "0.1", False),
    (2.0**53 + 2, "9007199254740994", True),
]
PERCENTS = [("2.50%", "0.025"), ("8.75％", "0.0875"), ("100 %", "1")]
MISSING = [
    None,
    "",
    "  ",
    "\u3000",
    "-",
    "--",
    "—",
    "N/A",
    "n/a",
    "NULL",
    "无",
    "暂无数据",
    "#N/A",
    "/",
]
NO_NUMBERS = [
    "abc",
    "1,2",
    "12,34",
    "1.2.3",
    "1 23",
    "--5",
    "-+5",
    "1e999",
    "=1+1",
    "12:30",
    "2026-05-01",
    "五百",
    "1.2万3",
    "TRUE",
    "²",
    "1234①",
    "1234²",
    date(2026, 5, 1),
    float("nan"),
    float("inf"),
]


@pytest.mark.parametrize(("cell", "value", "approximate"), NUMBERS)
def test_spellings(cell, value, approximate):
    assert parse_number(cell) == Number(Decimal(value), approximate)


@pytest.mark.parametrize(("cell", "value"), PERCENTS)
def test_a_percentage_is_a_share_and_no_count(cell, value):
    number = parse_number(cell)
    assert number == Number(Decimal(value), percent=True)
    assert str(as_count(number).reason) == "百分比不是数量"
    assert str(as_fen(number).reason) == "百分比不是金额"


@pytest.mark.parametrize("cell", MISSING)
def test_a_placeholder_is_missing_and_not_zero(cell):
    assert parse_number(cell) == Number(None)
    assert as_count(Number(None)) is None
    assert as_fen(Number(None)) is None


@pytest.mark.parametrize("cell", NO_NUMBERS)
def test_what_is_no_number_is_said_to_be_none(cell):
    found = parse_number(cell)
    assert isinstance(found, Reject)
    assert "不是数字" in str(found.reason)


def test_the_twenty_numbers_of_the_zoo():
    manifest = json.loads((LAYOUTS / "manifest.json").read_text(encoding="utf-8"))
    name = "10_number_zoo.csv"
    [expected] = [entry["expect"]["values"] for entry in manifest if entry["file"] == name]
    [table] = decode((LAYOUTS / name).read_bytes(), name=name)
    assert [parse_number(row[2]).value for row in table.rows[1:]] == expected


# The cell, the unit's factor, the count, whether it is rounded.
COUNTS = [
    ("12", 1, 12, False),
    ("12.0", 1, 12, False),
    (12344.999999999998, 1, 12345, False),
    ("1.23456万", 1, 12346, True),
    ("1.2", 10_000, 12_000, True),
    ("9223372036854775807", 1, 2**63 - 1, False),
]
NO_COUNTS = [
    ("-1", "不能计入负数"),
    ("(1)", "不能计入负数"),
    ("1.5", "数量必须是整数"),
    ("9223372036854775808", "数字过大"),
    ("1e30", "数字过大"),
]


@pytest.mark.parametrize(("cell", "factor", "count", "approximate"), COUNTS)
def test_counts_are_whole(cell, factor, count, approximate):
    assert as_count(parse_number(cell), Decimal(factor)) == (count, approximate)


@pytest.mark.parametrize(("cell", "reason"), NO_COUNTS)
def test_what_cannot_be_counted_is_rejected(cell, reason):
    assert str(as_count(parse_number(cell)).reason) == reason


AMOUNTS = [
    ("1200.5", 1, 120_050, False),
    ("0.05", 1, 5, False),
    (0.07, 1, 7, False),
    ("0.005", 1, 1, True),
    ("12.3456", 1, 1235, True),
    ("1.2万", 1, 1_200_000, True),
    ("1.2", 10_000, 1_200_000, False),
    ("1200", "0.001", 120, False),
]


@pytest.mark.parametrize(("cell", "factor", "fen", "approximate"), AMOUNTS)
def test_money_is_whole_fen(cell, factor, fen, approximate):
    assert as_fen(parse_number(cell), Decimal(factor)) == (fen, approximate)


def test_money_below_zero_and_beyond_64_bits_is_rejected():
    assert str(as_fen(parse_number("-0.01")).reason) == "不能计入负的金额"
    assert str(as_fen(parse_number("92233720368547758.08")).reason) == "数字过大"
