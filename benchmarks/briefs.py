"""The weekly brief as PDF, from the tables to the bytes: of province, action, city and county.

    python -m benchmarks.briefs [--placements N] [--json]

The database of `benchmarks.pacing`: placements over 40 campaigns and all counties with twenty days
of deliveries. Keys, for each scope: `…_s` is what a reader waits for while pacing is kept, as the
beat keeps it; `…_unkept_s` the same with nothing kept; both with `typeset_s`, the longest setting
of one page. Each is the best of five.

Exits 1 when one of them is more than 1 s.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchmarks import pacing
from benchmarks.postgres import database
from benchmarks.results import say

DATABASE, GOAL, TIMES = "portal_bench_briefs", 1.0, 5


def measure(placements: int) -> dict[str, float]:
    """Fill the database and measure."""
    pacing.prepare()
    from django.db import connection

    pacing.fill(placements)
    found: dict[str, float] = {"placements": placements}
    for name, scope in _scopes().items():
        found |= _of_scope(name, scope)
    connection.close()
    return found


def _scopes() -> dict[str, Any]:
    """One of each kind."""
    from portal.campaigns.models import Action
    from portal.regions import queries as regions
    from traffic.briefs.scopes import Kind, Scope

    county = regions.counties()[0]
    keys = {Kind.ACTION: Action.PRODUCTS.value, Kind.CITY: county.city_id, Kind.COUNTY: county.pk}
    return {str(kind): Scope(kind, keys.get(kind, ""), "bench") for kind in Kind}


def _of_scope(name: str, scope: Any) -> dict[str, float]:
    from django.test.utils import override_settings

    from portal.accounts.models import User
    from traffic.briefs import queries, sheets

    user = User.objects.get(username="bench")

    def read() -> float:
        return pacing.timed(lambda: queries.brief(scope, queries.newest(), user))[0]

    with override_settings(CACHES=pacing.UNKEPT):
        unkept = min(read() for _ in range(TIMES))
    read()
    kept = min(read() for _ in range(TIMES))
    brief = queries.brief(scope, queries.newest(), user)
    setting = min(pacing.timed(lambda: sheets.as_pdf(brief))[0] for _ in range(TIMES))
    return {
        f"{name}_typeset_s": round(setting, 2),
        f"{name}_s": round(kept + setting, 2),
        f"{name}_unkept_s": round(unkept + setting, 2),
    }


def main() -> int:
    """Measure and print; 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--placements", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(DATABASE):
        found = measure(options.placements)
    say(found, as_json=options.json)
    return int(any(value > GOAL for name, value in found.items() if name.endswith("_s")))


if __name__ == "__main__":
    sys.exit(main())
