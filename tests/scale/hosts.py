"""Machines of a test: each has a working folder and, where it can be made, a network of its own.

With root and `ip` a host is a network namespace that a pair of veth joins to this one: nothing but
what listens at this end of the pair can be reached from it, and `cut_off` takes the pair down.
Without these rights hosts share this machine's network, and `cut_off` only blocks their ways to the
services; the run says so at its end.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests import services
from tests.s3 import CREDENTIALS, S3Server
from tests.scale.proxies import Proxy, proxy
from tests.workers import Worker, celery_worker

NAME = f"portal{os.getpid() % 100_000}"


class Host:
    """A machine: an environment that names services by ways of its own, and where to run."""

    def __init__(
        self, number: int, environment: dict[str, str], ways: dict[str, Proxy], *, apart: bool
    ) -> None:
        self.number, self.environment, self.ways = number, environment, ways
        self.apart = apart

    @property
    def folder(self) -> Path:
        """Its working folder."""
        return Path(self.environment["PORTAL_VAR"])

    @contextmanager
    def worker(self, queues: str = "celery,statements") -> Iterator[Worker]:
        """Run a worker of one process on it until the block ends."""
        prefix = ["ip", "netns", "exec", _namespace(self.number)] if self.apart else []
        with celery_worker(
            self.environment, prefix=prefix, queues=queues, name=f"host{self.number}"
        ) as worker:
            yield worker

    def cut_off(self) -> None:
        """Nothing reaches it and it reaches nothing."""
        if self.apart:
            _ip("link", "set", _veth(self.number), "down")
        for way in self.ways.values():
            way.block()

    def join(self) -> None:
        """Undo `cut_off`."""
        if self.apart:
            _ip("link", "set", _veth(self.number), "up")
        for way in self.ways.values():
            way.open()


@contextmanager
def hosts(
    number: int, environment: dict[str, str], server: S3Server, folder: Path
) -> Iterator[list[Host]]:
    """Have so many until the block ends. `environment` names the services as they are reached from
    here; the hosts' working folders lie in `folder` and hold nothing."""
    with ExitStack() as stack:
        made = []
        for n in range(number):
            address = stack.enter_context(_network(n)) if services.can_part_hosts() else "127.0.0.1"
            known = {
                "DATABASE_URL": _place(environment["DATABASE_URL"]),
                "REDIS_URL": _place(environment["REDIS_URL"]),
                "STATEMENT_STORE": server.place,
            }
            ways = {
                name: stack.enter_context(proxy(address, (host, int(port))))
                for name, (host, _, port) in (
                    (name, place.rpartition(":")) for name, place in known.items()
                )
            }
            own = environment | CREDENTIALS | {"STATEMENT_STORE": server.uri("figures")}
            for name, way in ways.items():
                own[name] = own[name].replace(known[name], way.place)
            (folder / f"host{n}").mkdir()
            own["PORTAL_VAR"] = str(folder / f"host{n}")
            made.append(Host(n, own, ways, apart=services.can_part_hosts()))
        yield made


def _place(url: str) -> str:
    found = urlsplit(url)
    assert found.port, url
    return f"{found.hostname}:{found.port}"


def _namespace(number: int) -> str:
    return f"{NAME}n{number}"


def _veth(number: int) -> str:
    return f"pv{os.getpid() % 100_000}h{number}"


@contextmanager
def _network(number: int) -> Iterator[str]:
    """A namespace with a pair of veth; the address of this end of it."""
    namespace, near, far = _namespace(number), _veth(number), f"{_veth(number)}f"
    net = f"10.{64 + os.getpid() % 64}.{os.getpid() // 64 % 64 * 4 + number}"
    _ip("netns", "add", namespace)
    try:
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", namespace)
        _ip("address", "add", f"{net}.1/24", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", namespace, "address", "add", f"{net}.2/24", "dev", far)
        for device in ("lo", far):
            _ip("-n", namespace, "link", "set", device, "up")
        yield f"{net}.1"
    finally:
        # The pair goes with the namespace.
        _ip("netns", "del", namespace)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)
