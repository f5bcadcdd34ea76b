"""An S3-compatible server of a test's own: moto, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyarrow.fs import S3FileSystem

from tests import services
from tests.workers import wait_until

BUCKET = "statements"
# Moto lets everybody in; the SDK wants some key, and must not look for a machine's role.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class S3Server:
    """A running server with one bucket; what lies in it is gone with it."""

    def __init__(self, process: subprocess.Popen[bytes], place: str) -> None:
        self.process = process
        self.place = place

    def uri(self, prefix: str = "") -> str:
        """The store at a prefix of the bucket, as settings name it."""
        return f"s3://{BUCKET}/{prefix}?endpoint_override={self.place}&scheme=http&region=us-east-1"

    def fall_silent(self) -> None:
        """Answer nobody; connections are still taken."""
        self.process.send_signal(signal.SIGSTOP)

    def speak_again(self) -> None:
        """Answer again, what was asked meanwhile too."""
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def s3_server(host: str = "127.0.0.1") -> Iterator[S3Server]:
    """Run a server until the block ends; it answers when the block begins.

    Until then this process and its children have credentials in their environment.
    """
    port = services.free_port(host)
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "--host", host, "--port", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    before = {name: os.environ.get(name) for name in CREDENTIALS}
    os.environ |= CREDENTIALS
    try:
        place = f"{host}:{port}"
        wait_until(lambda: _answers(process, host, port), what=f"moto answers at {place}")
        S3FileSystem(
            endpoint_override=place, scheme="http", region="us-east-1", allow_bucket_creation=True
        ).create_dir(BUCKET)
        yield S3Server(process, place)
    finally:
        process.kill()
        process.wait(20)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _answers(process: subprocess.Popen[bytes], host: str, port: int) -> bool:
    assert process.poll() is None, "moto has ended"
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
