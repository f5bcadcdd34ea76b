"""Rows found again add up to the partial: for every id and day of every layout."""

from __future__ import annotations

import io
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
    how = how | {"id_column": reading.id_column}
    for external_id, day in {(key[0], key[1]) for key in true}:
        rows = rows_of(data, name=name, ids={external_id}, days={day}, **how).rows
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
    found = rows_of(data, name="x.csv", id_column="material_id", ids={"b"}, days=[DAY])
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
