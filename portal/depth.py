"""Room for the calls below a page, so that the interpreter need not ask for it at each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# Of the interpreter's stack, in places of eight bytes; a call takes some twenty of them.
ROOM = 2**15


def with_room(call: Callable[P, R]) -> Callable[P, R]:
    """Return `call` as it is, but with a stack that need not grow while it runs; also a middleware.

    CPython takes the stack from the system in pieces of 16 KiB, some eighty calls, and gives a
    piece back as soon as its first call ends. What stands at the border of two and calls a thousand
    times asks the system two thousand times; middleware, views and templates reach that deep. A
    function that says it needs much gets a piece large enough for itself and as much again: for
    all the calls the interpreter lets stand within each other.
    """

    def roomy(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=ROOM)
    return roomy
