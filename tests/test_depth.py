"""Deep calls do not ask the system for memory again and again."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable

import pytest

from portal.depth import with_room

TURNS = 500


def faults_at(depth: int) -> int:
    """How often the system gave this process memory while a loop that deep called a function."""

    def nothing(*_places: int) -> None:
        """Take some places."""

    if depth:
        return faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _turn in range(TURNS):
        nothing(*range(20))
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most_faults(call: Callable[[int], int]) -> int:
    """The most over two hundred depths, in a thread, whose stack begins anew."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.extend(call(n) for n in range(200)))
    thread.start()
    thread.join()
    return max(found)


def test_a_loop_at_whatever_depth_is_given_memory_once_and_not_at_each_turn():
    # CPython 3.11 to 3.13: where the stack grows it does so at each turn.
    assert most_faults(faults_at) >= TURNS
    assert most_faults(with_room(faults_at)) < TURNS // 10


def test_all_of_a_page_is_made_with_room(settings):
    assert settings.MIDDLEWARE[0] == "portal.depth.with_room"


def test_what_is_said_answered_and_raised_passes_through():
    assert with_room(int)("12", base=3) == 5
    with pytest.raises(ValueError, match="x"):
        with_room(int)("x")
