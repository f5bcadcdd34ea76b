"""Running several programs as children of one: all live, or all stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# How long a child may take to finish what it does before it is killed.
GRACE_SECONDS = 15.0


@dataclass
class Family:
    """Child processes, each leading a process group of its own and writing to a file in `logs`.

    A group of its own keeps a terminal's Ctrl-C from reaching the children first: the parent
    passes the wish on to whole groups, so that a child's own children stop too.
    """

    logs: Path
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stop_asked: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Take Ctrl-C, SIGTERM and a closed terminal as the wish to stop; main thread only."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop_asked.set())

    def start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        """Start one child; its log begins anew."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("wb") as log:
            self.children[name] = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                env=environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def log(self, name: str) -> Path:
        """Where a child's lines are."""
        return self.logs / f"{name}.log"

    def last_lines(self, name: str, count: int = 15) -> str:
        """The end of what a child wrote."""
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])

    def dead(self) -> tuple[str, int] | None:
        """The first child that ended by itself, with its exit status."""
        for name, child in self.children.items():
            status = child.poll()
            if status is not None:
                return name, status
        return None

    def wait(self) -> tuple[str, int] | None:
        """Sleep until somebody asks to stop (None) or a child ends."""
        while not self.stop_asked.wait(0.2):
            if ended := self.dead():
                return ended
        return None

    def stop(self) -> None:
        """Ask every child to finish what it does, wait, kill what is left of its group.

        Only the leaders are asked: they let their own children finish first.
        """
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            # Also when the leader is gone: what it left behind must not stay.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
