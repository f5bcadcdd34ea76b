"""Where the table is, and for which period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.statements.reading import Unreadable, words
from portal.statements.reading.heading import find_heading
from portal.statements.reading.period import find_period
from portal.statements.reading.tables import Table


def find(*sheets, **kwargs):
    tables = [
        sheet if isinstance(sheet, Table) else Table(name="", rows=[list(row) for row in sheet])
        for sheet in sheets
    ]
    return find_heading(tables, name="报表.csv", **kwargs)


PLAIN = ["日期", "素材ID", "展示数"]
DATA = ["2026-05-01", "1", "5"]
# rows, first and last heading row, labels.
PLACES = [
    ([PLAIN, DATA], 0, 0, PLAIN),
    ([PLAIN], 0, 0, PLAIN),
    ([["标题"], [], PLAIN, DATA], 2, 2, PLAIN),
    ([["账户：展示数"], PLAIN, DATA, PLAIN, DATA], 1, 1, PLAIN),
    (
        [["ＤＡＴＥ", " item_id ", "Impressions"], DATA],
        0,
        0,
        ["ＤＡＴＥ", "item_id", "Impressions"],
    ),
    # two rows, merged or not
    (
        [
            ["产品名称", "曝光", "", "互动", ""],
            ["", "展示量", "播放量", "点击量", "点赞量"],
            ["a", 1, 2, 3, 4],
        ],
        0,
        1,
        ["产品名称", "展示量", "播放量", "点击量", "点赞量"],
    ),
    (
        [["产品名称", "曝光", None, "点击"], [None, "次数", "人数", "数"], ["a", 1, 2, 3]],
        0,
        1,
        ["产品名称", "曝光次数", "曝光人数", "点击数"],
    ),
    # a row of units under the heading
    (
        [["产品名称", "曝光量", "消耗", "点击率"], ["", "万次", "（元）", "%"], ["a", 1, 2, 3]],
        0,
        1,
        ["产品名称", "曝光量(万次)", "消耗(元)", "点击率%"],
    ),
    # a first data row that looks like words is no second heading row
    (
        [["产品名称", "类型", "曝光量"], ["英德红茶", "点击", ""], ["a", "b", 3]],
        0,
        0,
        ["产品名称", "类型", "曝光量"],
    ),
    ([["产品名称", "曝光量"], ["-", "-"], ["a", 3]], 0, 0, ["产品名称", "曝光量"]),
    # a summary above the table that names things
    (
        [
            ["日期", "展现", "点击", "消费"],
            ["2026-05-01", 1, 2, 3],
            [],
            ["计划ID", "展现"],
            ["7", 1],
        ],
        3,
        3,
        ["计划ID", "展现"],
    ),
]


@pytest.mark.parametrize(("rows", "first", "last", "labels"), PLACES)
def test_places(rows, first, last, labels):
    found = find(rows)
    assert (found.first, found.last, list(found.labels)) == (first, last, labels)


def test_the_sheet_that_has_a_heading_is_taken():
    assert find([["说明"], ["请勿修改"]], [PLAIN, DATA]).sheet == 1


def test_a_visible_sheet_goes_before_a_hidden_one():
    hidden = Table(name="旧", rows=[[*PLAIN, "点击数"], [*DATA, "1"]], hidden=True)
    assert find(hidden, [PLAIN, DATA]).sheet == 1
    assert find(hidden, [["说明"]]).sheet == 0


def test_the_table_with_the_id_asked_for_goes_first():
    other = [["日期", "素材ID", "展示数", "点击数"], [*DATA, "1"]]
    assert find(other, [["计划ID", "展示数"], ["1", "2"]], id_column="campaign_id").sheet == 1
    assert find(other, [["计划ID", "展示数"], ["1", "2"]]).sheet == 0


def test_headings_that_nobody_knows_are_listed():
    with pytest.raises(Unreadable) as caught:
        find([["周报"], ["天", "作品编号", "引流人次"], ["2026-05-01", "1", "5"]])
    assert caught.value.code == "headings"
    assert "找到的表头：天、作品编号、引流人次。" in str(caught.value)


def test_a_mapping_makes_a_heading_known():
    mapping = words.given({"作品编号": "material_id", "引流人次": "impressions"})
    found = find([["天", "作品编号", "引流人次"], DATA], mapping=mapping)
    assert found.labels == ("天", "作品编号", "引流人次")


UNITS = [
    ("单位：次", 1, 1),
    ("单位：万次", 10_000, 1),
    ("（单位：万元、万次）", 10_000, 10_000),
    ("单位：万元", 1, 10_000),
    ("单位：万", 10_000, 10_000),
    ("填报单位：万元村", 1, 1),
]


@pytest.mark.parametrize(("line", "counts", "money"), UNITS)
def test_a_unit_for_the_whole_sheet(line, counts, money):
    found = find([["报表", line], PLAIN, DATA])
    assert (found.count_factor, found.money_factor) == (Decimal(counts), Decimal(money))


def span(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


FIVE = span("2026-05-01", "2026-05-05")
MAY = span("2026-05-01", "2026-05-31")
PERIODS = [
    (["1. 时间范围：20260501-20260505"], FIVE),
    (["统计周期：2026-05-01 至 2026-05-05"], FIVE),
    (["统计周期:2026/5/1~2026/5/5"], FIVE),
    (["统计时间 2026-05-01 00:00:00 - 2026-05-05 23:59:59"], FIVE),
    (["英德红茶 2026年5月1日-5月5日 曝光统计"], FIVE),
    (["2026年5月1日—5日"], FIVE),
    (["2026.5.1-5.5 推广日报"], FIVE),
    (["Date range: 2026-05-01 to 2026-05-05"], FIVE),
    (["开始日期：2026-05-01", "结束日期：2026-05-05"], FIVE),
    (["数据生成时间：2026-05-06 09:00", "时间范围：20260501-20260505"], FIVE),
    (["统计周期：2026-05-01 至 2026-05-05", "对比周期：2026-04-01 至 2026-04-05"], FIVE),
    (["２０２６年５月１日至５月５日"], FIVE),
    (["统计日期：2026-05-01"], span("2026-05-01", "2026-05-01")),
    (["各县区曝光日报（2026年5月1日）"], span("2026-05-01", "2026-05-01")),
    (["2026年5月 各县区产品曝光统计表"], MAY),
    (["2026年05月份曝光月报"], MAY),
    (["统计月份：2026-05"], MAY),
    (["2024年2月统计表"], span("2024-02-01", "2024-02-29")),
    (["2025年12月29日-2026年1月4日"], span("2025-12-29", "2026-01-04")),
    # no period, or not one
    ([], None),
    (["报表"], None),
    (["数据生成时间：2026-05-06 09:00"], None),
    (["导出时间：2026-05-01 至 2026-05-05"], None),
    (["发布日期：2026-05-01 至 2026-05-05"], None),
    (["填表日期：2026年5月6日"], None),
    (["截至2026年5月6日"], None),
    (["截至2026年5月"], None),
    (["2026年5月上旬统计表"], None),
    (["2026年5月-6月统计表"], None),
    (["2026年4月、2026年5月"], None),
    (["2026年5月6日 报表"], None),
    (["统计周期：2026-05-05 至 2026-05-01"], None),
    (["统计周期：2026-02-30 至 2026-03-01"], None),
    (["统计周期：2026-05-01 至 2026-05-05", "统计周期：2026-05-01 至 2026-05-07"], None),
    (["文号：粤农〔2026〕5号"], None),
]


@pytest.mark.parametrize(("lines", "period"), PERIODS)
def test_periods(lines, period):
    assert find_period(lines) == period


@pytest.mark.parametrize(
    "above",
    [
        [["统计周期：", "2026-05-01 至 2026-05-05"]],
        [["导出时间：2026-05-06", "统计周期：2026-05-01 至 2026-05-05"]],
        [["导出时间：2026-05-06\n统计周期：2026-05-01 至 2026-05-05"]],
        [["开始日期：", date(2026, 5, 1)], ["结束日期：", date(2026, 5, 5)]],
    ],
)
def test_the_period_stands_in_the_cells_above_the_heading(above):
    assert find([*above, PLAIN, DATA]).period == FIVE


def test_days_in_the_rows_are_no_period():
    assert (
        find([PLAIN, DATA, ["2026-05-05", "1", "5"], ["统计周期：2026-05-01 至 2026-05-05"]]).period
        is None
    )
