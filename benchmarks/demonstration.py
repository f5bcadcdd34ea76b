"""The demonstration built twice from nothing: how long it takes, and whether both are the same.

    python -m benchmarks.demonstration [--json]

Each build runs in a process, a folder and a SQLite database of its own. Compared is every row of
every table, but for what chance and the real clock must give: UUIDs, password hashes, and moments
of the real day. Exits 1 when the builds differ or one takes 90 seconds or longer (processor time:
what else the machine does meanwhile is not the demonstration's).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from typing import Any

from benchmarks.results import say

SECONDS = 90
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
# Keyed by the installation, or by the moment: never the same twice, and no figure of the programme.
LEFT_OUT = {
    "accounts.User.password",
    "accounts.User.last_login",
    "api.Subscription.secret",
    "audit.Seal.hash",
}


def build() -> dict[str, Any]:
    """Build everything in a fresh folder; return seconds and a digest of each table."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ |= {"PORTAL_VAR": folder, "REDIS_URL": "", "PORTAL_MODE": "demonstration"}
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/portal.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from portal import demonstration

        call_command("migrate", verbosity=0)
        steps, wall, before = {}, time.perf_counter(), _processor()
        for label, step in demonstration.steps():
            started = _processor()
            step()
            steps[str(label)] = round(_processor() - started, 1)
        seconds = time.perf_counter() - wall
        return {
            "seconds": round(seconds, 1),
            "processor_s": round(_processor() - before, 1),
            "steps": steps,
            "tables": tables(),
        }


def _processor() -> float:
    """Seconds of processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def tables() -> dict[str, str]:
    """Number of rows and a digest of every table, without what is never the same twice."""
    from django.apps import apps

    found = {}
    for model in apps.get_models():
        if not model._meta.managed or model._meta.proxy or model._meta.app_label == "sessions":
            continue
        fields = [
            field
            for field in model._meta.concrete_fields
            if f"{model._meta.label}.{field.name}" not in LEFT_OUT
        ]
        rows = model._base_manager.values_list(*(field.attname for field in fields))
        # By what they say: a table whose key is a UUID has no order of its own.
        lines = sorted("|".join(map(plain, row)) for row in rows.iterator(chunk_size=2000))
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        found[model._meta.label] = f"{len(lines)} {digest}"
    return found


def plain(value: Any) -> str:
    """A value as it must come out in every build."""
    from portal.demonstration import reports

    if isinstance(value, datetime):
        # Nothing of the told history comes later than the last report.
        return value.isoformat() if value <= reports.LAST_LANDED else "now"
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return UUID.sub("uuid", str(value))


def child() -> dict[str, Any]:
    """One build in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.demonstration", "--once"],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Build twice, compare, print; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        json.dump(build(), sys.stdout)
        return 0
    builds = [child(), child()]
    first, second = (row["tables"] for row in builds)
    found = {
        "seconds": [row["seconds"] for row in builds],
        "processor_s": [row["processor_s"] for row in builds],
        "steps": builds[0]["steps"],
        "rows": sum(int(digest.split()[0]) for digest in first.values()),
        "different": sorted(name for name in first if first[name] != second[name]),
    }
    say(found, as_json=options.json)
    return int(bool(found["different"]) or max(found["processor_s"]) >= SECONDS)


if __name__ == "__main__":
    sys.exit(main())
