"""Raw events: from a file of single impressions, plays and clicks to the sums of a partial.

`count(path)` is a pure function of the file. Its rows are never held as Python objects: batches of
a million go through numpy (`ids` numbers what the events are about, `tally` counts them), so that
memory does not grow with the file. Docs: docs/statements-events.md.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from portal.statements.events.files import KINDS, SAMPLES, Batch, Events, Rejected, opened
from portal.statements.events.ids import Ids
from portal.statements.events.tally import Tally
from portal.statements.reading.partial import Partial

__all__ = ["KINDS", "Counted", "Events", "count", "opened"]


@dataclass(frozen=True)
class Counted:
    """What a file of events says, and an account of every row of it.

    rows_in = rows in the partial + the sum of `rejected` (reason → rows). `samples` are the first
    rejected rows of each reason. `partial` is external id × day × hour × metric, days and hours of
    Asia/Shanghai.
    """

    partial: Partial
    rows_in: int
    rejected: Counter[str]
    samples: list[Rejected]


def count(path: str | Path, *, threads: int | None = None) -> Counted:
    """Count the events of one file.

    `threads`: how many count at once; without it as many as the process has cores. The result is
    the same for any number. Raises: Unreadable with a sentence that says what to do.
    """
    events = opened(path)
    ids, tally, rejected = Ids(), Tally(), Account()

    def take(batches: Iterator[Batch]) -> int:
        rows = 0
        for batch in batches:
            rows += batch.rows
            rejected.add(batch)
            tally.add(ids, batch)
        return rows

    cores = threads or len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(cores) as pool:
        rows_in = sum(pool.map(take, events.shares(cores, ids)))
    return Counted(
        partial=Partial(tally.table(ids)),
        rows_in=rows_in,
        rejected=+rejected.rows,
        samples=sorted(rejected.samples, key=lambda each: (each.row, each.reason)),
    )


class Account:
    """Rejected rows by reason; of each reason the first few that were met."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.samples: list[Rejected] = []
        self._lock = threading.Lock()

    def add(self, batch: Batch) -> None:
        """Add what one batch rejected."""
        if not batch.rejected:
            return
        with self._lock:
            self.rows.update(batch.rejected)
            for reason in batch.rejected:
                own = [each for each in self.samples + batch.samples if each.reason == reason]
                own.sort(key=lambda each: each.row)
                self.samples = [each for each in self.samples if each.reason != reason]
                self.samples += own[:SAMPLES]
