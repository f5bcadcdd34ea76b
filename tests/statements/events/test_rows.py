"""The first events behind a sum are rows of the file, in every shape that files have."""

from __future__ import annotations

import io
from datetime import date, datetime

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from portal.statements import events
from portal.statements.events import files
from portal.statements.events.rows import first_rows

DAY = date(2023, 10, 20)
ID, OTHER = "7390000000000000017", "7390000000000000018"
EIGHT, NIGHT = datetime(2023, 10, 20, 8, 30, 5), datetime(2023, 10, 21, 0, 0)  # noqa: DTZ001
ROWS = [
    (EIGHT, ID, "impression"),
    (EIGHT, OTHER, "impression"),
    (None, ID, "impression"),
    (EIGHT, ID, "play"),
    (NIGHT, ID, "impression"),
    (EIGHT, ID, "glance"),
    (EIGHT, ID, "impression"),
]


def table(as_text=False):
    times, things, kinds = zip(*ROWS, strict=True)
    ids = list(things) if as_text else [int(thing) for thing in things]
    return pa.table(
        {
            "event_time": pa.array(times, pa.timestamp("us")),
            "content_id": pa.array(ids),
            "kind": pa.array(kinds),
        }
    )


def parquet(of, group=2):
    kept = io.BytesIO()
    pq.write_table(of, kept, row_group_size=group)
    return kept.getvalue()


def text(of):
    kept = io.BytesIO()
    pcsv.write_csv(of, kept)
    return kept.getvalue()


def found(data, ids=(ID,), days=(DAY,), **more):
    return first_rows(data, name="x", ids=ids, days=days, **more)


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("group", [1, 2, 100])
def test_rows_of_parquet_are_counted_from_one(as_text, group):
    data = parquet(table(as_text), group)
    answer = found(data, metric="impressions")
    assert [(row.row, row.at, row.external_id, row.metric) for row in answer.rows] == [
        (1, EIGHT, ID, "impressions"),
        (7, EIGHT, ID, "impressions"),
    ]
    assert answer.whole
    assert [row.row for row in found(data).rows] == [1, 4, 7]
    assert [row.row for row in found(data, ids=(ID, OTHER)).rows] == [1, 2, 4, 7]
    assert [row.row for row in found(data, days=(NIGHT.date(),)).rows] == [5]


def test_rows_of_text_are_lines_of_the_file():
    lines = text(table()).decode().split("\n")
    # A line with too many cells moves those behind it.
    lines.insert(2, "2023-10-20 08:00:00,1,impression,zu,viel")
    answer = found("\n".join(lines).encode(), metric="impressions")
    assert [row.row for row in answer.rows] == [2, 9]
    for row in answer.rows:
        assert ID in lines[row.row - 1]


def test_it_ends_with_what_is_asked_for():
    data = parquet(table())
    assert [row.row for row in found(data, most=1).rows] == [1]
    assert not found(data, most=1).whole
    assert [row.row for row in found(data, look_at=2).rows] == [1]
    assert not found(data, look_at=2).whole
    assert found(data, most=3).whole
    assert found(data, ids=("nobody", "9" * 30, "07390000000000000017")).rows == []


def test_as_many_are_found_as_are_counted(monkeypatch):
    monkeypatch.setattr(files, "CSV_BYTES", 64)
    for data in (parquet(table()), text(table()), parquet(table(as_text=True))):
        counted = events.count(data).partial.table.to_pylist()
        for metric in ("impressions", "plays"):
            true = sum(
                cell["count"]
                for cell in counted
                if (cell["external_id"], cell["day"], cell["metric"]) == (ID, DAY, metric)
            )
            assert len(found(data, metric=metric).rows) == true
