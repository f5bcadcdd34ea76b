"""The weekly brief of the province as PDF, from the tables to the bytes.

    python -m benchmarks.briefs [--placements N] [--json]

The database of `benchmarks.pacing`: placements over 40 campaigns and all counties with twenty days
of deliveries. `pdf_s` is what a reader waits for while pacing is kept, as the beat keeps it;
`unkept_s` the same with nothing kept; `read_s` and `typeset_s` are the parts of `pdf_s`. Each is
the best of three.

Exits 1 when `pdf_s` is more than 1 s.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile

from benchmarks import pacing
from benchmarks.postgres import database

DATABASE, GOAL = "portal_bench_briefs", 1.0


def measure(placements: int) -> dict[str, float]:
    """Fill the database and measure."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-"), "REDIS_URL": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import override_settings

    settings.PROGRAMME_CLOCK = pacing.TODAY
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    pacing.fill(placements)
    from portal.accounts.models import User
    from traffic.briefs import queries, sheets
    from traffic.briefs.scopes import Kind, Scope

    user = User.objects.get(username="bench")
    scope = Scope(Kind.PROVINCE, "", "bench")

    def read() -> float:
        return pacing.timed(lambda: queries.brief(scope, queries.newest(), user))[0]

    with override_settings(CACHES=pacing.UNKEPT):
        unkept = min(read() for _ in range(3))
    read()
    reading = min(read() for _ in range(3))
    brief = queries.brief(scope, queries.newest(), user)
    setting = min(pacing.timed(lambda: sheets.as_pdf(brief))[0] for _ in range(3))
    connection.close()
    return {
        "placements": placements,
        "read_s": round(reading, 2),
        "typeset_s": round(setting, 2),
        "pdf_s": round(reading + setting, 2),
        "unkept_s": round(unkept + setting, 2),
    }


def main() -> int:
    """Measure and print; 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--placements", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(DATABASE):
        found = measure(options.placements)
    if options.json:
        json.dump(found, sys.stdout)
    else:
        sys.stdout.write("".join(f"{name:>14} {value:>12,}\n" for name, value in found.items()))
    return int(found["pdf_s"] > GOAL)


if __name__ == "__main__":
    sys.exit(main())
