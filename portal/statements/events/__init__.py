"""Raw events: from a file of single impressions, plays and clicks to the sums of a partial.

`count(source)` is a pure function of the file. Its rows are never held as Python objects: batches
of a million go through numpy (`ids` numbers what the events are about, `tally` counts them), so
that memory does not grow with the file. Docs: docs/statements-events.md.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.statements.events.batches import KINDS, SAMPLES, Batch, Rejected
from portal.statements.events.files import HEAD, Events, NoEvents, Source, are_in, opened
from portal.statements.events.ids import Ids
from portal.statements.events.tally import Tally
from portal.statements.reading import Reading, RejectedRow
from portal.statements.reading.partial import Partial
from portal.statements.reading.words import METRICS

__all__ = ["HEAD", "KINDS", "Counted", "NoEvents", "TooManyEvents", "are_in", "count", "read"]

# Why a row cannot be counted.
REASONS = {
    "time": _("it says no moment of which the day and the hour could be told"),
    "id": _("the id or name is missing, so nobody knows what the figures belong to"),
    "kind": _("nobody knows what kind of event it is"),
    "count": _("its count is missing, negative or too large"),
    "columns": _("it has more or fewer cells than the heading"),
}


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


def read(
    source: Source, *, name: str, id_kind: str, threads: int | None = None, most: int | None = None
) -> Reading:
    """Read a file of events as a report whose rows `id_kind` names; `threads` as in `count`.

    Raises: Unreadable; TooManyEvents once one thread has met more than `most`; OSError when the
    store does not answer.
    """
    events = opened(source, name)
    counted = _counted(events, threads, most)
    sums = counted.partial
    return Reading(
        period=None,
        columns={**events.when, id_kind: "content_id"},
        unknown_headings=events.others,
        passed_over={},
        id_column=id_kind,
        has_day=True,
        has_hour=True,
        partial=sums,
        rejected=list(_rejected(counted)),
        ignored=Counter(),
        rows_in=counted.rows_in,
        own_totals=None,
        totals={metric: sums.sum(metric) for metric in METRICS if metric in sums.metrics},
        approximate=False,
    )


def _rejected(counted: Counted) -> Iterator[RejectedRow]:
    """The rows that are shown, and with the last one of each reason how many more there are."""
    for reason, rows in counted.rejected.items():
        own = [each for each in counted.samples if each.reason == reason]
        for each in own[:-1]:
            yield RejectedRow(each.row, REASONS[reason], each.cells)
        more = rows - len(own)
        said = _("%(reason)s; %(number)d more rows are like it") if more else "%(reason)s"
        yield RejectedRow(
            own[-1].row,
            said % {"reason": REASONS[reason], "number": more},
            own[-1].cells,
            rows=1 + more,
        )


def count(source: Source, *, name: str = "", threads: int | None = None) -> Counted:
    """Count the events of one file.

    `threads`: how many count at once; without it as many as the process has cores. The result is
    the same for any number. Raises: Unreadable with a sentence that says what to do, OSError when
    the store does not answer.
    """
    return _counted(opened(source, name), threads)


class TooManyEvents(Exception):
    """A file holds more events than the caller has time for."""


def _counted(events: Events, threads: int | None, most: int | None = None) -> Counted:
    ids, tally, rejected = Ids(), Tally(), Account()

    def take(batches: Iterator[Batch]) -> int:
        rows = said = 0
        for batch in batches:
            rows += batch.rows
            said += batch.events
            # What packs well may hold any number: the size of a file says nothing of it.
            if most is not None and rows > most:
                raise TooManyEvents
            rejected.add(batch)
            tally.add(ids, batch)
        return said

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
