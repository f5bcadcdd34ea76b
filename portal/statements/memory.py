"""A limit to what reading one file may take.

A file of Parquet says how much memory to take before it says what for; without a limit a crafted
one of a few kilobytes can end the process that reads it, and whoever reads it next.
"""

from __future__ import annotations

import contextlib
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

from portal.statements.events.files import asks_too_much

LIMIT = resource.RLIMIT_AS
_lock = threading.Lock()
# The process's own limit, and how many readings are under way in it.
_own: tuple[int, int] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
_inside = 0


@contextlib.contextmanager
def bounded(more: int, *, name: str) -> Iterator[None]:
    """Refuse what would make this process larger by `more` bytes than it is now.

    All its threads share the limit; it goes with the last reading. Raises: Unreadable.
    """
    _enter(more)
    try:
        yield
    except MemoryError as error:
        raise asks_too_much(name) from error
    finally:
        _leave()


def _enter(more: int) -> None:
    global _own, _inside
    with _lock:
        if not _inside:
            _own = resource.getrlimit(LIMIT)
        _inside += 1
        if (size := _size()) and (_inside == 1 or size + more > resource.getrlimit(LIMIT)[0]):
            _set(size + more)


def _leave() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if not _inside:
            _set(_own[0])


def _set(soft: int) -> None:
    """Set it, never beyond what the process was given; not every system has this limit."""
    given = [each for each in _own if each != resource.RLIM_INFINITY]
    if soft != resource.RLIM_INFINITY:
        soft = min([soft, *given])
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(LIMIT, (soft, _own[1]))


def _size() -> int:
    """The addresses this process holds, in bytes; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()
