"""A PostgreSQL server of a test's own, to be stopped without harm to anybody else."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tests import services


class PrivatePostgres:
    """A server in a folder of its own, which only this machine reaches."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        self._port = services.free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def create(self) -> None:
        """Make the server's files."""
        self._run("initdb", "--auth", "trust", "--username", "postgres", "--encoding", "UTF8")

    def start(self) -> None:
        """Start it; it answers when this returns."""
        options = f"-p {self._port} -h 127.0.0.1 -k {self._data}"
        self._run("pg_ctl", "--wait", "--log", str(self._log), "--options", options, "start")

    def crash(self) -> None:
        """End it as a power cut does: nobody is waited for, nothing is tidied up."""
        self._run("pg_ctl", "--wait", "--mode", "immediate", "stop")

    @property
    def is_running(self) -> bool:
        """True until it is stopped."""
        return (self._data / "postmaster.pid").exists()

    @contextmanager
    def connection(self) -> Iterator[psycopg2.extensions.connection]:
        """A plain connection; the server may be gone at its end."""
        opened = psycopg2.connect(self.url)
        try:
            yield opened
        finally:
            opened.close()

    def waiting_for_a_lock(self) -> int:
        """How many connections wait for somebody's lock."""
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return cursor.fetchone()[0]

    def _run(self, program: str, *words: str) -> None:
        programs = services.postgres_programs()
        assert programs is not None
        owner = services.postgres_owner()
        subprocess.run(
            [programs / program, "--pgdata", self._data, *words],
            check=True,
            cwd="/",  # the server's user may not enter the present folder
            user=owner,
            extra_groups=[] if owner else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server runs
            timeout=120,
        )


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """Run a server until the block ends; for tests marked `private_postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    owner = services.postgres_owner()
    if owner:
        shutil.chown(folder, owner)
    server = PrivatePostgres(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        if server.is_running:
            server.crash()
        shutil.rmtree(folder)
