"""The first single events behind a sum, with the numbers of their rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from portal.statements.events.batches import Batch
from portal.statements.events.files import Source, opened
from portal.statements.events.ids import Ids

EPOCH = date(1970, 1, 1)
DAY_HOURS = 24


class EventRow(NamedTuple):
    """One event, or as many as a row counts: row of a Parquet file from 1, or line of a text; its
    moment is Shanghai's."""

    row: int
    at: datetime
    external_id: str
    metric: str
    count: int = 1


@dataclass(frozen=True)
class FirstRows:
    """The first events that fit; `whole`: these are all of them."""

    rows: list[EventRow]
    whole: bool


def first_rows(
    source: Source,
    *,
    name: str,
    ids: Collection[str],
    days: Collection[date],
    metric: str | None = None,
    most: int = 20,
    look_at: int = 5_000_000,
) -> FirstRows:
    """The first events of these ids on these days, of one metric or any, in the file's order.

    Batch by batch, as they are counted; ends once `most` are found or `look_at` rows were seen.
    Raises: Unreadable.
    """
    events, numbers = opened(source, name), Ids()
    wanted = _Wanted(numbers, ids, days, metric)
    found: list[EventRow] = []
    seen = 0
    for batches in events.shares(1, numbers):
        for batch in batches:
            for place in wanted.places(batch):
                if len(found) == most:
                    return FirstRows(found, whole=False)
                row = place if batch.whole is None else int(batch.whole[place])
                found.append(
                    EventRow(
                        events.line(batch.first + row),
                        _moment(int(batch.times[place]), batch.per_hour),
                        wanted.text(batch, place),
                        batch.metrics[batch.kinds[place]] or "",
                        1 if batch.counts is None else int(batch.counts[place]),
                    )
                )
            seen += batch.rows
            if seen >= look_at:
                return FirstRows(found, whole=False)
    return FirstRows(found, whole=True)


class _Wanted:
    """Finds in batches what is asked for."""

    def __init__(
        self, numbers: Ids, ids: Collection[str], days: Collection[date], metric: str | None
    ) -> None:
        texts = sorted(ids)
        of_texts = numbers.of_texts(texts).tolist()
        self.texts = dict(zip(of_texts, texts, strict=True))
        # Whole numbers are ids in one spelling alone; what does not fit 64 bits is in no such file.
        self.ints = {
            int(text): text
            for text in texts
            if text.lstrip("-").isdecimal()
            and str(int(text)) == text
            and -(2**63) <= int(text) < 2**63
        }
        self.days = [(day - EPOCH).days for day in days]
        self.metric = metric

    def places(self, batch: Batch) -> list[int]:
        """Where in the batch's whole rows they stand."""
        known = self.texts if batch.numbered else self.ints
        fits: Any = np.isin(batch.ids, np.array(sorted(known), np.int64))
        fits &= np.isin(batch.times // (batch.per_hour * DAY_HOURS), self.days)
        if self.metric is not None:
            own = np.array([metric == self.metric for metric in batch.metrics])
            fits &= own.take(batch.kinds)
        return [int(place) for place in np.flatnonzero(fits)]

    def text(self, batch: Batch, place: int) -> str:
        """The id as text."""
        return (self.texts if batch.numbered else self.ints)[int(batch.ids[place])]


def _moment(units: int, per_hour: int) -> datetime:
    """A moment of Shanghai, without a zone, as files have it; whole seconds."""
    start = datetime(EPOCH.year, EPOCH.month, EPOCH.day)  # noqa: DTZ001 - files have no zone
    return start + timedelta(seconds=units * 3600 // per_hour)
