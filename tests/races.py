"""Two connections at the same row: threads with connections of their own, and who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

Elsewhere = Callable[[Callable[[], Any]], "Future[Any]"]


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Run a function in a thread of its own, that is, over a connection of its own."""
    with ThreadPoolExecutor(max_workers=8) as pool:

        def start(act: Callable[[], Any]) -> Future[Any]:
            def closing() -> Any:
                try:
                    return act()
                finally:
                    connections.close_all()

            return pool.submit(closing)

        yield start


def waiting_for_a_lock() -> int:
    """How many connections to this database wait for somebody's lock; PostgreSQL only."""
    with connection.cursor() as cursor:
        # Inside a transaction the view would show its first answer for ever.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
