"""Ending a process with SIGKILL at any of its steps, to show that nothing is lost or done twice."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from portal.jobs.models import Work


def in_child(act: Callable[[], object]) -> int:
    """Run `act` in a child process with connections of its own; return how it ended.

    Like `Popen.returncode`: 0 when `act` returned, minus the signal when it was killed.
    """
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            act()
            connections.close_all()
            status = 0
        finally:
            os._exit(status)
    _pid, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def nothing(_name: str) -> None:
    """No step at all."""


@contextmanager
def killed_at(step: int, *, after: bool = False) -> Iterator[Callable[[str], None]]:
    """Kill this process at its `step`-th step inside the block, before or after the step.

    A step is what others can see of a process, or a power cut leaves of it: an SQL statement
    outside a transaction, a commit, a file made, flushed, renamed. (Death inside a transaction is
    death before its commit: the database undoes both.) The block is given a function that counts
    a step of its own. What was killed, and where, goes to the error output. Only for processes
    made to be killed.
    """
    numbers = itertools.count(1)

    def deadly(act: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def wrapper(*args: Any, **words: Any) -> Any:
            fatal = next(numbers) == step
            if fatal and not after:
                _die(f"step {step}, before {name(*args)}")
            answer = act(*args, **words)
            if fatal and after:
                _die(f"step {step}, after {name(*args)}")
            return answer

        return wrapper

    def execute(act: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if connection.in_atomic_block:
            return act(sql, *rest)
        return deadly(act, lambda *_args: sql)(sql, *rest)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(execute):
        for name in ("replace", "rename"):
            patch.setattr(os, name, deadly(getattr(os, name), lambda _from, to, *_: f"rename {to}"))
        patch.setattr(os, "fsync", deadly(os.fsync, lambda _file: "flush"))
        patch.setattr(tempfile, "mkstemp", deadly(tempfile.mkstemp, lambda *_: "draft"))
        patch.setattr(connection, "_commit", deadly(connection._commit, lambda: "COMMIT"))
        yield deadly(nothing, str)


def _die(where: str) -> None:
    sys.stderr.write(f"SIGKILL at {where[:160]}\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def lease_runs_out() -> None:
    """Let every lease be over, as some minutes after a worker's death."""
    past = timezone.now() - timedelta(seconds=1)
    Work.objects.filter(state="running").update(lease_until=past)
