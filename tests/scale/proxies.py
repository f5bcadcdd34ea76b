"""A way to a service that a test can watch and block: what passes it, and whether anything does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Hands bytes on, both ways, between whoever comes and one service."""

    def __init__(self, listener: socket.socket, service: tuple[str, int]) -> None:
        self._listener, self._service = listener, service
        host, port = listener.getsockname()
        self.place = f"{host}:{port}"
        self._open = threading.Event()
        self._open.set()
        self._most: int | None = None
        self._answered = 0
        self.is_blocked = threading.Event()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def block_after(self, answered: int) -> None:
        """Let so many more bytes of answers pass, then nothing either way."""
        self._answered, self._most = 0, answered

    def block(self) -> None:
        """Let nothing pass."""
        self._open.clear()
        self.is_blocked.set()

    def open(self) -> None:
        """Let everything pass, what was held up too."""
        self._most = None
        self.is_blocked.clear()
        self._open.set()

    def close(self) -> None:
        """End every connection, and take no more."""
        self.open()
        # A listener is woken by being shut down, not by being closed.
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in (self._listener, *self._ends):
            end.close()

    def _start(self, act, *words) -> None:
        thread = threading.Thread(target=act, args=words, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                self._ends.append(near)
                far = socket.create_connection(self._service)
                self._ends.append(far)
                self._start(self._pass, near, far, False)
                self._start(self._pass, far, near, True)

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 14):
                if answers and self._most is not None:
                    self._answered += len(data)
                    if self._answered > self._most:
                        self.block()
                self._open.wait()
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(host: str, service: tuple[str, int]) -> Iterator[Proxy]:
    """Run one at a free port of `host` until the block ends."""
    way = Proxy(socket.create_server((host, 0)), service)
    try:
        yield way
    finally:
        way.close()
