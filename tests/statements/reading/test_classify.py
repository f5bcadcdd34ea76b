"""Every row gets exactly one class."""

from __future__ import annotations

import pytest

from portal.statements.reading import words
from portal.statements.reading.classify import RowClass, classify
from portal.statements.reading.columns import map_columns
from portal.statements.reading.heading import find_heading
from portal.statements.reading.tables import Table

HEADING = ["日期", "计划名称", "素材ID", "展示数", "点击数"]
DATA = ["2026-05-01", "红茶", "71", "100", "5"]


def classes_of(*rows, heading=HEADING, above=()):
    table = Table(name="", rows=[*map(list, above), list(heading), *map(list, rows)])
    found = find_heading([table])
    columns = map_columns(found)
    classes, totals = classify(table, found, columns)
    assert len(classes) == len(table.rows)
    assert totals.keys() == {n for n, kind in enumerate(classes) if kind is RowClass.TOTAL}
    return classes, totals


# A row under the heading, and its class.
ROWS = [
    (DATA, "data"),
    (["2026-05-01", "红茶", "71", "0", "0"], "data"),
    (["2026-05-01", "红茶", "71", "-", "-"], "data"),
    (["2026-05-01", "Total", "71", "100", "5"], "data"),
    (["2026-05-01", "合计", "71", "100", "5"], "data"),
    (["2026-05-01", "本月设计", "71", "100", "5"], "data"),
    (["x", "y", "z", "bad", "5"], "data"),
    ([], "blank"),
    (["", None, " ", "\u3000", "\t"], "blank"),
    (HEADING, "heading"),
    (["日期", "计划名称", "素材ID", "", ""], "heading"),
    (["date", "campaign_name", "item_id", "show_cnt", "click_cnt"], "heading"),
    (["总计", "-", "-", "100", "5"], "total"),
    (["合计", "", "", "100", "5"], "total"),
    (["合计：", "", "", "", ""], "total"),
    (["合 计", "", "", "100", "5"], "total"),
    (["合计12条记录", "", "-", "100", "5"], "total"),
    (["共 12 条", "", "-", "100", "5"], "total"),
    (["Total:", "", "", "100", "5"], "total"),
    (["Grand Total", "", "", "100", "5"], "total"),
    (["", "合计", "", "100", "5"], "total"),
    (["", "", "总计", "100", "5"], "total"),
    (["合计", "", "71", "100", "5"], "subtotal"),
    (["小计", "", "", "100", "5"], "subtotal"),
    (["2026-05-01", "小计", "-", "100", "5"], "subtotal"),
    (["2026-05-01", "", "合计", "100", "5"], "subtotal"),
    (["合计", "红茶", "合计", "100", "5"], "total"),
    (["清远市小计", "", "", "100", "5"], "subtotal"),
    (["填表人：张三", "", "审核人：", "", "日期：2026年5月6日"], "note"),
    (["备注：数据截至昨日", "", "", "", ""], "note"),
    (["", "以上数据仅供内部参考", "", "", ""], "note"),
    (["数据来源：平台后台", "x", "", "", ""], "note"),
    (["计划名称", "曝光量", "", "", ""], "other_table"),
]


@pytest.mark.parametrize(("row", "kind"), ROWS)
def test_rows(row, kind):
    classes, _totals = classes_of(row)
    assert classes == ["heading", kind]


def test_a_total_may_count_its_things_in_their_column():
    heading = ["地市", "产品名称", "展示数"]
    classes, totals = classes_of(["清远市", "红茶", "5"], ["合计", "12个", "5"], heading=heading)
    assert classes == ["heading", "data", "total"]
    assert totals == {2: "total"}


def test_totals_first_last_and_twice_with_their_words():
    classes, totals = classes_of(
        ["合计", "", "", "100", "5"],
        DATA,
        ["小计", "", "", "100", "5"],
        ["总计", "", "", "100", "5"],
    )
    assert classes == ["heading", "total", "data", "subtotal", "total"]
    assert totals == {1: "total", 4: "grand"}


def test_another_table_after_a_blank_line_is_left_out_until_our_heading_comes_again():
    classes, _totals = classes_of(
        DATA, [], ["县区", "展示数"], ["英德市", "100"], ["合计", "100"], [], HEADING, DATA
    )
    assert classes == [
        "heading",
        "data",
        "blank",
        "other_table",
        "other_table",
        "other_table",
        "blank",
        "heading",
        "data",
    ]


def test_rows_above_the_heading():
    classes, _totals = classes_of(
        DATA, above=[["2026年5月"], [], ["展示数", "点击数"], ["100", "5"], []]
    )
    assert classes == [
        "preamble",
        "blank",
        "other_table",
        "other_table",
        "blank",
        "heading",
        "data",
    ]


def test_both_rows_of_a_heading_and_their_repetitions():
    top, below = ["产品名称", "曝光", "", "单价"], ["", "展示量", "播放量", ""]
    rows = [["英德红茶", 5, 6, 7], top, below, ["徐闻菠萝", 5, 6, 7]]
    table = Table(name="", rows=[top, below, *rows])
    found = find_heading([table])
    classes, _totals = classify(table, found, map_columns(found))
    assert classes == ["heading", "heading", "data", "heading", "heading", "data"]


def test_an_hour_that_says_total_is_a_subtotal():
    heading = ["日期", "小时", "素材ID", "展示数"]
    classes, _totals = classes_of(
        ["2026-05-01", "13", "71", "5"],
        ["2026-05-01", "合计", "71", "5"],
        ["合计", "", "", "5"],
        heading=heading,
    )
    assert classes == ["heading", "data", "subtotal", "total"]


@pytest.mark.parametrize("kind", RowClass)
def test_every_class_has_a_name(kind):
    assert str(kind.label)


def test_marks_of_the_table_are_compared_in_one_form():
    assert {words.mark(row["word"]) for row in words._rows("row_words.csv")} == {
        "grand",
        "total",
        "subtotal",
        "note",
        "missing",
    }
