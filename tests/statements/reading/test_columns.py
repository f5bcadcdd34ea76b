"""Which column means what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.statements.reading import Unreadable, words
from portal.statements.reading.columns import map_columns
from portal.statements.reading.heading import Heading


def columns_of(*labels: str, id_column=None, mapping=None, **factors):
    heading = Heading(sheet=0, first=0, last=0, labels=labels, period=None, **factors)
    return map_columns(heading, name="报表.csv", id_column=id_column, mapping=words.given(mapping))


# Heading, what it means, the unit's factor ("" for none said).
MEANINGS = [
    ("展示数", "impressions", None),
    ("展示数（次）", "impressions", 1),
    ("曝光量(万次)", "impressions", 10_000),
    ("曝光量【万】", "impressions", 10_000),
    ("曝光量/亿次", "impressions", 10**8),
    ("ＰＶ", "plays", None),
    ("播 放 量", "plays", None),
    ("播放量\n", "plays", None),
    ("*播放量", "plays", None),
    ("Impressions", "impressions", None),
    ("SHOW_CNT", "impressions", None),
    ("总花费（元）", "cost", 1),
    ("消耗(万元)", "cost", 10_000),
    ("消耗(分)", "cost", "0.01"),
    ("商品ID", "product_id", None),
    ("支付订单数(单)", "orders", 1),
    ("成交金额(元)", "sales", 1),
    ("支付GMV（万元）", "sales", 10_000),
    ("退款金额(分)", "refunded", "0.01"),
    ("退款订单数", "refunds", None),
    ("退款率", "derived", None),
    ("产品名称（必填）", "product_name", None),
    ("县（市、区）", "county", None),
    ("时段", "hour", None),
    ("统计日期", "date", None),
    ("发布时间", "published_at", None),
    ("曝光人数", "reach", None),
    ("点击率(%)", "derived", None),
    ("ctr", "derived", None),
]
UNKNOWN = [
    "曝光量(环比)",
    "曝光量(元)",
    "消耗(次)",
    "消耗(USD)",
    "成交金额(次)",
    "素材ID(旧)",
    "Week",
    "互动量",
    "移动营销页浏览量",
]


@pytest.mark.parametrize(("heading", "canonical", "factor"), MEANINGS)
def test_a_heading_means_a_field(heading, canonical, factor):
    found = words.lookup(heading, {})
    assert (found.canonical, found.scale) == (canonical, factor and Decimal(factor))


@pytest.mark.parametrize("heading", UNKNOWN)
def test_a_heading_that_says_something_else_is_unknown(heading):
    assert words.lookup(heading, {}) is None


def test_no_spelling_means_two_fields():
    meanings: dict[str, set[str]] = {}
    for row in words._rows("header_aliases.csv"):
        meanings.setdefault(words.normalise_heading(row["alias"]), set()).add(row["canonical"])
    assert {alias: each for alias, each in meanings.items() if len(each) > 1} == {}


def test_rates_are_known_and_never_a_column():
    found = columns_of("素材ID", "展示数", "点击率", "排名", "体裁")
    assert found.headings == {"material_id": "素材ID", "impressions": "展示数"}
    assert found.unknown == ["体裁"]


def test_the_more_exact_spelling_counts_then_the_one_further_left():
    found = columns_of("素材ID", "PV", "播放量", "展示数", " 展示数", "view_count")
    assert found.headings == {"material_id": "素材ID", "plays": "播放量", "impressions": "展示数"}
    assert found.place == {"material_id": 0, "plays": 2, "impressions": 3}
    assert found.passed_over == {"plays": ["PV"], "impressions": [" 展示数", "view_count"]}


def test_reach_is_known_and_not_summed():
    assert columns_of("素材ID", "曝光人数", "展示数").metrics == {"impressions": 2}


IDS = [
    (["产品名称", "计划名称", "素材名称", "计划ID", "素材ID", "展示数"], "material_id"),
    (["产品名称", "计划名称", "素材名称", "计划ID", "展示数"], "campaign_id"),
    (["产品名称", "计划名称", "素材名称", "展示数"], "material_name"),
    (["产品名称", "计划名称", "展示数"], "campaign_name"),
    (["产品名称", "展示数"], "product_name"),
]


@pytest.mark.parametrize(("labels", "id_column"), IDS)
def test_the_most_exact_id_names_the_row(labels, id_column):
    assert columns_of(*labels).id_column == id_column


def test_the_id_asked_for_names_the_row():
    assert (
        columns_of("计划ID", "素材ID", "展示数", id_column="campaign_id").id_column == "campaign_id"
    )


@pytest.mark.parametrize(
    ("id_column", "labels", "wanted"),
    [
        (None, ["日期", "县区", "展示数"], "ID 或名称"),
        ("material_id", ["日期", "计划ID", "展示数", "体裁"], "作品或素材 ID"),
    ],
)
def test_without_an_id_the_columns_are_listed(id_column, labels, wanted):
    with pytest.raises(Unreadable) as caught:
        columns_of(*labels, id_column=id_column)
    assert caught.value.code == "no_id"
    assert f"（{wanted}）" in str(caught.value)
    assert f"文件中的列有：{'、'.join(labels)}。" in str(caught.value)


def test_a_mapping_goes_first():
    found = columns_of(
        "素材ID",
        "展示数",
        "引流人次（万）",
        mapping={"引流人次(万)": "impressions", "展示数": "derived"},
    )
    assert found.headings == {"material_id": "素材ID", "impressions": "引流人次（万）"}
    assert found.factors["impressions"] == 10_000


def test_a_mapping_to_a_field_that_does_not_exist_is_refused():
    with pytest.raises(Unreadable) as caught:
        columns_of("素材ID", "展示数", mapping={"展示数": "exposure", "x": "fee"})
    assert caught.value.code == "mapping"
    assert "exposure, fee" in str(caught.value)


def test_a_unit_in_the_heading_goes_before_the_sheets():
    found = columns_of(
        "素材ID",
        "展示数(次)",
        "播放量",
        "消耗",
        count_factor=Decimal(10_000),
        money_factor=Decimal(1000),
    )
    assert found.factors["impressions"] == 1
    assert found.factors["plays"] == 10_000
    assert found.factors["cost"] == 1000
