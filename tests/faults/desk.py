"""A process that forks one child for each act asked of it: quick, and killed without harm.

The process itself never touches a database or starts a thread, so its children begin clean.
Run as a program it reads requests from its input, one JSON line each, and answers in the same way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent


class Desk:
    """Asks a running desk for acts of `tests.faults.acts`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def status(self, act: str, **words: Any) -> int:
        """Have `act` done; how its process ended: 0, or minus the signal that killed it."""
        return self._ask(act, words)["status"]

    def do(self, act: str, **words: Any) -> Any:
        """Have `act` done in full and return its answer."""
        answered = self._ask(act, words)
        assert answered["status"] == 0, f"{act} {words} ended with {answered['status']}"
        return answered["answer"]

    def _ask(self, act: str, words: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([act, words]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "The desk's process ended; its error output says why."
        return json.loads(line)


@contextmanager
def open_desk(environment: dict[str, str], *mounting: str) -> Iterator[Desk]:
    """Run a desk with `environment` until the block ends, and with what `mounting` mounts."""
    command = [sys.executable, "-m", "tests.faults.desk"]
    process = subprocess.Popen(
        services.in_own_mounts(command, *mounting) if mounting else command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:  # closes its input at the end, which ends it
        yield Desk(process)


def serve() -> None:
    """Answer requests until the input ends."""
    acts = _load()
    for line in sys.stdin:
        act, words = json.loads(line)
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _answer(writer, acts[act], words)
        os.close(writer)
        with os.fdopen(reader) as answer:
            text = answer.read()
        _pid, status = os.waitpid(pid, 0)
        answered = {"status": os.waitstatus_to_exitcode(status), "answer": json.loads(text or "0")}
        print(json.dumps(answered), flush=True)  # noqa: T201 - the answer is this program's output


def _load() -> dict[str, Any]:
    """Load all a child would load anew, and return the acts."""
    import django
    from django.urls import reverse
    from django.utils.translation import gettext

    django.setup()
    from portal.celery import app
    from tests.faults import acts, room

    app.finalize()
    gettext(reverse("home"))
    return acts.ACTS | room.ACTS


def _answer(writer: int, act: Any, words: dict[str, Any]) -> None:
    """In the child: do the act, write its answer, end."""
    status = 1
    os.dup2(2, 1)  # what the portal prints is no answer
    try:
        text = json.dumps(act(**words))
        with os.fdopen(writer, "w") as answer:
            answer.write(text)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
