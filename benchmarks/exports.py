"""An export of the whole pool: memory at ten times the products.

    python -m benchmarks.exports [--products N] [--json]

Each size runs in a process and a database (SQLite) of its own: N products, then ten times as many,
all sent by one profile. Keys: products, seconds and peak_mb of each size, ratio of the peaks.
Exits 1 when ten times the products take more than 1.3 times the memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from typing import Any

GOAL = 1.3
BATCH = 1000


def measure(products: int) -> dict[str, Any]:
    """Fill an empty database and export all of it; peak memory of the whole process."""
    os.environ |= {"PORTAL_VAR": tempfile.mkdtemp(prefix="portal-bench-"), "REDIS_URL": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    office = _fill(products)
    from portal.jobs.domain import run_due
    from products.exports import domain
    from products.exports.models import Export

    profile = domain.make_profile(name="bench", mode="all", actor=office)
    domain.ask_export(profile=profile, actor=office)
    started = time.perf_counter()
    run_due(kinds=[domain.WORK])
    seconds = time.perf_counter() - started
    if Export.objects.get().sent != products:
        raise SystemExit("Not all products were sent.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"products": products, "seconds": round(seconds, 1), "peak_mb": round(peak)}


def _fill(number: int) -> Any:
    """Published products, written as they are: nothing here measures filing."""
    from benchmarks.closing import published
    from portal.accounts.actor import Actor
    from portal.accounts.models import Membership
    from portal.submissions.models import Submission
    from products.models import Product

    first = published()
    Membership.objects.create(user=first.owner, role="staff")
    _products(Product, [first])
    for start in range(1, number, BATCH):
        rows = [_copy(first, n) for n in range(start, min(start + BATCH, number))]
        _products(Product, Submission.objects.bulk_create(rows))
    return Actor.of(first.owner)


def _copy(first: Any, number: int) -> Any:
    values = {
        field.attname: getattr(first, field.attname)
        for field in first._meta.concrete_fields
        if not field.primary_key
    }
    return type(first)(**values | {"code": f"SP{number:06d}", "form_key": uuid.uuid4()})


def _products(model: Any, dossiers: list[Any]) -> None:
    model.objects.bulk_create(
        model(
            submission=row, name=f"产品{row.code}", description="山地种植。" * 20, price=39, stock=9
        )
        for row in dossiers
    )


def main() -> int:
    """Measure both sizes and say what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", action="store_true", help="measure this size alone")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.products)))  # noqa: T201 - its result
        return 0
    sizes = [asked.products, 10 * asked.products]
    found = [_in_a_process(size) for size in sizes]
    ratio = round(found[1]["peak_mb"] / found[0]["peak_mb"], 2)
    result = {"sizes": found, "ratio": ratio}
    print(json.dumps(result) if asked.json else f"{found} {ratio}")  # noqa: T201 - its result
    return int(ratio > GOAL)


def _in_a_process(size: int) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "benchmarks.exports", "--one", "--products", str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
