"""Which function does which kind of work.

Every app keeps its handlers in a module `work.py`; `JobsConfig.ready` imports them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from portal.jobs.domain import Progress
    from portal.jobs.models import Work

# The queue of work that needs no file but those of the store of statements: any machine can do it
# that reaches the database and that store. All other work needs the folder of uploads.
STATEMENTS = "statements"
DEFAULT = "celery"
Result = dict[str, Any] | None
Run = Callable[["Work", "Progress"], Result]


@dataclass(frozen=True)
class Handler:
    """How one kind of work is done."""

    kind: str
    run: Run
    max_attempts: int
    label: str | Promise
    queue: str


HANDLERS: dict[str, Handler] = {}


def handles(
    kind: str, *, max_attempts: int = 3, label: str | Promise = "", queue: str = ""
) -> Callable[[Run], Run]:
    """Register the decorated function as the one that does work of `kind`.

    `max_attempts` is how many errors park the work; `label` is its name on the pages; `queue` is
    `STATEMENTS` or empty for the one that every machine with uploads takes from.
    """

    def register(run: Run) -> Run:
        if kind in HANDLERS:
            known = HANDLERS[kind].run.__module__
            raise ValueError(f"Work {kind!r} has a handler already, in {known}.")
        HANDLERS[kind] = Handler(kind, run, max_attempts, label, queue or DEFAULT)
        return run

    return register


def handler_of(kind: str) -> Handler:
    """Return the handler of a kind; LookupError when no app of this release has one."""
    try:
        return HANDLERS[kind]
    except KeyError:
        raise LookupError(f"No module work.py registers a handler of {kind!r}.") from None


def queue_of(kind: str) -> str:
    """The queue whose workers do work of a kind; one that no app of this release does waits in the
    default one."""
    return HANDLERS[kind].queue if kind in HANDLERS else DEFAULT


def label_of(kind: str) -> str:
    """The name of a kind of work in the reader's language; the bare kind when it has none."""
    known = HANDLERS.get(kind)
    return str(known.label) if known and known.label else kind
