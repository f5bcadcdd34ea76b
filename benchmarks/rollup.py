"""Raw events rolled up: this portal's kernel against others, on the same files.

    python -m benchmarks.rollup [--events N] [--every N] [--share N] [--rows N] [--folder F]
        [--json]

Writes realistic days (27.4 million events each, the last one shorter: 50,000 ids of 19 digits in
shuffled order, some far more often than others; eight kinds as words; times in order but for two
seconds, as collectors leave them; row groups of a million, zstd), one at a time, so that ten
billion events need no more disk than one day of them. Each day is counted by, in turn,

- the kernel: id × hour × kind, to a finished partial (`portal.statements.events.count`);
- DuckDB: joined with a table of placements, grouped by placement and hour, impressions and plays;
  two threads, order not kept;
- the better of two plain pyarrow readers of the same columns that do nothing: the limit.

Each in a process of its own that has imported all it needs before the clock starts; two threads.
With `--every` the other ways have only each N-th day (of ten billion events a week's are enough);
the kernel has them all, and has to count as many events as were written.
Beside them, on a smaller share of the first day: PostgreSQL, COPY of text and GROUP BY by id, hour
and kind (`--share` events), and one `UPDATE … SET count = count + 1` an event through Django's
`F()` in one transaction, as Django ad servers do it (`--rows` events).

Keys: events, kernel_eps, duckdb_eps, read_only_eps, postgres_eps, row_at_a_time_eps (events a
second), peak_rss_mb (the kernel's process), minutes_per_1e10; beside them rows (of the partials),
first_ns and last_ns (processor time an event of the kernel in the first and last tenth of days),
and of the first day, landed in a database with a placement for each id, the seconds from the landed
file to its partial (landed_to_read_s) and from there to the closed day (read_to_board_s).
Exits 1 when a goal is missed: 2.5 times DuckDB, 30 % of the limit, 600 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.postgres import database
from benchmarks.results import say

DAY_EVENTS, IDS, GROUP = 27_400_000, 50_000, 1_000_000
HOUR = 3_600_000_000
KINDS = ("impression", "play", "click", "like", "comment", "share", "follow", "order")
SHARES = (0.62, 0.3, 0.04, 0.02, 0.008, 0.006, 0.004, 0.002)
COLUMNS = ["event_time", "content_id", "kind"]
DATABASE = "portal_bench_rollup"
TIMES_DUCKDB, OF_THE_LIMIT, MEGABYTES = 2.5, 0.3, 600
SCHEMA = pa.schema(
    [("event_time", pa.timestamp("us")), ("content_id", pa.int64()), ("kind", pa.string())]
)


def things() -> Any:
    """The ids, the same in every run."""
    random = np.random.default_rng(19)
    ids = random.choice(2**40, IDS, replace=False) + 7_300_000_000_000_000_000
    random.shuffle(ids)
    return ids


def write_day(
    path: Path, number: int, events: int, *, ids: Any = None, first: date = date(2023, 10, 20)
) -> None:
    """The `number`-th day of events from `first` on, in row groups of a million."""
    random = np.random.default_rng(number)
    ids, words = things() if ids is None else ids, pa.array(KINDS)
    often = np.cumsum(1 / np.arange(1, len(ids) + 1) ** 0.8)
    midnight = np.datetime64(first, "us").astype(np.int64) + number * 24 * HOUR
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as file:
        for start in range(0, events, GROUP):
            rows = min(GROUP, events - start)
            begins, ends = (int(24 * HOUR * each / events) for each in (start, start + rows))
            times = midnight + np.sort(random.integers(begins, ends, rows))
            times += random.integers(-2_000_000, 2_000_000, rows)
            which = np.searchsorted(often, random.random(rows) * often[-1])
            kinds = random.choice(len(KINDS), rows, p=SHARES).astype(np.int8)
            said = pa.DictionaryArray.from_arrays(pa.array(kinds), words).cast(pa.string())
            columns = [pa.array(times, SCHEMA[0].type), pa.array(ids[which]), said]
            file.write_table(pa.table(columns, schema=SCHEMA), row_group_size=GROUP)


def write_placements(path: Path) -> None:
    """Which placement each id belongs to."""
    table = pa.table({"content_id": np.sort(things()), "placement": np.arange(IDS)})
    pq.write_table(table, path)


# --- One way of counting, in a process of its own ----------------------------------------------


def kernel(path: str) -> Callable[[], int]:
    """The portal's own; returns the rows of the partial."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.statements import events

    return lambda: _told(events.count(Path(path), threads=2).partial)


def _told(partial: Any) -> dict[str, int]:
    return {"rows": partial.table.num_rows, "events": partial.sum("rows")}


def duckdb(path: str) -> Callable[[], int]:
    """The warehouse engine in a process."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET preserve_insertion_order = false")
    placements = str(Path(path).with_name("placements.parquet"))
    connection.execute("CREATE TABLE placement AS SELECT * FROM read_parquet(?)", [placements])
    query = """
        SELECT placement, date_trunc('hour', event_time) AS hour,
          count(*) FILTER (kind = 'impression') AS impressions,
          count(*) FILTER (kind = 'play') AS plays
        FROM read_parquet(?) JOIN placement USING (content_id) GROUP BY ALL
        """
    return lambda: int(connection.sql(query, params=[path]).to_arrow_table().num_rows)


def groups(path: str) -> Callable[[], int]:
    """Read row group by row group, on two threads."""
    from concurrent.futures import ThreadPoolExecutor

    def share(first: int) -> int:
        with pq.ParquetFile(path) as file:
            return sum(
                file.read_row_group(number, columns=COLUMNS, use_threads=False).num_rows
                for number in range(first, file.num_row_groups, 2)
            )

    def read() -> int:
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(share, range(2)))

    return read


def batches(path: str) -> Callable[[], int]:
    """Read batch by batch, columns on threads."""
    pa.set_cpu_count(2)

    def read() -> int:
        with pq.ParquetFile(path) as file:
            return sum(batch.num_rows for batch in file.iter_batches(1 << 20, columns=COLUMNS))

    return read


WAYS = {"kernel": kernel, "duckdb": duckdb, "groups": groups, "batches": batches}


def timed(way: str, path: Path) -> dict[str, Any]:
    """Seconds, peak megabytes and result of one way on one file."""
    command = [sys.executable, "-m", "benchmarks.rollup", "--way", way, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own
    return dict(json.loads(done.stdout))


def one_way(way: str, path: str) -> dict[str, Any]:
    """What `timed` asks its process for."""
    count = WAYS[way](path)
    started, busy = time.perf_counter(), time.process_time()
    found = count()
    return {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - busy,
        "peak": peak_megabytes(),
        "found": found,
    }


def peak_megabytes() -> float:
    """The most memory this process had. (`ru_maxrss` has what its parent had, too.)"""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


# --- The smaller shares ------------------------------------------------------------------------


def share_of(path: Path, rows: int) -> pa.Table:
    """The first events of a file."""
    with pq.ParquetFile(path) as file:
        tables = [
            file.read_row_group(n) for n in range(min(file.num_row_groups, -(-rows // GROUP)))
        ]
    return pa.concat_tables(tables).slice(0, rows)


def postgres(table: pa.Table) -> float:
    """Seconds to COPY events into a table that nothing logs, and to group them."""
    import pyarrow.csv as pcsv
    from django.db import connection

    with tempfile.TemporaryFile() as text, connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE event (event_time timestamp, content_id bigint, kind text)"
        )
        pcsv.write_csv(table, text, pcsv.WriteOptions(include_header=False))
        text.seek(0)
        started = time.perf_counter()
        cursor.copy_expert("COPY event FROM STDIN (FORMAT csv)", text)
        cursor.execute(
            "CREATE UNLOGGED TABLE counted AS SELECT content_id, date_trunc('hour', event_time), "
            "kind, count(*) FROM event GROUP BY 1, 2, 3"
        )
        return time.perf_counter() - started


def row_at_a_time(table: pa.Table) -> float:
    """Seconds to count events by one update each."""
    from django.db import connection, models, transaction
    from django.db.models import F

    class Counter(models.Model):
        content_id = models.BigIntegerField()
        hour = models.DateTimeField()
        kind = models.CharField(max_length=20)
        count = models.BigIntegerField(default=0)

        class Meta:
            app_label = "benchmarks"
            unique_together = ("content_id", "hour", "kind")

        def __str__(self) -> str:
            return str(self.content_id)

    rows = [
        {"content_id": row["content_id"], "kind": row["kind"], "hour": _hour(row["event_time"])}
        for row in table.to_pylist()
    ]
    with connection.schema_editor() as editor:
        editor.create_model(Counter)
    Counter.objects.bulk_create(
        [Counter(**row) for row in {str(row): row for row in rows}.values()]
    )
    started = time.perf_counter()
    with transaction.atomic():
        for row in rows:
            Counter.objects.filter(**row).update(count=F("count") + 1)
    return time.perf_counter() - started


def _hour(moment: Any) -> Any:
    from django.utils.timezone import make_aware

    return make_aware(moment.replace(minute=0, second=0, microsecond=0))


def board(path: Path) -> dict[str, float]:
    """Seconds from a landed first day to its closed day, every id a placement of its own."""
    from benchmarks import closing

    closing.fill([str(thing) for thing in things()])
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1 << 20), b"")
        read, close = closing.rebuild(chunks, path.name)
    return {"landed_to_read_s": round(read, 1), "read_to_board_s": round(close, 1)}


# --- All of it ---------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure day by day."""
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    counted: dict[str, int] = dict.fromkeys(WAYS, 0)
    own, found = [], {}
    with tempfile.TemporaryDirectory(prefix="portal-rollup-", dir=options.folder) as folder:
        write_placements(Path(folder) / "placements.parquet")
        for number, start in enumerate(range(0, options.events, DAY_EVENTS)):
            path = Path(folder) / f"{number}.parquet"
            events = min(DAY_EVENTS, options.events - start)
            write_day(path, number, events)
            for way in WAYS if number % options.every == 0 else ["kernel"]:
                one = timed(way, path)
                seconds[way].append(one["seconds"])
                counted[way] += events
                if way == "kernel":
                    own.append(one | {"events": events})
            if own[-1]["found"]["events"] != events:
                raise SystemExit(f"{path.name}: {events} events written, not {own[-1]['found']}")
            if number == 0:
                found = beside(path, options)
            path.unlink()
    eps = {way: counted[way] / sum(seconds[way]) for way in WAYS}
    tenth = max(1, len(own) // 10)
    return {
        "events": options.events,
        "kernel_eps": round(eps["kernel"]),
        "duckdb_eps": round(eps["duckdb"]),
        "read_only_eps": round(max(eps["groups"], eps["batches"])),
        **found,
        "peak_rss_mb": round(max(day["peak"] for day in own)),
        "minutes_per_1e10": round(1e10 / eps["kernel"] / 60, 1),
        "rows": sum(day["found"]["rows"] for day in own),
        "first_ns": nanoseconds(own[:tenth]),
        "last_ns": nanoseconds(own[-tenth:]),
    }


def nanoseconds(days: list[dict[str, Any]]) -> float:
    """The kernel's processor time an event."""
    spent = sum(day["processor"] for day in days)
    return round(spent * 1e9 / sum(day["events"] for day in days), 1)


def beside(path: Path, options: argparse.Namespace) -> dict[str, float]:
    """The two ways that are too slow for more than a share, and what follows in the portal."""
    share, some = share_of(path, options.share), share_of(path, options.rows)
    with database(DATABASE):
        os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-")}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django
        from django.db import connection

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        found = {
            "postgres_eps": round(len(share) / postgres(share)),
            "row_at_a_time_eps": round(len(some) / row_at_a_time(some)),
            **board(path),
        }
        connection.close()
    return found


def main() -> int:
    """Measure and print; 0 when every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2 * DAY_EVENTS)
    parser.add_argument("--every", type=int, default=1, help="other ways: each N-th day only")
    parser.add_argument("--share", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--folder", help="where days are written; else the system's own place")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        json.dump(one_way(options.way, options.file), sys.stdout)
        return 0
    found = run(options)
    say(found, as_json=options.json)
    met = (
        found["kernel_eps"] >= TIMES_DUCKDB * found["duckdb_eps"],
        found["kernel_eps"] >= OF_THE_LIMIT * found["read_only_eps"],
        found["peak_rss_mb"] <= MEGABYTES,
    )
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
