"""A whole file: what it says, and an account of every row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.statements.reading import Partial, Reading, Unreadable, read
from portal.statements.reading.partial import SCHEMA
from tests.statements.reading.files import csv_bytes, facts, html_bytes, xlsx_bytes

MAY_1, MAY_2 = date(2026, 5, 1), date(2026, 5, 2)
HEADING = ["日期", "素材ID", "展示数", "消耗"]


def reading_of(*rows, **kwargs) -> Reading:
    found = read(csv_bytes(rows), name="报表.csv", **kwargs)
    assert balanced(found)
    return found


def balanced(found: Reading) -> bool:
    counted = found.partial.sum("rows") + len(found.rejected) + sum(found.ignored.values())
    return found.rows_in == counted


def test_rows_of_one_thing_are_summed_and_counted():
    found = reading_of(
        HEADING,
        ["2026-05-02", "72", "7", "0.1"],
        ["2026-05-01", "71", "5", "1200.5"],
        ["2026-05-01", "71\t", "1.2万", ""],
        ["2026-05-01", "71", "-", "0"],
    )
    assert [tuple(row.values()) for row in found.partial.table.to_pylist()] == [
        ("71", MAY_1, None, "cost", 120_050, False),
        ("71", MAY_1, None, "impressions", 12_005, True),
        ("71", MAY_1, None, "rows", 3, False),
        ("72", MAY_2, None, "cost", 10, False),
        ("72", MAY_2, None, "impressions", 7, False),
        ("72", MAY_2, None, "rows", 1, False),
    ]
    assert found.partial.table.schema == SCHEMA
    assert found.totals == {"impressions": 12_012, "cost": 120_060}
    assert (found.has_day, found.has_hour, found.approximate, found.rows_in) == (
        True,
        False,
        True,
        5,
    )


def test_a_missing_figure_adds_nothing_and_a_zero_is_a_figure():
    found = reading_of(["素材ID", "展示数", "点击数"], ["71", "-", "0"])
    assert facts(found.partial) == [("71", None, None, "clicks", 0, False)]
    assert found.totals == {"impressions": 0, "clicks": 0}


def test_reach_and_rates_are_not_summed():
    found = reading_of(["素材ID", "展示数", "曝光人数", "点击率"], ["71", "5", "4", "2.5%"])
    assert facts(found.partial) == [("71", None, None, "impressions", 5, False)]
    assert found.columns == {"material_id": "素材ID", "impressions": "展示数", "reach": "曝光人数"}


HOURS = [
    (["日期", "小时", "素材ID", "展示数"], ["2026-05-01", "{:02}:00-{:02}:59", "71", "1"]),
    (["日期", "时段", "素材ID", "展示数"], ["2026-05-01", "{}时", "71", "1"]),
    (["时间", "素材ID", "展示数"], ["2026-05-01 {:02}:00:00", "71", "1"]),
]


@pytest.mark.parametrize(("heading", "row"), HOURS)
def test_hours_of_a_column_or_of_the_day(heading, row):
    rows = [[cell.format(hour, hour) for cell in row] for hour in (0, 13, 23)]
    found = reading_of(heading, *rows)
    assert found.has_hour is True
    assert facts(found.partial) == [
        ("71", MAY_1, hour, "impressions", 1, False) for hour in (0, 13, 23)
    ]


def test_midnight_in_every_row_is_no_hour():
    found = reading_of(HEADING[:3], ["2026-05-01 00:00:00", "71", "1"])
    assert found.has_hour is False
    assert facts(found.partial) == [("71", MAY_1, None, "impressions", 1, False)]


def test_rejected_rows_carry_row_reason_and_cells():
    found = reading_of(
        HEADING,
        ["2026-05-01", "1.00449E+11", "5", "1"],
        ["2026-05-01", "71", "5", "1"],
        ["昨天", "71", "5", "1"],
        [],
        ["2026-05-01", "71", "abc", "1"],
        ["2026-05-01", "71", "5", "(3)"],
        ["2026-05-01", "", "5", "1"],
        ["2026-05-01", "71", "2.5%", "1"],
    )
    with translation.override("zh-hans"):
        told = [(row.row, str(row.reason).split("：")[0], row.cells) for row in found.rejected]
    assert told == [
        (2, "“素材ID”列", ["2026-05-01", "1.00449E+11", "5", "1"]),
        (4, "“日期”列", ["昨天", "71", "5", "1"]),
        (6, "“展示数”列", ["2026-05-01", "71", "abc", "1"]),
        (7, "“消耗”列", ["2026-05-01", "71", "5", "(3)"]),
        (8, "“素材ID”列", ["2026-05-01", "", "5", "1"]),
        (9, "“展示数”列", ["2026-05-01", "71", "2.5%", "1"]),
    ]
    assert all(len(str(row.reason)) <= 300 for row in found.rejected)
    assert found.totals == {"impressions": 5, "cost": 100}


def test_ids_in_numeric_cells_are_kept_up_to_15_digits_and_refused_beyond():
    rows = [["素材ID", "展示数"], [123456789012345, 5], [7390000000000000001, 7]]
    found = read(xlsx_bytes(rows), name="x.xlsx")
    assert facts(found.partial) == [("123456789012345", None, None, "impressions", 5, False)]
    assert [row.row for row in found.rejected] == [3]
    assert "已丢失位数" in str(found.rejected[0].reason)


def test_merged_names_hold_for_their_rows_and_a_merged_figure_counts_once():
    def dress(book, sheet):
        sheet.merge_range(1, 0, 2, 0, "英德红茶")
        sheet.merge_range(1, 2, 2, 2, 7)

    rows = [["产品名称", "展示数", "播放量"], [None, 5], [None, 6], [None, 8]]
    found = read(xlsx_bytes(rows, dress=dress), name="x.xlsx")
    assert facts(found.partial) == [
        ("英德红茶", None, None, "impressions", 11, False),
        ("英德红茶", None, None, "plays", 7, False),
    ]
    assert [(row.row, row.cells) for row in found.rejected] == [(4, ["", "8", ""])]


def test_a_sheet_with_days_as_cells_and_a_page_read_alike():
    rows = [
        HEADING,
        [datetime(2026, 5, 1), "7390000000000000001", 5, 0.1],  # noqa: DTZ001 - a sheet's day
        [46144, "7390000000000000001", "6万", 0.2],
    ]
    page = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for row in [HEADING, ["2026/5/1", *rows[1][1:]], ["2026年5月2日", *rows[2][1:]]]
    )
    sheet = read(xlsx_bytes(rows), name="x.xlsx")
    web = read(html_bytes(f"<table>{page}</table>"), name="x.xls")
    assert facts(sheet.partial) == [
        ("7390000000000000001", MAY_1, None, "cost", 10, False),
        ("7390000000000000001", MAY_1, None, "impressions", 5, False),
        ("7390000000000000001", MAY_2, None, "cost", 20, False),
        ("7390000000000000001", MAY_2, None, "impressions", 60_000, True),
    ]
    assert web.partial == sheet.partial


def test_units_of_headings_and_sheets_count():
    found = reading_of(
        ["单位：万次"], ["素材ID", "展示数", "播放量(次)", "消耗(万元)"], ["71", "1.5", "7", "0.2"]
    )
    assert facts(found.partial) == [
        ("71", None, None, "cost", 200_000, False),
        ("71", None, None, "impressions", 15_000, True),
        ("71", None, None, "plays", 7, False),
    ]


INERT = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "'; DROP TABLE x; --",
]


def test_names_that_look_like_formulas_and_scripts_stay_text():
    found = reading_of(["产品名称", "展示数"], *[[name, "1"] for name in INERT])
    assert {row[0] for row in facts(found.partial)} == set(INERT)
    assert found.totals == {"impressions": len(INERT)}


OWN_TOTALS = [
    ([], None),
    ([["合计", "", "11", "-"]], {"impressions": 11}),
    ([["合计", "", "11", "3"], ["合计", "", "11", "3"]], {"impressions": 11, "cost": 300}),
    ([["小计", "", "4", "1"], ["总计", "", "11", "3"]], {"impressions": 11, "cost": 300}),
    ([["合计", "", "4", "1"], ["总计", "", "11", "3"]], {"impressions": 11, "cost": 300}),
    ([["合计", "", "4", "1"], ["合计", "", "7", "2"]], None),
    ([["合计", "", "1.1万", "3"]], {"cost": 300}),
    ([["合计", "", "", ""]], None),
    ([["合计", "", "#REF", "3"]], None),
    ([["小计", "", "11", "3"]], None),
]


@pytest.mark.parametrize(("totals", "own"), OWN_TOTALS)
def test_the_files_own_totals(totals, own):
    found = reading_of(HEADING, ["2026-05-01", "71", "10", "2"], *totals)
    assert found.own_totals == own
    assert found.totals == {"impressions": 10, "cost": 200}


def test_a_given_mapping_and_id_column():
    found = reading_of(
        ["天数", "推广编号", "素材ID", "引流人次"],
        ["x", "7", "71", "5"],
        id_column="campaign_id",
        mapping={"推广编号": "campaign_id", "引流人次": "impressions"},
    )
    assert facts(found.partial) == [("7", None, None, "impressions", 5, False)]
    assert (found.unknown_headings, found.id_column) == (["天数"], "campaign_id")


def test_a_wrong_encoding_is_told_with_the_headings_found():
    data = "日付,素材名,表示回数\n2026-05-01,71,5\n".encode("shift_jis")
    with pytest.raises(Unreadable) as caught:
        read(data, name="报表.csv")
    assert caught.value.code == "headings"
    assert "乱码" in str(caught.value)


def test_sums_beyond_64_bits_are_refused():
    row = ["71", str(2**62)]
    with pytest.raises(Unreadable) as caught:
        read(csv_bytes([["素材ID", "展示数"], row, row]), name="x")
    assert caught.value.code == "overflow"


def test_other_sheets_are_accounted_for():
    def dress(book, sheet):
        book.add_worksheet("旧表").write_column(0, 0, ["说明", "一", "二"])

    found = read(xlsx_bytes([["素材ID", "展示数"], ["71", 5]], dress=dress), name="x")
    assert balanced(found)
    assert found.ignored == {"heading": 1, "other_sheet": 3}


def test_a_partial_comes_back_from_its_file(tmp_path):
    partial = reading_of(HEADING, ["2026-05-01", "71", "5", "1"]).partial
    partial.write(tmp_path / "partial.parquet")
    assert Partial.read(tmp_path / "partial.parquet") == partial
    empty = reading_of(HEADING).partial
    empty.write(tmp_path / "empty.parquet")
    assert Partial.read(tmp_path / "empty.parquet") == empty
    assert empty.table.num_rows == 0
    assert empty.table.schema == SCHEMA


def test_the_order_of_rows_makes_no_difference(tmp_path):
    rows = [
        ["2026-05-02", "72", "7", "1"],
        ["2026-05-01", "71", "5", "1"],
        ["2026-05-01", "９", "", "1"],
    ]
    forth, back = reading_of(HEADING, *rows), reading_of(HEADING, *rows[::-1])
    forth.partial.write(tmp_path / "forth")
    back.partial.write(tmp_path / "back")
    assert (tmp_path / "forth").read_bytes() == (tmp_path / "back").read_bytes()


# Ways to write a whole number that keep its value.
SPELLINGS = {
    "plain": str,
    "thousands": lambda n: f"{n:,}",
    "blanks": lambda n: f"{n:,}".replace(",", " "),
    "full width": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "unit": lambda n: f"{n:,}次",
    "point": lambda n: f"{n}.0",
    "ten thousands": lambda n: f"{Decimal(n) / 10_000}万",
}
LETTERS = st.text(
    st.characters(codec="gb18030", exclude_categories=["C", "Z"]), min_size=1, max_size=8
)
COUNT = st.none() | st.integers(0, 10**12)
DATA_ROW = st.tuples(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(10**5, 10**19).map(str),
    LETTERS,
    COUNT,
    COUNT,
    st.sampled_from(sorted(SPELLINGS)),
)
ODD_ROW = st.sampled_from(
    [
        ["合计", "", "", "7", "7"],
        ["小计", "", "", "7", "7"],
        ["", "", "", "", ""],
        ["日期", "素材ID", "标题", "展示数", "播放量"],
        ["填表人：", "", "", "", ""],
        ["2026-05-01", "71", "x", "-5", "5"],
        ["2026-05-01", "1.0E+18", "x", "5", "5"],
        ["不是日期", "71", "x", "5", "5"],
    ]
)


def spelled(row):
    day, code, title, impressions, plays, spelling = row
    write = SPELLINGS[spelling]
    figures = ["--" if count is None else write(count) for count in (impressions, plays)]
    return [day.isoformat(), f"{code}\t", title, *figures]


@settings(max_examples=150)
@given(
    rows=st.lists(DATA_ROW | ODD_ROW, max_size=20),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    delimiter=st.sampled_from([",", "\t"]),
    preamble=st.lists(st.sampled_from(["数据报表", "", "导出时间：2026-05-06"]), max_size=3),
)
def test_any_table_reads_to_its_sums_and_every_row_is_accounted_for(
    rows, encoding, delimiter, preamble
):
    heading = ["日期", "素材ID", "标题", "展示数", "播放量"]
    lines = [row if isinstance(row, list) else spelled(row) for row in rows]
    data = csv_bytes(
        [*[[line] for line in preamble], heading, *lines], encoding=encoding, delimiter=delimiter
    )
    found = read(data, name="x.csv")
    wanted = [row for row in rows if isinstance(row, tuple)]
    assert balanced(found)
    assert found.rows_in == len(preamble) + 1 + len(rows)
    assert found.partial.sum("rows") == len(wanted)
    assert found.totals == {
        "impressions": sum(row[3] or 0 for row in wanted),
        "plays": sum(row[4] or 0 for row in wanted),
    }
    assert {(row[0], row[1]) for row in facts(found.partial)} == {
        (row[1], row[0]) for row in wanted if row[3] is not None or row[4] is not None
    }
    assert found == read(data, name="x.csv")


def read_or_refused(data: bytes) -> bool:
    """True when every row is accounted for, or when a sentence says why nothing was read."""
    try:
        return balanced(read(data, name="x"))
    except Unreadable as refused:
        return bool(refused.code) and "“x”" in str(refused)


@settings(max_examples=200)
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(data):
    assert read_or_refused(data)


@settings(max_examples=100)
@given(place=st.integers(0, 6000), value=st.integers(0, 255))
def test_a_workbook_with_a_wrong_byte_is_read_or_refused(place, value):
    data = bytearray(xlsx_bytes([["素材ID", "展示数"], ["71", 5]]))
    data[place % len(data)] = value
    assert read_or_refused(bytes(data))
