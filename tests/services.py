"""Which outside services the tests can reach; asked once per run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit


def postgres_url() -> str:
    """Where PostgreSQL is looked for; the user must be allowed to create databases."""
    return os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def redis_url() -> str:
    """Where Redis is looked for: database 15, which the tests empty.

    Further processes of one run have one each, from 14 down.
    """
    asked = urlsplit(os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15"))
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return asked._replace(path=f"/{(int(asked.path.strip('/') or 15) - process) % 16}").geturl()


def database_name() -> str:
    """The name of the test database on PostgreSQL."""
    return os.environ.get("TEST_DATABASE_NAME", "test_portal")


def sqlite_is_asked() -> bool:
    """True when the run is told to use SQLite."""
    return os.environ.get("TEST_DATABASE", "") == "sqlite"


def examples(number: int) -> int:
    """How many examples a law is tried on: fewer where they were all just tried on PostgreSQL."""
    return number // 4 if sqlite_is_asked() else number


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nothing listens now."""
    with socket.socket() as free:
        free.bind((host, 0))
        return int(free.getsockname()[1])


@cache
def has_postgres() -> bool:
    """True when PostgreSQL lets us in."""
    import psycopg2

    try:
        psycopg2.connect(postgres_url(), connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def on_postgres() -> bool:
    """True when this run uses PostgreSQL."""
    return not sqlite_is_asked() and has_postgres()


@cache
def has_redis() -> bool:
    """True when something listens where Redis is looked for."""
    where = urlsplit(redis_url())
    try:
        socket.create_connection((where.hostname, where.port or 6379), timeout=3).close()
    except OSError:
        return False
    return True


def postgres_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, for a server of a test's own; or None."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: f.parent.name)[::-1]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def postgres_owner() -> str | None:
    """The user a private server runs as: it refuses to run as root. None: the present user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@cache
def can_part_hosts() -> bool:
    """True when hosts of tests can have networks of their own."""
    name = f"portal{os.getpid()}probe"
    try:
        for act in ("add", "del"):
            subprocess.run(["ip", "netns", act, name], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def in_own_mounts(command: list[str], *mounting: str) -> list[str]:
    """`command` where only it sees what the shell lines `mounting` mount; no trace stays."""
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = " && ".join([*mounting, 'exec "$@"'])
    return ["unshare", *own, "--mount", "sh", "-c", script, "sh", *command]


@cache
def has_small_disks() -> bool:
    """True when a process may mount a small disk of its own."""
    mounting = "mount -t tmpfs -o size=64k tmpfs /mnt"
    try:
        done = subprocess.run(
            in_own_mounts(["true"], mounting), check=False, capture_output=True, timeout=20
        )
    except OSError:
        return False
    return done.returncode == 0


def chromium() -> str | None:
    """The browser's program, or None; the one without windows needs a third less of a processor."""
    programs = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = (shutil.which(program) for program in programs)
    return os.environ.get("CHROMIUM") or next((program for program in found if program), None)


def missing() -> dict[str, str]:
    """The markers whose tests cannot run here, and why."""
    why: dict[str, str] = {}
    if sqlite_is_asked():
        why["postgres"] = "this run was told to use SQLite"
    elif not has_postgres():
        why["postgres"] = f"no PostgreSQL at {_place(postgres_url())} (TEST_POSTGRES_URL)"
    if not has_redis():
        why["celery"] = f"no Redis at {_place(redis_url())} (TEST_REDIS_URL)"
    if postgres_programs() is None:
        why["private_postgres"] = "no initdb on PATH or in /usr/lib/postgresql"
    if shutil.which("redis-server") is None:
        why["private_redis"] = "no redis-server on PATH"
    if not has_small_disks():
        why["small_disk"] = "no process may mount a disk of its own (unshare, mount)"
    if chromium() is None:
        why["browser"] = "no chromium on PATH (CHROMIUM)"
    return why


def _place(url: str) -> str:
    where = urlsplit(url)
    return f"{where.hostname}:{where.port}"
