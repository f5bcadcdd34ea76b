"""A server of somebody else's: takes webhooks, loses some, and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """What came in, and the statuses it answers with: the next ones, then 204."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks?from=portal"
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Keep a message, and say how it is answered."""
        self.received.append((headers, body))
        return self.statuses.pop(0) if self.statuses else 204


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(headers | {"path": self.path}, body)
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
