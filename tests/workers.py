"""A real Celery worker for tests, and waiting for what it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def wait_until(condition: Callable[[], object], *, seconds: float = 30, what: str = "") -> None:
    """Return as soon as `condition()` is true; AssertionError when `seconds` are over."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {seconds} s: {what or condition}")
        pause.wait(0.05)


class Worker:
    """A running `celery worker` and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        """Everything printed so far, for messages of failed tests."""
        return "\n".join(self.lines)

    def wait_for(self, text: str, *, seconds: float = 60) -> None:
        """Return when a line with `text` was printed."""

        def printed_or_ended() -> bool:
            if any(text in line for line in list(self.lines)):
                return True
            if self.process.poll() is not None:
                raise AssertionError(f"The worker ended before {text!r}:\n{self.output}")
            return False

        try:
            wait_until(printed_or_ended, seconds=seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output}") from None

    def kill(self) -> None:
        """End it and its children as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """Ask the worker to end; end it and its children by force when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(20)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def celery_worker(
    environment: dict[str, str],
    *,
    concurrency: int = 1,
    app: str = "portal",
    prefix: Sequence[str] = (),
    queues: str = "",
    name: str = "test",
) -> Iterator[Worker]:
    """Run a worker with `environment` until the block ends; it is ready when the block begins.

    `environment` comes from the fixture `redis_environment` (Redis; mark the test `celery`) or
    `child_environment` (the folder broker). Messages left by earlier tests are thrown away.
    `app` is a module that holds the Celery application; `prefix` is a command that becomes the
    worker, `queues` are those it takes from, without a word all. Of workers that run together each
    has a `name` of its own.
    """
    command = [*prefix, sys.executable, "-m", "celery", "-A", app, "worker", "--loglevel", "INFO"]
    command += ["--concurrency", str(concurrency), "--purge"]
    command += ["--without-gossip", "--without-mingle", "--hostname", f"{name}-{os.getpid()}@%h"]
    command += ["--queues", queues] if queues else []
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    worker = Worker(process)
    try:
        worker.wait_for(" ready.")
        yield worker
    finally:
        worker.stop()
