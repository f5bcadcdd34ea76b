"""What a run does without a service: leave tests out, or fail when it must have everything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Nobody listens on port 9 of this machine.
NO_POSTGRES = {"TEST_POSTGRES_URL": "postgres://postgres@127.0.0.1:9/postgres"}
NO_REDIS = {"TEST_REDIS_URL": "redis://127.0.0.1:9/0"}


def collect(**environment: str) -> subprocess.CompletedProcess[str]:
    """What a run of its own would do, without running a test."""
    ours = {"PORTAL_TEST_OWNER", "PORTAL_VAR", "DATABASE_URL", "TEST_DATABASE", "REQUIRE_SERVICES"}
    words = [
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
        "tests/jobs/test_races.py",
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        check=False,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ours} | environment,
        capture_output=True,
        text=True,
    )


def test_a_missing_service_fails_a_run_that_must_have_everything():
    done = collect(**NO_POSTGRES, **NO_REDIS, REQUIRE_SERVICES="1")
    assert done.returncode == 4
    assert done.stdout == ""
    assert done.stderr.strip() == (
        "ERROR: REQUIRE_SERVICES=1, but no PostgreSQL at 127.0.0.1:9 (TEST_POSTGRES_URL); "
        "no Redis at 127.0.0.1:9 (TEST_REDIS_URL)"
    )


def test_a_run_on_sqlite_needs_no_postgresql_but_the_rest():
    done = collect(**NO_POSTGRES, **NO_REDIS, REQUIRE_SERVICES="1", TEST_DATABASE="sqlite")
    assert done.returncode == 4
    assert "but no Redis at 127.0.0.1:9 (TEST_REDIS_URL)" in done.stderr
    assert "PostgreSQL" not in done.stderr


def test_otherwise_its_tests_are_left_out_and_the_run_says_so():
    done = collect(**NO_POSTGRES)
    assert done.returncode == 5
    assert "test_races" not in done.stdout
    assert (
        "Left out: tests marked `postgres`: no PostgreSQL at 127.0.0.1:9 (TEST_POSTGRES_URL)."
        in done.stdout.splitlines()
    )
