"""Counts of events by id, hour and kind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from portal.statements.events.ids import BLOCK, Ids, Ints
from portal.statements.reading.partial import NAMES, ROWS, SCHEMA

if TYPE_CHECKING:
    from portal.statements.events.batches import Batch

# A batch whose hours, kinds and ids fit this many counters (64 MB) is counted in them.
MOST_COUNTERS = 1 << 23
# Counters that are kept for hours (192 MB); beyond it those that were not counted in for longest
# are kept as the few that are not zero.
MOST_KEPT = 3 << 23
# Single counts that wait to be added up.
MOST_WAITING = 1 << 22
# Alphabetical, as the rows of a partial stand; fits the four bits that a key has for it.
METRICS = sorted(NAMES)
# A key is hour, metric and number; hours since 1970 of the years 1 to 9999 fit 28 bits.
METRIC_BITS, NUMBER_BITS, ZERO_HOUR = 4, 31, 1 << 27


class Tally:
    """Counts of one file; several threads may add at once.

    Events of one hour lie together, mostly: their counters are an array of kind × number, in which
    one `bincount` counts a batch. A batch that is spread over too many hours is sorted instead.
    """

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._hours: dict[int, Ints] = {}
        self._keys: list[Ints] = []
        self._counts: list[Ints] = []
        self._waiting = self._added_up = 0
        self._lock = threading.Lock()

    def add(self, ids: Ids, batch: Batch) -> None:
        """Count what is whole in a batch."""
        if not len(batch.times):
            return
        if batch.counts is not None:
            self._add_sums(batch, batch.numbers(ids)[0], batch.counts)
            return
        spans = [_span(batch.times[block], batch.per_hour) for block in _blocks(batch.times)]
        first, last = min(low for low, _ in spans), max(high for _, high in spans)
        hours = last - first + 1
        with self._lock:
            slots = [
                0 if name is None else self._slots.setdefault(name, len(self._slots))
                for name in batch.metrics
            ]
            kinds = len(self._slots)
        key, capacity = batch.numbers(ids)
        if hours * kinds * capacity > MOST_COUNTERS:
            self._sort_in(batch, key)
            return
        # Hour, kind, number: what is counted most often, impressions, lies together.
        strides = np.array(slots, np.int64) * capacity
        hour_stride = kinds * capacity
        for block, (low, high) in zip(_blocks(key), spans, strict=True):
            own = key[block]
            own += strides.take(batch.kinds[block], mode="clip")
            # Most blocks lie within an hour, nearly all others within two.
            if low > first:
                own += (low - first) * hour_stride
            for hour in range(low + 1, high + 1):
                own += (batch.times[block] >= hour * batch.per_hour) * np.int64(hour_stride)
        counted = np.bincount(key, minlength=hours * hour_stride)
        with self._lock:
            for hour, counts in enumerate(counted.reshape(hours, kinds, capacity), first):
                self._add_hour(hour, counts)

    def _add_hour(self, hour: int, counts: Ints) -> None:
        kinds, capacity = counts.shape
        kept = self._hours.pop(hour, None)
        if kept is None:
            kept = np.zeros((kinds, capacity), np.int64)
        elif kept.shape != counts.shape:
            wider = np.zeros(np.maximum(kept.shape, counts.shape), np.int64)
            wider[: kept.shape[0], : kept.shape[1]] = kept
            kept = wider
        kept[:kinds, :capacity] += counts
        self._hours[hour] = kept
        while len(self._hours) > 1 and sum(each.size for each in self._hours.values()) > MOST_KEPT:
            oldest = next(iter(self._hours))
            self._put_down(oldest, self._hours.pop(oldest))

    def _put_down(self, hour: int, counts: Ints) -> None:
        """Keep the counters of an hour that are not zero, and their sums."""
        layer = np.concatenate([counts, counts.sum(axis=0, keepdims=True)])
        slots, numbers = np.nonzero(layer)
        names = np.array([METRICS.index(name) for name in (*self._slots, ROWS)], np.int64)
        # Kinds that were met after the hour's last batch have no counters in it.
        names = np.append(names[: len(counts)], names[-1])
        self._wait(_key(np.int64(hour), names[slots], numbers), layer[slots, numbers])

    def _add_sums(self, batch: Batch, numbers: Ints, counts: Ints) -> None:
        """Take over what others have counted; no counter keeps a zero."""
        names = np.array([METRICS.index(name or ROWS) for name in batch.metrics], np.int64)
        hours, some = batch.times // batch.per_hour, counts > 0
        for metrics in (names.take(batch.kinds), np.int64(METRICS.index(ROWS))):
            with self._lock:
                self._wait(_key(hours, metrics, numbers)[some], counts[some])

    def _sort_in(self, batch: Batch, numbers: Ints) -> None:
        names = np.array([METRICS.index(name or ROWS) for name in batch.metrics], np.int64)
        hours = batch.times // batch.per_hour
        for metrics in (names.take(batch.kinds), np.int64(METRICS.index(ROWS))):
            keys, counts = np.unique(_key(hours, metrics, numbers), return_counts=True)
            with self._lock:
                self._wait(keys, counts.astype(np.int64))

    def _wait(self, keys: Ints, counts: Ints) -> None:
        self._keys.append(keys)
        self._counts.append(counts)
        self._waiting += len(keys)
        if self._waiting > max(MOST_WAITING, self._added_up):
            self._add_up()

    def _add_up(self) -> None:
        keys, counts = _summed(np.concatenate(self._keys), np.concatenate(self._counts))
        self._keys, self._counts = [keys], [counts]
        self._waiting, self._added_up = 0, len(keys)

    def table(self, ids: Ids) -> pa.Table:
        """The rows of a partial, in its order."""
        texts = np.array(ids.texts(), object)
        order = np.argsort(texts)
        words = pa.array(texts[order].tolist(), pa.string())
        if self._keys:
            for hour, counts in self._hours.items():
                self._put_down(hour, counts)
            self._hours = {}
            batches = self._of_keys(order, words)
        else:
            batches = [self._of_hour(hour, order, words) for hour in sorted(self._hours)]
        return pa.Table.from_batches(batches, SCHEMA)

    def _of_hour(self, hour: int, order: Ints, words: pa.Array) -> pa.RecordBatch:
        """The rows of an hour that has counters; as they lie they are sorted."""
        counts = self._hours.pop(hour)
        lines = dict(zip(self._slots, counts, strict=False)) | {ROWS: counts.sum(axis=0)}
        # Ids that were met after the hour's last batch have no counters in it.
        counted = order < counts.shape[1]
        ranks, metrics, sums = [], [], []
        for metric, name in enumerate(METRICS):
            if name in lines:
                line = lines[name].take(order, mode="clip") * counted
                rank = np.flatnonzero(line)
                ranks.append(rank)
                metrics.append(np.full(len(rank), metric))
                sums.append(line[rank])
        hours = np.full(sum(map(len, ranks)), hour)
        return _rows(
            np.concatenate(ranks), hours, np.concatenate(metrics), np.concatenate(sums), words
        )

    def _of_keys(self, order: Ints, words: pa.Array) -> list[pa.RecordBatch]:
        keys, counts = self._ranked(order)
        hours = (keys >> METRIC_BITS + NUMBER_BITS) - ZERO_HOUR
        metrics = keys >> NUMBER_BITS & ((1 << METRIC_BITS) - 1)
        return [_rows(keys & ((1 << NUMBER_BITS) - 1), hours, metrics, counts, words)]

    def _ranked(self, order: Ints) -> tuple[Ints, Ints]:
        """Sorted keys of hour, metric and rank with their counts."""
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        keys, counts = np.concatenate(self._keys), np.concatenate(self._counts)
        below = keys & ((1 << NUMBER_BITS) - 1)
        return _summed(keys - below + rank.take(below), counts)


def _blocks(rows: Ints) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, len(rows), BLOCK))


def _span(times: Ints, per_hour: int) -> tuple[int, int]:
    """The first and the last hour of some times."""
    return int(times.min()) // per_hour, int(times.max()) // per_hour


def _key(hours: Ints | np.int64, metrics: Ints | np.int64, numbers: Ints) -> Ints:
    key: Ints = ((hours + ZERO_HOUR) << METRIC_BITS | metrics) << NUMBER_BITS | numbers
    return key


def _summed(keys: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Sorted keys, each once, with the sum of its counts."""
    order = np.argsort(keys)
    keys, counts = keys[order], counts[order]
    first = np.concatenate([[True], keys[1:] != keys[:-1]])
    if first.all():
        return keys, counts
    return keys[first], np.add.reduceat(counts, np.flatnonzero(first))


def _rows(ranks: Ints, hours: Ints, metrics: Ints, counts: Ints, words: pa.Array) -> pa.RecordBatch:
    columns = [
        pa.DictionaryArray.from_arrays(pa.array(ranks.astype(np.int32)), words),
        pa.array((hours // 24).astype(np.int32)).view(pa.date32()),
        pa.array((hours % 24).astype(np.int8)),
        pa.DictionaryArray.from_arrays(pa.array(metrics.astype(np.int32)), pa.array(METRICS)),
        pa.array(counts),
        pa.array(np.zeros(len(counts), np.bool_)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
