"""Sums that a warehouse made of events are what the events are, and are landed like them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command

from portal.statements import events, raw
from portal.statements.models import Part, RejectedRow
from portal.statements.reading import Unreadable
from tests.statements.pages import land, show, upload, words
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import PlacementDay

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scale.md"
LARGEST = 2**63 - 1
OVERFLOW = "文件中的数字过大"


def statements_of_the_page() -> dict[str, str]:
    """Who runs it → what, as docs/scale.md has it."""
    clickhouse, spark = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    return {"clickhouse": clickhouse, "spark": spark}


def raw_events(folder: Path) -> Path:
    """Events of the day in Shanghai's own time, some of them about a placement's id."""
    random, rows = np.random.default_rng(4), 60_000
    midnight = np.datetime64(DAY, "us")
    times = midnight + random.integers(0, 24 * 3600 * 10**6, rows).astype("timedelta64[us]")
    things = np.append(random.choice(2**40, 300) + 7_300_000_000_000_000_000, int(ID))
    kinds = ["impression", "play", "click", "like", "order"]
    table = pa.table(
        {
            "event_time": pa.array(times),
            "content_id": pa.array(random.choice(things, rows)),
            "kind": pa.array(random.choice(kinds, rows).tolist()),
        }
    )
    pq.write_table(table, folder / "events.parquet")
    return folder / "events.parquet"


def grouped(statement: str, path: Path) -> bytes:
    """What a statement of the page makes of the events, as Parquet."""
    database = duckdb.connect()
    # ClickHouse's names; the events say Shanghai's time already.
    database.execute("CREATE MACRO toDate32(moment, zone) AS CAST(moment AS DATE)")
    database.execute("CREATE MACRO toHour(moment, zone) AS hour(moment)")
    database.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{path}')")
    query = re.sub(r"INTO OUTFILE .*", "", statement)
    sums = path.with_name("sums.parquet")
    database.execute(f"COPY ({query}) TO '{sums}' (FORMAT parquet)")
    return sums.read_bytes()


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("who", ["clickhouse", "spark"])
def test_the_page_s_statement_gives_the_partial_that_the_events_give(who, page, office, tmp_path):
    placement = world.placement(office)
    path = raw_events(tmp_path)
    expected = events.count(path)
    data = grouped(statements_of_the_page()[who], path)
    assert "已入库" in words(land(page, upload(data, "sums.parquet")))
    part = Part.objects.get()
    assert (part.rows_in, part.rows_data, part.rows_rejected) == (60_000, 60_000, 0)
    partial = raw.partial_of(
        sha256=part.sha256, name=part.name, id_kind=part.statement.source.id_kind
    )
    assert partial.table.equals(expected.partial.table)
    row = PlacementDay.objects.get(placement=placement)
    (said,) = duckdb.sql(
        f"SELECT count(*) FROM '{path}' WHERE content_id = {ID} AND kind = 'impression'"
    ).fetchall()
    assert (row.count, sum(row.by_hour)) == (said[0], said[0])
    call_command("reconcile")


def sums_of(*rows: tuple[Any, ...], **types: pa.DataType) -> bytes:
    """Parquet of content_id, day, hour, kind, count."""
    known = {
        "content_id": pa.string(),
        "day": pa.date32(),
        "hour": pa.int32(),
        "kind": pa.string(),
        "count": pa.int64(),
    } | types
    columns = zip(*rows, strict=True)
    table = pa.table(
        {
            name: pa.array(column, type_)
            for (name, type_), column in zip(known.items(), columns, strict=True)
        }
    )
    kept = io.BytesIO()
    pq.write_table(table, kept)
    return kept.getvalue()


def test_rows_that_add_up_and_rows_that_cannot_be_counted():
    counted = events.count(
        sums_of(
            (ID, DAY, 8, "impression", 5),
            (ID, DAY, 8, "Impression ", 2),
            (ID, DAY, 23, "play", 0),
            (ID, DAY, 9, "play", 4_000_000_000),
            (None, DAY, 8, "play", 3),
            (" ", DAY, 8, "play", 3),
            (ID, None, 8, "play", 4),
            (ID, DAY, 24, "play", 5),
            (ID, DAY, -1, "play", 5),
            (ID, DAY, None, "play", 5),
            (ID, DAY, 8, "glance", 30),
            (ID, DAY, 8, "play", -3),
            (ID, DAY, 8, "play", None),
        )
    )
    assert [
        (row["hour"], row["metric"], row["count"]) for row in counted.partial.table.to_pylist()
    ] == [
        (8, "impressions", 7),
        (8, "rows", 7),
        (9, "plays", 4_000_000_000),
        (9, "rows", 4_000_000_000),
    ]
    assert counted.rejected == {"id": 6, "time": 19, "kind": 30, "count": 2}
    assert counted.rows_in == 4_000_000_007 + 57
    shown = {each.row: each.cells for each in counted.samples}
    assert sorted(shown) == [5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert shown[12] == [DAY.isoformat(), "8", ID, "play", "-3"]


def test_kinds_as_numbers_ids_as_numbers_and_counts_without_a_sign():
    data = sums_of(
        (int(ID), DAY, 0, 1, 7),
        (int(ID), DAY, 0, 13, 9),
        (2**63 + 5, DAY, 0, 2, 2**63),
        content_id=pa.uint64(),
        hour=pa.uint8(),
        kind=pa.int8(),
        count=pa.uint64(),
    )
    counted = events.count(data)
    assert [list(row.values())[3:5] for row in counted.partial.table.to_pylist()] == [
        ["impressions", 7],
        ["rows", 7],
    ]
    assert counted.rejected == {"kind": 9, "count": 1}


def test_sums_beyond_64_bits_refuse_the_file():
    fits = sums_of((ID, DAY, 8, "play", LARGEST - 1), ("2", DAY, 8, "play", 1))
    assert events.count(fits).rows_in == LARGEST
    with pytest.raises(Unreadable, match=OVERFLOW):
        events.count(sums_of((ID, DAY, 8, "play", LARGEST), ("2", DAY, 8, "play", 1)))


@pytest.mark.parametrize(
    ("types", "row"),
    [
        ({"day": pa.uint16()}, (ID, 19_000, 8, "play", 1)),
        ({"count": pa.float64()}, (ID, DAY, 8, "play", 1.5)),
        ({"hour": pa.string()}, (ID, DAY, "8", "play", 1)),
    ],
)
def test_a_column_of_another_type_refuses_the_file(types, row):
    with pytest.raises(Unreadable, match=f"“{next(iter(types))}”"):
        events.count(sums_of(row, **types))


def test_a_file_without_hours_is_refused():
    table = pa.table({"content_id": [ID], "day": [DAY], "kind": ["play"], "count": [1]})
    kept = io.BytesIO()
    pq.write_table(table, kept)
    with pytest.raises(Unreadable, match="“hour”"):
        events.count(kept.getvalue())


@pytest.mark.django_db
def test_rejected_sums_are_told_in_the_reader_s_words(page, office):
    world.placement(office)
    data = sums_of((ID, DAY, 8, "impression", 7), (ID, DAY, 8, "play", -3))
    assert "文件行数 8 数据行 7 被拒绝的行 1" in words(show(page, upload(data, "sums.parquet")))
    land(page, upload(data, "sums.parquet"))
    assert RejectedRow.objects.get().reason == "计数缺失、为负数或过大"
