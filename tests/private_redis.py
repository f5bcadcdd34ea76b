"""A Redis server of a test's own, to be stopped without harm to anybody else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests import services
from tests.workers import wait_until


class PrivateRedis:
    """A server that keeps nothing on disk and that only this machine reaches."""

    def __init__(self) -> None:
        self._port = services.free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty; it answers when this returns."""
        program = shutil.which("redis-server")
        assert program is not None
        words = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly"]
        self._process = subprocess.Popen([program, *words, "no"], stdout=subprocess.DEVNULL)
        wait_until(self._answers, what="Redis answers")

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as server:
                return bool(server.ping())
        except redis.ConnectionError:
            return False

    def waiting(self, queue: str) -> int:
        """How many messages nobody has taken from a queue."""
        with redis.Redis.from_url(self.url) as server:
            return server.llen(queue)

    def crash(self) -> None:
        """End it as a power cut does; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None


@contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    """Run a server until the block ends; for tests marked `private_redis`."""
    server = PrivateRedis()
    server.start()
    try:
        yield server
    finally:
        server.crash()
