"""Rows of a file as numpy counts them, and the account of those that cannot be counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from portal.statements.events.ids import Ids, Ints

# What happens → what is counted. In numbers they are 1, 2, 3 … in this order.
KINDS = {
    "impression": "impressions",
    "play": "plays",
    "click": "clicks",
    "like": "likes",
    "comment": "comments",
    "share": "shares",
    "follow": "new_fans",
    "order": "orders",
    "favorite": "favorites",
    "conversion": "conversions",
    "deep_conversion": "deep_conversions",
    "refund": "refunds",
}
METRIC_OF = KINDS | {metric: metric for metric in KINDS.values()}
COUNTED = list(KINDS.values())
# So many rejected rows of one reason are shown.
SAMPLES = 20
# An hour in each unit of a timestamp, and how far Asia/Shanghai is ahead of UTC.
HOUR = {"s": 3600, "ms": 3_600_000, "us": 3_600_000_000, "ns": 3_600_000_000_000}
AHEAD = 8
# The hours of the years 1 to 9999, since 1970.
EARLIEST, LATEST = -17_259_888, 70_389_528


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be counted: its number in the file from 1, which column is why, and what it
    says."""

    row: int
    reason: str
    cells: list[str]


@dataclass
class Batch:
    """Rows of a file. `times`, `kinds`, `counts` and the ids are of those that are whole, each as
    long as the others.

    times: in Shanghai, `per_hour` units an hour, since 1970.
    kinds: places in `metrics`, of which some stand for no metric and for no row. Ids are as the
    file has them, or their numbers already (`numbered`). `counts`: how many events each row stands
    for, None for one each. `rejected` counts events, `rows` rows of the file.
    """

    rows: int
    times: Ints
    per_hour: int
    kinds: npt.NDArray[Any]
    metrics: list[str | None]
    ids: Ints
    numbered: bool
    counts: Ints | None = None
    rejected: Counter[str] = field(default_factory=Counter)
    samples: list[Rejected] = field(default_factory=list)
    # Number of the batch's first row, and the places of the whole rows where some are not.
    first: int = 1
    whole: Ints | None = None

    @property
    def events(self) -> int:
        """How many events the rows stand for, rejected ones too."""
        whole = len(self.times) if self.counts is None else int(self.counts.sum())
        return whole + self.rejected.total()

    def numbers(self, ids: Ids) -> tuple[Ints, int]:
        """The number of each row's id, in an array of its own; all are below the second value."""
        if self.numbered:
            return self.ids, ids.capacity
        found = np.empty(len(self.ids), np.int64)
        ids.of_ints(self.ids, found)
        return found, ids.capacity


def batch_of(
    ids: Ids,
    first: int,
    time: pa.Array,
    what: pa.Array,
    kind: pa.Array,
    *,
    said: tuple[Any, ...] = (),
    counts: Ints | None = None,
) -> Batch:
    """A batch of whole rows and the account of the others.

    `said`: the columns as the file has them, where they differ. `counts`: how many events each row
    stands for; a negative one is none.
    """
    rows, per_hour = len(time), HOUR[time.type.unit]
    times = _values(time.view(pa.int64()), np.int64)
    if time.type.tz is not None:
        times = times + AHEAD * per_hour
    kinds, metrics = _kinds(kind)
    if pa.types.is_uint64(what.type):
        # Half of them fit no signed number; as text they are what they are.
        what = what.cast(pa.string()).dictionary_encode()
    numbered = pa.types.is_dictionary(what.type)
    own = _coded(what, ids.of_texts) if numbered else _values(what, np.int64)
    wrong = {
        "time": _nulls(time) | _out_of_range(times, per_hour),
        "id": _nulls(what) | (own < 0 if numbered else np.False_),
        "kind": _unknown(kinds, metrics, kind),
    }
    bad = wrong["time"] | wrong["id"] | wrong["kind"]
    if counts is not None:
        wrong["count"] = counts < 0
        bad = bad | wrong["count"]
    batch = Batch(rows, times, per_hour, kinds, metrics, own, numbered, counts, first=first)
    if bad.any():
        bad = np.broadcast_to(bad, rows)
        _reject(batch, first, wrong, said or (time, what, kind))
        good = ~bad
        batch.whole = np.flatnonzero(good)
        batch.times, batch.kinds, batch.ids = times[good], kinds[good], own[good]
        batch.counts = None if counts is None else counts[good]
    return batch


def _reject(batch: Batch, first: int, wrong: dict[str, Any], columns: tuple[Any, ...]) -> None:
    """Say of each row that is not whole the first column that is why, and show the first rows."""
    # What says no number is a row all the same.
    events = None if batch.counts is None else np.maximum(batch.counts, 1)
    before: Any = np.zeros(batch.rows, bool)
    for reason, found in wrong.items():
        rows = np.flatnonzero(found & ~before)
        before = before | found
        if len(rows):
            batch.rejected[reason] += len(rows) if events is None else int(events[rows].sum())
            batch.samples += [
                Rejected(first + row, reason, [_cell(column[row]) for column in columns])
                for row in rows[:SAMPLES].tolist()
            ]


def _cell(value: pa.Scalar) -> str:
    """What a cell says; moments that Python has no words for as Arrow says them."""
    if isinstance(value, pa.DictionaryScalar):
        value = value.value
    if not value.is_valid:
        return ""
    if pa.types.is_timestamp(value.type):
        try:
            return str(value.as_py())
        except (OverflowError, ValueError):
            return str(value.cast(pa.string()))
    return _texts(pa.array([value]))[0]


def _texts(words: pa.Array) -> list[str]:
    """Words or numbers as text, "" where there is nothing; bytes that are no text as escapes."""
    said = words.cast(pa.large_string()).cast(pa.large_binary()).to_pylist()
    return [str(each or b"", "utf-8", "backslashreplace") for each in said]


def _nulls(column: pa.Array) -> Any:
    """Where a column holds nothing."""
    return np.asarray(column.is_null()) if column.null_count else np.False_


def _out_of_range(times: Ints, per_hour: int) -> Any:
    """Where a time lies in no year from 1 to 9999."""
    if not len(times):
        return np.False_
    low, high = EARLIEST * per_hour, LATEST * per_hour
    if low <= times.min() and times.max() < high:
        return np.False_
    return (times < low) | (times >= high)


def _values(column: pa.Array, dtype: Any) -> Any:
    """The numbers of a column, 0 where it holds nothing."""
    if column.null_count:
        column = column.fill_null(0)
    return column.to_numpy(zero_copy_only=False).astype(dtype, copy=False)


def _coded(column: pa.DictionaryArray, code: Any) -> Any:
    """What `code` gives for the column's words, by row; -1 where it holds nothing."""
    codes = np.append(code(_texts(column.dictionary)), -1)
    places = column.indices.fill_null(len(codes) - 1) if column.null_count else column.indices
    return codes.take(places.to_numpy(zero_copy_only=False))


def _kinds(column: pa.Array) -> tuple[Any, list[str | None]]:
    """For each row its place among the metrics, and these."""
    if pa.types.is_dictionary(column.type):
        words = [word.strip().lower() for word in _texts(column.dictionary)]
        metrics = [METRIC_OF.get(word) for word in words]
        places = column.indices
    else:
        metrics, places = list(COUNTED), column
    # What holds nothing has the last place.
    places = places.fill_null(len(metrics)) if places.null_count else places
    found = places.to_numpy(zero_copy_only=False)
    if not pa.types.is_dictionary(column.type):
        found = found.astype(np.int64) - 1
        found[(found < 0) | (found > len(metrics))] = len(metrics)
    return found, [*metrics, None]


def _unknown(kinds: Any, metrics: list[str | None], column: pa.Array) -> Any:
    """Where a kind is none."""
    if pa.types.is_dictionary(column.type) and not column.null_count and None not in metrics[:-1]:
        return np.False_
    return np.array([metric is None for metric in metrics]).take(kinds)
