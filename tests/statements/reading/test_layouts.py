"""Invented numbers in the layouts that real exports have, read to the sums of the manifest."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from portal.statements.reading import Reading, read

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
MANIFEST = json.loads((LAYOUTS / "manifest.json").read_text(encoding="utf-8"))
EXPECTED = {entry["file"]: entry["expect"] for entry in MANIFEST}
ZOO = "10_number_zoo.csv"


def reading_of(name: str) -> Reading:
    return read((LAYOUTS / name).read_bytes(), name=name)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_rows_and_sums_are_those_of_the_manifest(name):
    found = reading_of(name)
    expect = {key: value for key, value in EXPECTED[name].items() if key != "values"}
    if "cost" in expect:
        expect["cost"] = round(expect["cost"] * 100)
    counted = {"rows": found.partial.sum("rows") + len(found.rejected)} | found.totals
    assert {key: counted[key] for key in expect} == expect
    assert found.rows_in == counted["rows"] + sum(found.ignored.values())


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {ZOO}))
def test_nothing_is_rejected(name):
    assert reading_of(name).rejected == []


# rows of each class, the period, what names a row, a day in the rows?, rounded figures?
ACCOUNTS = {
    "01_toutiao_plan_gbk.csv": ({"heading": 1}, None, "campaign_id", True, False),
    "03_baidu_feed_preamble.csv": (
        {"preamble": 3, "blank": 3, "heading": 1},
        (date(2026, 5, 1), date(2026, 5, 5)),
        "campaign_id",
        True,
        False,
    ),
    "05_oceanengine_project_bom.csv": (
        {"heading": 1, "total": 1},
        None,
        "campaign_id",
        True,
        False,
    ),
    "07_xiaohongshu_total_first.csv": (
        {"heading": 1, "total": 1},
        None,
        "material_id",
        True,
        False,
    ),
    "08_douyin_creator_center.csv": ({"heading": 1}, None, "material_name", False, True),
    ZOO: ({"heading": 1}, None, "material_name", True, True),
    "14_merged_two_row_header.xlsx": (
        {"preamble": 2, "heading": 2, "total": 1, "note": 1, "other_sheet": 1},
        (date(2026, 5, 1), date(2026, 5, 31)),
        "product_name",
        False,
        True,
    ),
    "17_empty_report.csv": ({"heading": 1}, None, "campaign_id", True, False),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_row_has_its_class(name):
    found = reading_of(name)
    assert (
        dict(found.ignored),
        found.period,
        found.id_column,
        found.has_day,
        found.approximate,
    ) == ACCOUNTS[name]
    assert found.has_hour is False


@pytest.mark.parametrize(
    "name", ["05_oceanengine_project_bom.csv", "07_xiaohongshu_total_first.csv"]
)
def test_the_files_own_total_is_what_we_counted(name):
    found = reading_of(name)
    assert found.own_totals == found.totals


def test_a_total_row_without_values_is_no_total():
    assert reading_of("14_merged_two_row_header.xlsx").own_totals is None


def test_a_heading_alone_gives_no_rows_and_no_zeros():
    found = reading_of("17_empty_report.csv")
    assert found.partial.table.num_rows == 0
    assert (found.rows_in, found.own_totals) == (1, None)


def test_negative_counts_are_rejected_with_row_column_and_cells():
    found = reading_of(ZOO)
    assert [(row.row, row.cells) for row in found.rejected] == [
        (15, ["2026-05-14", "m13", "(500)"]),
        (16, ["2026-05-15", "m14", "-500"]),
    ]
    assert {str(row.reason) for row in found.rejected} == {"“曝光量”列：不能计入负数。"}


def test_ids_keep_every_digit_and_lose_their_tab():
    found = reading_of("01_toutiao_plan_gbk.csv")
    assert found.partial.table["external_id"].unique().to_pylist() == [
        "17000000000000007",
        "17000000000000017",
        "17000000000000027",
        "17000000000000037",
        "17000000000000047",
    ]
    assert found.passed_over == {"campaign_id": ["广告组id"], "campaign_name": ["广告组"]}


def test_a_line_break_in_a_title_is_a_blank():
    ids = reading_of("08_douyin_creator_center.csv").partial.table["external_id"].unique()
    assert ids.to_pylist()[0] == "乡村视频0 第二行"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_same_bytes_give_the_same_reading(name, tmp_path):
    first, second = reading_of(name), reading_of(name)
    assert first == second
    first.partial.write(tmp_path / "first")
    second.partial.write(tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert type(first.partial).read(tmp_path / "first") == first.partial
