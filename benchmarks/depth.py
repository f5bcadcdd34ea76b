"""Pages with and without `portal.depth`, begun at all the depths at which servers begin them.

    python -m benchmarks.depth [--dossiers N] [--requests N] [--json]

PostgreSQL is needed, as for `benchmarks.pages`, whose province it fills in small. Both ways of a
page alternate in one process; how many calls stand above a page is up to the server and to what is
wrapped around it, so each page is opened from 0 to 76 calls down.

Keys of each row: page, with_ms and without_ms (medians over all depths), ratio (without against
with), worst (the largest ratio of a depth), at (that depth).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import chain
from statistics import median
from typing import Any

from benchmarks import pages
from benchmarks.postgres import database

DATABASE = "portal_bench_depth"
DEPTHS = range(0, 80, 4)
ROOM = "portal.depth.with_room"
SEEN = ("programme board", "board of a campaign", "dossiers", "placements", "dossier", "placement")


def down(depth: int, call: Callable[[], float]) -> float:
    """What `call` says, so many calls further down."""
    return down(depth - 1, call) if depth else call()


def reader(role: str, marks: dict[str, Any], *, roomy: bool) -> pages.Reader:
    """A browser whose pages pass through the portal's middleware, `ROOM` among it or not."""
    from django.conf import settings

    every = settings.MIDDLEWARE
    settings.MIDDLEWARE = [name for name in every if roomy or name != ROOM]
    try:
        found = pages.Reader(role, marks)
        # Made at the first page.
        found.get(pages.BARE)
    finally:
        settings.MIDDLEWARE = every
    return found


def measure(page: pages.Page, marks: dict[str, Any], requests: int) -> dict[str, Any]:
    """One row of the table."""
    roomy, plain = (reader(page.role, marks, roomy=roomy) for roomy in (True, False))
    # By depth, for each way.
    with_, without = defaultdict[int, list[float]](list), defaultdict[int, list[float]](list)
    for depth in DEPTHS:
        for _ in range(requests):
            with_[depth].append(down(depth, lambda: milliseconds(roomy, page.url)))
            without[depth].append(down(depth, lambda: milliseconds(plain, page.url)))
    ratios = {depth: median(without[depth]) / median(with_[depth]) for depth in DEPTHS}
    with_ms, without_ms = (median(chain(*way.values())) for way in (with_, without))
    at = max(ratios, key=lambda depth: ratios[depth])
    return {
        "page": page.name,
        "with_ms": round(with_ms, 1),
        "without_ms": round(without_ms, 1),
        "ratio": round(without_ms / with_ms, 2),
        "worst": round(ratios[at], 2),
        "at": at,
    }


def milliseconds(way: pages.Reader, url: str) -> float:
    """Processor time of one answer, the database's not among it."""
    started = time.process_time()
    way.get(url)
    return (time.process_time() - started) * 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(DATABASE):
        pages.prepare()
        marks = pages.fill(options.dossiers)
        chosen = [page for page in pages.PAGES if page.name in SEEN]
        found = [measure(page, marks, options.requests) for page in chosen]
        from django.db import connection

        connection.close()
    if options.json:
        json.dump(found, sys.stdout)
    else:
        names = list(found[0])
        sys.stdout.write("".join(f"{name:>20}" for name in names) + "\n")
        for row in found:
            sys.stdout.write("".join(f"{row[name]:>20}" for name in names) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
