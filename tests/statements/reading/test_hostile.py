"""Files that mean harm, or were damaged so that they do: said in a sentence, in little memory."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.statements import raw
from portal.statements.reading import Limits, Unreadable, read
from tests.statements.reading.files import xlsx_bytes

MB = 1 << 20
HEADING = "日期,素材ID,展示数\n".encode()
EVENTS = b"event_time,content_id,kind\n"


def _sheet(cells: bytes, words: bytes = b"") -> bytes:
    """A workbook whose sheet holds these rows; `words` stands in place of its first shared text."""
    plain, out = xlsx_bytes([["日期", "素材ID", "展示数"]]), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                head, _rows, tail = data.partition(b"</sheetData>")
                data = head + cells + b"</sheetData>" + tail
            elif words and name.endswith("sharedStrings.xml"):
                data = data.replace("日期".encode(), words, 1)
            target.writestr(name, data)
    return out.getvalue()


def _shared() -> bytes:
    """One text of 32,000 letters that 4,000 cells show."""
    row = b'<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" t="s"><v>0</v></c></row>'
    return _sheet(b"".join(row % (n, n, n) for n in range(2, 2_002)), b"x" * 32_000)


def _parquet(table: pa.Table, **how) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **how)
    return out.getvalue()


def _same_text() -> bytes:
    """A megabyte that a dictionary says once and every row shows."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * MB])
    return _parquet(pa.table({"素材ID": words, "展示数": [1] * 20_000}))


def _many_rows() -> bytes:
    """A Parquet file whose metadata names more rows than any report has."""
    column = pa.array([1] * 60_000)
    return _parquet(pa.table({"素材ID": column, "展示数": column}), compression="zstd")


# As the limits that hold, a fifteenth of their size.
SMALL = Limits(rows=50_000, cells=1_000_000, said_bytes=32 * MB)
HOSTILE = {
    "a record of a million cells": (lambda: b"a," * MB, "too_many_cells"),
    "a record whose lines are in quotes": (lambda: b'a,"\n",' * 200_000, "too_many_cells"),
    "rows beyond any sheet": (lambda: HEADING + b"1\n" * 50_000, "too_many_rows"),
    "cells beyond any sheet": (lambda: (b"1," * 999 + b"1\n") * 1_010, "too_many_cells"),
    "spans of a web page": (
        lambda: b"<table>" + b"<tr><td colspan=1000>x</td></tr>" * 1_010,
        "too_many_cells",
    ),
    "a line without an end": (lambda: b"a" * MB, "headings"),
    "days without an end": (
        lambda: "开始日期:2023-10-20 ".encode() * 20_000 + b"\n" + HEADING,
        "headings",
    ),
    "one text a hundred thousand times": (_shared, "damaged|too_many_rows"),
    "JSON too deep": (lambda: b'[{"a":' + b"[" * (2 * MB), "damaged"),
    "JSON of many names": (
        lambda: json.dumps([{f"k{n}": 1 for n in range(20_000)}]).encode(),
        "too_many_cells",
    ),
    "JSON of nothing": (lambda: b"[" + b"{}," * 100_000 + b"{}]", "no_rows"),
    "packed lines without an end": (
        lambda: gzip.compress(EVENTS + b"a" * (64 * MB), 1),
        "damaged",
    ),
    "Parquet of one long text": (_same_text, "damaged|too_many_rows"),
    "Parquet of too many rows": (_many_rows, "too_many_rows"),
    "Parquet whose end is torn": (lambda: b"PAR1" + b"\xff" * 200 + b"PAR1", "damaged"),
}


def memory(name: str) -> int:
    """What this process takes, in bytes: VmRSS now, VmHWM at most since the last reset."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    raise LookupError(name)


def _read_packed(data: bytes) -> None:
    raw.shown(data, name="坏文件", id_kind="material_id")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence_and_in_bounded_memory(name):
    make, codes = HOSTILE[name]
    data = make()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    packed = data.startswith(b"\x1f\x8b")
    with pytest.raises(Unreadable) as caught:
        _read_packed(data) if packed else read(data, name="坏文件", limits=SMALL)
    assert caught.value.code in codes.split("|")
    assert "坏文件" in str(caught.value)
    # Whatever the file claims of itself.
    assert memory("VmHWM") - before < 256 * MB


LONG = "9" * (2 * MB)


@pytest.mark.parametrize(
    "row",
    [
        f"2023-10-20,71,{LONG}",
        f"2023-10-20,{LONG},5",
        f"{LONG},71,5",
        f"2023-10-20,71,1{' ' * MB}x",
    ],
)
def test_a_cell_without_end_rejects_its_row_and_is_kept_short(row):
    data = HEADING + b"2023-10-20,72,7\n" + row.encode() + b"\n"
    found = read(data, name="报表.csv")
    assert found.totals == {"impressions": 7}
    (rejected,) = found.rejected
    assert len(str(rejected.reason)) < 200
    assert max(map(len, rejected.cells)) <= 2_000


def test_a_number_of_json_without_end_rejects_its_row():
    data = f'[{{"item_id": "71", "show_cnt": {LONG}}}, {{"item_id": "72", "show_cnt": 7}}]'
    found = read(data.encode(), name="接口.json")
    assert (found.totals, found.rows_rejected) == ({"impressions": 7}, 1)


@pytest.mark.parametrize("name", ["日报.csv", "日报.parquet", "日报.pdf", "日报"])
def test_what_a_file_is_its_first_bytes_say_and_never_its_name(name):
    data = xlsx_bytes([["素材ID", "展示数"], ["71", 5]])
    assert read(data, name=name).totals == {"impressions": 5}


def test_formulas_stay_the_text_they_are():
    data = HEADING + b'2023-10-20,"=HYPERLINK(""http://x"",""y"")",5\n2023-10-20,@SUM(A1),6\n'
    found = read(data, name="报表.csv", id_column="material_id")
    ids = set(found.partial.table["external_id"].to_pylist())
    assert ids == {'=HYPERLINK("http://x","y")', "@SUM(A1)"}
