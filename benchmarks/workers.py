"""Two workers against one, on the same files of raw events, through the real queue.

    python -m benchmarks.workers [--files N] [--events N] [--rounds N] [--store PLACE] [--json]

Lands `--files` files of `--events` events each (as `benchmarks.rollup` writes them) into a store:
a folder of its own, or what `--store` names (`s3://…`, with AWS_… in the environment). Then a
worker of one process and one thread, pinned to a core, reads them all; then two, each on a core of
its own; alternated. The clock runs from the sending of the messages to the end of the last reading.
PostgreSQL at BENCH_POSTGRES_URL, Redis at BENCH_REDIS_URL (a database of its own: it is emptied).

Two logical processors may be one core's: then two readers together are hardly faster than one,
whatever the portal does. `lscpu -e` shows it; `cores` are those that were used.

Keys: files, events, bytes_per_event, cores, one_eps, two_eps (events a second in all), each_eps (of
one of two), ratio. Exits 1 when the ratio is below its goal of 1.8.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.postgres import database
from benchmarks.results import say
from benchmarks.rollup import write_day

DATABASE, GOAL = "portal_bench_workers", 1.8
# A worker that no core but its own runs.
PINNED = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
os.execv(sys.executable, [sys.executable, "-m", "celery", "-A", "portal", "worker",
    "--queues", "statements", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip",
    "--without-mingle", "--without-heartbeat", "--hostname", f"core{sys.argv[1]}@%h"])
"""


def prepare(options: argparse.Namespace, folder: str) -> list[Any]:
    """Tables, and the files in their store."""
    import django

    django.setup()
    from django.core.management import call_command

    from portal.statements import raw

    call_command("migrate", verbosity=0)
    files = []
    for number in range(options.files):
        path = Path(folder) / f"{number}.parquet"
        write_day(path, number, options.events)
        with path.open("rb") as file:
            files.append(raw.keep(iter(lambda file=file: file.read(1 << 20), b""), name=path.name))
        path.unlink()
    return files


def ask(files: Sequence[Any]) -> None:
    """A statement of all files, and the work of reading each; nobody is told yet."""
    from django.utils import timezone

    from portal import clock
    from portal.jobs.models import Work
    from portal.statements.models import READ, IdKind, Part, Platform, Source, Statement

    Work.objects.all().delete()
    # A source of its own each time: there is no earlier version to be compared with.
    source = Source.objects.create(
        name=f"bench {Source.objects.count()}",
        platform=Platform.DOUYIN,
        id_kind=IdKind.MATERIAL,
    )
    day = clock.today()
    statement = Statement.objects.create(
        source=source, first_day=day, last_day=day, version=1, landed_at=clock.now()
    )
    for file in files:
        part = Part.objects.create(
            statement=statement, sha256=file.sha256, name=file.name, size=file.size
        )
        Work.objects.create(
            kind=READ, key=part.work_key, payload={"part": part.pk}, run_after=timezone.now()
        )


def started(core: int) -> subprocess.Popen[str]:
    """A worker on a core; it is ready."""
    worker = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", PINNED, str(core)],
        env=os.environ | {"STATEMENT_THREADS": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if worker.stdout is not None and not any(" ready." in line for line in worker.stdout):
        raise SystemExit("A worker ended before it was ready.")
    return worker


def seconds(cores: Sequence[int], files: Sequence[Any]) -> float:
    """How long workers on these cores take to read all files."""
    import redis

    from portal.jobs.domain import send_wake
    from portal.jobs.models import Work
    from portal.statements.models import READ

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
        broker.flushdb()
    ask(files)
    with ExitStack() as stack:
        for core in cores:
            worker = started(core)
            stack.callback(worker.wait)
            stack.callback(worker.terminate)
        began = time.time()
        for work in Work.objects.filter(kind=READ).order_by("pk"):
            send_wake(work)
        reads = Work.objects.filter(kind=READ)
        while reads.filter(state__in=["waiting", "running"]).exists():
            time.sleep(0.1)
        ends = [work.finished_at for work in reads if work.state == "done"]
        # The day would be closed next: that is not measured here.
        Work.objects.exclude(kind=READ).filter(state="waiting").delete()
    if len(ends) != len(files):
        raise SystemExit("Not every file could be read; see the table of work.")
    return float(max(ends).timestamp() - began)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise SystemExit("Two workers need two cores.")
    with tempfile.TemporaryDirectory(prefix="portal-workers-") as folder, database(DATABASE):
        os.environ |= {
            "PORTAL_VAR": folder,
            "REDIS_URL": os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/11"),
            "STATEMENT_STORE": options.store,
        }
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        files = prepare(options, folder)
        took: dict[int, list[float]] = {1: [], 2: []}
        for number in range(options.rounds):
            for workers in (1, 2) if number % 2 == 0 else (2, 1):
                took[workers].append(seconds(cores[:workers], files))
        from django.db import connection

        connection.close()
    events = options.files * options.events
    one, two = (events / median(took[workers]) for workers in (1, 2))
    return {
        "files": options.files,
        "events": events,
        "bytes_per_event": round(sum(file.size for file in files) / events, 2),
        "cores": cores,
        "one_eps": round(one),
        "two_eps": round(two),
        "each_eps": round(two / 2),
        "ratio": round(two / one, 2),
    }


def main() -> int:
    """Measure and print; 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--store", default="", help="s3://… or a folder; else one of its own")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = run(options)
    say(found, as_json=options.json)
    return int(found["ratio"] < GOAL)


if __name__ == "__main__":
    sys.exit(main())
