"""The sums of raw events are those that DuckDB finds, whatever the file looks like."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from portal.statements import events
from portal.statements.events import batches, files, ids, tally
from portal.statements.reading.partial import SCHEMA

DAY = np.datetime64("2023-10-01T00:00:00", "us").astype(np.int64).item()
HOUR = 3600 * 10**6
KINDS = list(events.KINDS)
Make = Callable[[np.random.Generator], pa.Table]
US = pa.timestamp("us")


def table_of(
    random: np.random.Generator, rows: int = 20_000, *, hours: int = 24, things: int = 300
) -> pa.Table:
    """Events of some hours, in order; ids of 19 digits, some things far more often than others."""
    names = random.choice(2**40, things, replace=False) + 7_300_000_000_000_000_000
    times = np.sort(random.integers(DAY, DAY + hours * HOUR, rows))
    which = (random.random(rows) ** 3 * things).astype(int)
    kinds = random.choice(KINDS, rows, p=[0.6, 0.3, *[0.01] * 10])
    return pa.table(
        {
            "event_time": pa.array(times, US),
            "content_id": pa.array(names[which]),
            "kind": pa.array(kinds.tolist()),
        }
    )


def with_column(table: pa.Table, name: str, column: Any) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)


def unsorted(random: np.random.Generator) -> pa.Table:
    table = table_of(random)
    return table.take(pa.array(random.permutation(len(table))))


def some_days(random: np.random.Generator) -> pa.Table:
    table = table_of(random, hours=40 * 24)
    return table.take(pa.array(random.permutation(len(table))))


def new_ids_at_the_end(random: np.random.Generator) -> pa.Table:
    return pa.concat_tables([table_of(random, 15_000), table_of(random, 5_000, things=5_000)])


def text(table: pa.Table, *columns: str) -> pa.Table:
    for column in columns:
        table = with_column(table, column, table[column].cast(pa.string()))
    return table


def numbered_kinds(table: pa.Table, type_: pa.DataType) -> pa.Table:
    numbers = [KINDS.index(kind) + 1 for kind in table["kind"].to_pylist()]
    return with_column(table, "kind", pa.array(numbers, type_))


def nulls(random: np.random.Generator) -> pa.Table:
    table = table_of(random)
    for name in table.column_names:
        holes = pa.array(random.random(len(table)) < 0.01)
        table = with_column(table, name, pc.if_else(holes, None, table[name]))
    return table


def unknown_kinds(random: np.random.Generator) -> pa.Table:
    table = table_of(random)
    kinds = table["kind"].to_pylist()
    kinds[5::97] = ["曝光", "", "IMPRESSION ", "view", "plays"] * 41 + ["x"] * (
        len(kinds[5::97]) - 205
    )
    return with_column(table, "kind", pa.array(kinds))


def a_stray_date(random: np.random.Generator) -> pa.Table:
    table = table_of(random)
    times = table["event_time"].cast(pa.int64()).to_numpy().copy()
    times[[7, 9_000, -1]] = [0, -HOUR, DAY * 30]
    return with_column(table, "event_time", pa.array(times, US))


def odd_ids(random: np.random.Generator) -> pa.Table:
    table = table_of(random)
    values = table["content_id"].to_numpy().copy()
    values[::11] = random.choice([0, -1, 1, 2**63 - 1, -(2**63)], len(values[::11]))
    return with_column(table, "content_id", pa.array(values))


def at(unit: str, zone: str | None = None) -> Make:
    """The times in another unit, or as moments of a zone."""
    return lambda random: with_column(
        table_of(random),
        "event_time",
        pc.cast(
            table_of(np.random.default_rng(7))["event_time"], pa.timestamp(unit, zone), safe=False
        ),
    )


def ids_as_codes(random: np.random.Generator) -> pa.Table:
    table = text(table_of(random), "content_id")
    return with_column(table, "content_id", table["content_id"].dictionary_encode())


SHAPES: dict[str, Make] = {
    "in order": table_of,
    "unsorted": unsorted,
    "one hour": lambda random: table_of(random, hours=1),
    "one event": lambda random: table_of(random, 1),
    "forty days": some_days,
    "new ids in the last row group": new_ids_at_the_end,
    "many ids": lambda random: table_of(random, 60_000, things=40_000),
    "ids as text": lambda random: text(table_of(random), "content_id"),
    "ids as text, new at the end": lambda random: text(new_ids_at_the_end(random), "content_id"),
    "ids as codes": lambda random: with_column(
        table_of(random),
        "content_id",
        table_of(random)["content_id"].cast(pa.string()).dictionary_encode(),
    ),
    "ids of 32 bits": lambda random: with_column(
        table_of(random), "content_id", pa.array(random.integers(1, 99, 20_000), pa.int32())
    ),
    "odd ids": odd_ids,
    "ids without a sign": lambda random: with_column(
        table_of(random),
        "content_id",
        pa.array(random.integers(2**63 - 50, 2**63 + 50, 20_000, np.uint64)),
    ),
    "kinds as numbers": lambda random: numbered_kinds(table_of(random), pa.int8()),
    "kinds as large numbers": lambda random: numbered_kinds(table_of(random), pa.uint64()),
    "nulls": nulls,
    "nulls and ids as text": lambda random: text(nulls(random), "content_id"),
    "unknown kinds": unknown_kinds,
    "a stray date": a_stray_date,
    "seconds": at("s"),
    "milliseconds": at("ms"),
    "nanoseconds": at("ns"),
    "moments": at("us", "UTC"),
    "moments of a zone": at("ms", "Europe/London"),
    "another column between": lambda random: table_of(random).add_column(
        1, "device", pa.array(["手机"] * 20_000)
    ),
}


@pytest.fixture(params=SHAPES)
def table(request: pytest.FixtureRequest) -> pa.Table:
    return SHAPES[request.param](np.random.default_rng(7))


def parquet(folder: Path, table: pa.Table, rows: int = 3_000) -> Path:
    """The table in row groups of so many rows, with an empty one in front and between."""
    path = folder / "events.parquet"
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table.slice(0, 0))
        for start in range(0, len(table), rows):
            writer.write_table(table.slice(start, rows))
            writer.write_table(table.slice(0, 0))
    return path


def oracle(table: pa.Table) -> Counter[tuple[str, int, str]]:
    """(id, hour since 1970 in Shanghai, metric) → events, by DuckDB alone."""
    kind = table.schema.field("kind").type
    ahead = 8 if table.schema.field("event_time").type.tz else 0
    known = dict(batches.METRIC_OF)
    if pa.types.is_integer(kind):
        known = {str(n): metric for n, metric in enumerate(batches.COUNTED, 1)}
    connection = duckdb.connect()
    connection.register("said", table)
    connection.register("kinds", pa.table({"word": list(known), "metric": list(known.values())}))
    rows = connection.execute(
        f"""
        SELECT content_id::VARCHAR, floor(epoch_us(event_time) / {HOUR})::BIGINT + {ahead}, metric,
          count(*)
        FROM said JOIN kinds ON word = lower(trim(kind::VARCHAR))
        WHERE content_id IS NOT NULL AND event_time IS NOT NULL
        GROUP BY ALL
        """
    ).fetchall()
    return Counter({(thing, hour, metric): number for thing, hour, metric, number in rows})


def found(counted: events.Counted) -> Counter[tuple[str, int, str]]:
    """The same of a partial; each place stands there once."""
    sums: Counter[tuple[str, int, str]] = Counter()
    for row in counted.partial.table.to_pylist():
        hour = (row["day"] - date(1970, 1, 1)).days * 24 + row["hour"]
        place = (row["external_id"], hour, row["metric"])
        assert place not in sums
        sums[place] = row["count"]
    return sums


def holds(counted: events.Counted, table: pa.Table) -> None:
    """Assert that every row is accounted for and every sum is DuckDB's."""
    expected = oracle(table)
    sums = found(counted)
    rows = Counter()
    for (thing, hour, metric), number in sums.items():
        rows[thing, hour] += number if metric != "rows" else 0
    assert {place: n for place, n in sums.items() if place[2] != "rows"} == dict(expected)
    assert {place[:2]: n for place, n in sums.items() if place[2] == "rows"} == dict(rows)
    assert counted.rows_in == len(table) == rows.total() + counted.rejected.total()
    assert counted.partial.table.schema == SCHEMA
    assert not any(counted.partial.table["approximate"].to_pylist())


def test_every_shape_of_a_file_gives_the_sums_of_duckdb_whoever_counts(
    table: pa.Table, tmp_path: Path
) -> None:
    path = parquet(tmp_path, table)
    counted = events.count(path, threads=1)
    holds(counted, table)
    one = counted.partial.table
    assert all(events.count(path, threads=n).partial.table.equals(one) for n in (2, 3))
    keys = [(row["day"], row["hour"], row["metric"], row["external_id"]) for row in one.to_pylist()]
    assert keys == sorted(keys)


@pytest.mark.parametrize("shape", ["unsorted", "forty days", "many ids", "nulls and ids as text"])
@pytest.mark.parametrize(
    ("room", "name", "value"),
    [
        (tally, "MOST_COUNTERS", 0),  # every batch is sorted
        (tally, "MOST_KEPT", 1),  # one hour has counters
        (tally, "MOST_WAITING", 10),  # added up again and again
        (ids, "FACTORS", ids.FACTORS[:1]),  # ids that meet are found in the dictionary
        (files, "ROWS", 500),  # a row group in many pieces
    ],
)
def test_the_sums_are_the_same_where_room_is_short(
    shape: str, room: Any, name: str, value: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    table = SHAPES[shape](np.random.default_rng(7))
    monkeypatch.setattr(room, name, value)
    holds(events.count(parquet(tmp_path, table), threads=2), table)


@pytest.mark.parametrize("packed", ["plain", "gzip", "zstd"])
def test_text_gives_the_sums_of_the_same_table(packed: str, tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(7))
    path = tmp_path / "events.csv"
    pcsv.write_csv(table, path)
    if packed == "gzip":
        path.write_bytes(gzip.compress(path.read_bytes()))
    if packed == "zstd":
        path.write_bytes(pa.compress(path.read_bytes(), "zstd", asbytes=True))
    holds(events.count(path), table)


def test_rows_that_cannot_be_counted_are_named(tmp_path: Path) -> None:
    lines = [
        "event_time,content_id,kind",
        "2023-10-01 08:00:00,7300000000000000001,impression",
        "2023-10-01T00:30:00Z,7300000000000000001,impression",
        "yesterday,7300000000000000001,impression",
        "2023-10-01 08:00:00,,impression",
        "2023-10-01 08:00:00,7.3E+18,impression",
        "2023-10-01 08:00:00,7300000000000000001,view",
        "2023-10-01 08:00:00,7300000000000000001",
        "2023-10-01 08:00:00,7300000000000000001,?",
        "2023-10-01 08:59:59.999999,7300000000000000001,Play",
    ]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(lines), "utf-8")
    counted = events.count(path)
    assert counted.rows_in == len(lines) - 1
    assert counted.rejected == {"time": 1, "id": 2, "kind": 2, "columns": 1}
    # A row is the line that an editor shows.
    assert [(each.row, each.reason) for each in counted.samples] == [
        (4, "time"),
        (5, "id"),
        (6, "id"),
        (7, "kind"),
        (8, "columns"),
        (9, "kind"),
    ]
    for each in counted.samples:
        assert ",".join(each.cells) == lines[each.row - 1]
    assert [
        (row["external_id"], str(row["day"]), row["hour"], row["metric"], row["count"])
        for row in counted.partial.table.to_pylist()
    ] == [
        ("7300000000000000001", "2023-10-01", 8, "impressions", 2),
        ("7300000000000000001", "2023-10-01", 8, "plays", 1),
        ("7300000000000000001", "2023-10-01", 8, "rows", 3),
    ]


def test_of_many_rejected_rows_the_first_are_shown(tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(7))
    table = with_column(table, "kind", pa.array(["?"] * len(table)))
    counted = events.count(parquet(tmp_path, table), threads=2)
    assert counted.rejected == {"kind": len(table)}
    assert [each.row for each in counted.samples] == list(range(1, batches.SAMPLES + 1))
    assert counted.partial.table.num_rows == 0
