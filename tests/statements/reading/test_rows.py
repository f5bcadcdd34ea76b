"""Rows found again add up to the partial: for every id and day of every layout."""

from __future__ import annotations

import io
import tracemalloc
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from portal.statements.reading import read
from portal.statements.reading.rows import rows_of

DAY = date(2023, 10, 20)
LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
FILES = sorted(path.name for path in LAYOUTS.iterdir() if path.suffix != ".json")


def sums_of(data, name, **how):
    """What the rows of each id and day add up to, and what the partial says."""
    reading = read(data, name=name, **how)
    true = Counter()
    for cell in reading.partial.table.to_pylist():
        true[cell["external_id"], cell["day"], cell["hour"], cell["metric"]] += cell["count"]
    found, numbers = Counter(), []
    how = how | {"id_column": reading.id_column, "has_hour": reading.has_hour}
    for external_id, day in {(key[0], key[1]) for key in true}:
        answer = rows_of(data, name=name, ids={external_id}, days={day}, **how)
        rows = answer.rows
        assert answer.whole
        numbers += [row.row for row in rows]
        for row in rows:
            assert (row.fact.external_id, row.fact.day) == (external_id, day)
            found[external_id, day, row.fact.hour, "rows"] += 1
            for metric, (count, _rounded) in row.fact.counts.items():
                found[external_id, day, row.fact.hour, metric] += count
    assert len(numbers) == len(set(numbers)) == reading.partial.sum("rows")
    return +found, +true


@pytest.mark.parametrize("name", FILES)
def test_rows_add_up_to_the_partial(name):
    found, true = sums_of((LAYOUTS / name).read_bytes(), name)
    assert found == true


def test_rows_have_the_numbers_and_cells_that_a_spreadsheet_shows():
    data = "日报\n\n日期,素材ID,展示数\n2023-10-20,a,5\n\n2023-10-20,b,7\n总计,,12\n".encode()
    how = {"id_column": "material_id", "has_hour": False}
    found = rows_of(data, name="x.csv", ids={"b"}, days=[DAY], **how)
    assert found.headings == ["日期", "素材ID", "展示数"]
    assert [(row.row, row.cells) for row in found.rows] == [(6, ["2023-10-20", "b", "7"])]


def test_a_mapping_reads_as_it_did_when_the_file_landed():
    data = "日期,素材ID,引流人次\n2023-10-20,a,5\n".encode()
    found, true = sums_of(data, "x.csv", mapping={"引流人次": "impressions"})
    assert found == true
    assert true["a", DAY, None, "impressions"] == 5


def test_a_merged_id_holds_for_each_of_its_rows():
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet()
    for column, label in enumerate(("日期", "素材ID", "展示数")):
        sheet.write(0, column, label)
    sheet.merge_range(1, 1, 2, 1, "a")
    for row, count in ((1, 5), (2, 7)):
        sheet.write(row, 0, "2023-10-20")
        sheet.write(row, 2, count)
    book.close()
    found, true = sums_of(kept.getvalue(), "x.xlsx")
    assert found == true
    assert true["a", DAY, None, "impressions"] == 12


def of_many_rows():
    """Rows of which nearly all say nothing of any one id, in all that reports have among them."""
    spellings = ("71", "71\t", "７１", '"=""71"""', "71.0", " 71 ")
    lines = ["日报", "日期,素材ID,展示数,点击数"]
    lines += [f"2023-10-20,{900 + number},{number},-" for number in range(400)]
    for number, spelling in enumerate(spellings):
        lines.append(f"2023-10-20,{spelling},{1 << number},1.2万")
    lines += [
        "2023-10-21,71,100,-",
        "2023-10-20,71,-,5",
        "2023-10-20,71,坏,5",
        "清远市小计,71,64,5",
    ]
    lines += ["日期,素材ID,展示数,点击数", "2023-10-20,71,1000,-", "总计,,1063,"]
    # Another table, in whose same column stands the same number.
    lines += [
        "",
        "部门,编号,消耗(元)",
        "推广,71,5",
        "日期,素材ID,展示数,点击数",
        "2023-10-20,71,3,-",
    ]
    return "\n".join(lines).encode("utf-8-sig")


def test_rows_of_a_long_file_are_the_same_whatever_stands_among_them():
    data = of_many_rows()
    found, true = sums_of(data, "长.csv", id_column="material_id")
    assert found == true
    how = {"id_column": "material_id", "has_hour": False, "ids": {"71"}, "days": {DAY}}
    answer = rows_of(data, name="长.csv", **how)
    assert [row.row for row in answer.rows][:6] == [403, 404, 405, 406, 407, 408]
    assert answer.rows[0].cells == ["2023-10-20", "71", "1", "1.2万"]
    few = rows_of(data, name="长.csv", most=3, **how)
    assert ([row.row for row in few.rows], few.whole) == ([403, 404, 405], False)


def test_merged_cells_far_down_a_sheet_hold_for_each_of_their_rows():
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("日期", "素材ID", "展示数"))
    for row in range(1, 300):
        sheet.write_row(row, 0, ("2023-10-20", f"b{row}", 1))
    sheet.merge_range(300, 0, 303, 0, "2023-10-20")
    sheet.merge_range(301, 1, 302, 1, "a")
    for row, name in ((300, "c"), (303, "d")):
        sheet.write(row, 1, name)
    for row in range(300, 304):
        sheet.write(row, 2, row)
    book.close()
    found, true = sums_of(kept.getvalue(), "x.xlsx")
    assert found == true
    assert true["a", DAY, None, "impressions"] == 301 + 302
    assert true["d", DAY, None, "impressions"] == 303


def test_the_rows_of_a_large_file_are_found_in_little_memory():
    line = "2023-10-20,%d,5," + "很长的一段说明" * 20 + "\n"
    head = "日期,素材ID,展示数,备注\n"
    data = (head + "".join(line % number for number in range(40_000))).encode()
    tracemalloc.start()
    how = {"id_column": "material_id", "has_hour": False, "ids": {"39999"}, "days": {DAY}}
    (row,) = rows_of(data, name="大.csv", **how).rows
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert row.row == 40_001
    assert most < len(data)
