"""Files of events, in batches: Parquet by its row groups, text a piece at a time.

Columns: event_time (a timestamp; without a zone it is Asia/Shanghai's), content_id (whole number or
text), kind (a word or a number of `KINDS`). Others are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal.statements.events.ids import Ids, Ints
from portal.statements.reading.errors import Unreadable

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
COLUMNS = ("event_time", "content_id", "kind")
WORDS = (pa.types.is_string, pa.types.is_large_string)
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}
MOMENT = (
    r"^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?$"
)
ZONED = r"(Z|[+-]\d\d(:?\d\d)?)$"
SAMPLES = 20
ROWS = 1 << 20
CSV_BYTES = 1 << 24
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
    """Rows of a file. `times`, `kinds` and the ids are of those that are whole, each one as long.

    times: in Shanghai, `per_hour` units an hour, since 1970; `span` their smallest and largest.
    kinds: places in `metrics`, of which some stand for no metric and for no row. Ids are as the
    file has them, or their numbers (`numbered`).
    """

    rows: int
    times: Ints
    per_hour: int
    kinds: npt.NDArray[Any]
    metrics: list[str | None]
    ids: Ints
    numbered: bool
    rejected: Counter[str] = field(default_factory=Counter)
    samples: list[Rejected] = field(default_factory=list)

    def numbers(self, ids: Ids) -> tuple[Ints, int]:
        """The number of each row's id, in an array of its own; all are below the second value."""
        if self.numbered:
            return self.ids, ids.capacity
        found = np.empty(len(self.ids), np.int64)
        ids.of_ints(self.ids, found)
        return found, ids.capacity


class Events:
    """An opened file of events."""

    def shares(self, number: int, ids: Ids) -> list[Iterator[Batch]]:
        """Every batch once, in `number` iterators or fewer, for as many readers at once."""
        raise NotImplementedError


def opened(path: str | Path) -> Events:
    """Open a file by what it is, not by its name. Raises: Unreadable."""
    with Path(path).open("rb") as file:
        head = file.read(4)
    return ParquetEvents(path) if head == b"PAR1" else TextEvents(path)


class ParquetEvents(Events):
    """Row groups go to readers in turn; each reader opens the file for itself."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        try:
            with pq.ParquetFile(path) as file:
                groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
                schema = file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path) from error
        self._names = named(schema.names, path)
        _check_types(schema, self._names, path)
        self._words = [
            self._names[column]
            for column in ("content_id", "kind")
            if not pa.types.is_integer(schema.field(self._names[column]).type)
        ]
        # Number of the first row of each group, from 1.
        self._first = np.cumsum([1, *groups]).tolist()
        self._groups = [number for number, rows in enumerate(groups) if rows]

    def shares(self, number: int, ids: Ids) -> list[Iterator[Batch]]:
        """Every batch once, in `number` iterators or fewer, for as many readers at once."""
        return [self._share(self._groups[own::number], ids) for own in range(number)]

    def _share(self, groups: list[int], ids: Ids) -> Iterator[Batch]:
        try:
            with pq.ParquetFile(self._path, read_dictionary=self._words) as file:
                for group in groups:
                    first = self._first[group]
                    for table in _tables(file, group, list(self._names.values())):
                        columns = [table[self._names[name]] for name in COLUMNS]
                        yield batch_of(ids, first, *(_chunk(column) for column in columns))
                        first += len(columns[0])
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self._path) from error


def _tables(file: pq.ParquetFile, group: int, names: list[str]) -> Iterator[Any]:
    """A row group as a whole where it is small, else piece by piece."""
    if file.metadata.row_group(group).num_rows <= 2 * ROWS:
        yield file.read_row_group(group, columns=names, use_threads=False)
    else:
        yield from file.iter_batches(ROWS, row_groups=[group], columns=names, use_threads=False)


def _chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


class TextEvents(Events):
    """Comma separated text in UTF-8, plain or packed by gzip or zstd; one reader reads it."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._broken: list[Rejected] = []
        try:
            with self._reader(["\x00"]) as reader:
                names = reader.schema.names
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path) from error
        self._names = named(names, path)
        # What was read of the rows so far is read again.
        self._broken = []

    def _reader(self, columns: list[str]) -> Any:
        with Path(self._path).open("rb") as file:
            head = file.read(2)
        return pcsv.open_csv(
            pa.input_stream(str(self._path), compression=PACKED.get(head)),
            read_options=pcsv.ReadOptions(block_size=CSV_BYTES, use_threads=False),
            parse_options=pcsv.ParseOptions(invalid_row_handler=self._skip),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True
            ),
        )

    def _skip(self, row: pcsv.InvalidRow) -> str:
        self._broken.append(Rejected(row.number or 0, "columns", [row.text[:300]]))
        return "skip"

    def shares(self, number: int, ids: Ids) -> list[Iterator[Batch]]:
        """All batches in one iterator: text is read from its beginning."""
        return [self._share(ids)]

    def _share(self, ids: Ids) -> Iterator[Batch]:
        first, names = 1, list(self._names.values())
        try:
            with self._reader(names) as reader:
                for table in reader:
                    said, what, kind = (table.column(name) for name in names)
                    columns = _moments(said), what.dictionary_encode(), kind.dictionary_encode()
                    batch = batch_of(ids, first, *columns, said=said)
                    first += len(said)
                    yield self._with_broken(batch)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self._path) from error

    def _with_broken(self, batch: Batch) -> Batch:
        """Add the rows that had too few or too many cells; nobody knows which cell is which."""
        broken, self._broken = self._broken, []
        batch.rows += len(broken)
        batch.rejected["columns"] += len(broken)
        batch.samples += broken[:SAMPLES]
        return batch


def named(names: list[str], path: str | Path) -> dict[str, str]:
    """The file's own name of each column. Raises: Unreadable when one is not there, or twice."""
    found = {name: [own for own in names if own.strip().lower() == name] for name in COLUMNS}
    for name, own in found.items():
        if len(own) != 1:
            raise Unreadable(
                "headings",
                _("“%(file)s”: a file of events has one column “%(column)s”.")
                % {"file": Path(path).name, "column": name},
            )
    return {name: own for name, (own,) in found.items()}


def _check_types(schema: pa.Schema, names: dict[str, str], path: str | Path) -> None:
    fit = {
        "event_time": (pa.types.is_timestamp,),
        "content_id": (pa.types.is_integer, *WORDS),
        "kind": (pa.types.is_integer, *WORDS),
    }
    for name, tests in fit.items():
        own = schema.field(names[name]).type
        if pa.types.is_dictionary(own):
            own = own.value_type
        if not any(test(own) for test in tests):
            raise Unreadable(
                "types",
                _("“%(file)s”: the column “%(column)s” cannot hold %(type)s.")
                % {"file": Path(path).name, "column": name, "type": own},
            )


def _damaged(path: str | Path) -> Unreadable:
    return Unreadable(
        "damaged",
        _("“%(file)s” is damaged or not complete: export it again.") % {"file": Path(path).name},
    )


def _moments(said: pa.Array) -> pa.Array:
    """Text as moments, null where it is none."""
    fits = pc.match_substring_regex(said, MOMENT)
    said = pc.if_else(fits, said, None)
    zoned = pc.match_substring_regex(said, ZONED)
    # What names its zone becomes Shanghai's time without one, as the others are.
    utc = pc.cast(pc.if_else(zoned, said, None), pa.timestamp("us", "UTC"))
    own = pc.add(pc.cast(utc, pa.timestamp("us")), pa.scalar(AHEAD * HOUR["us"], pa.duration("us")))
    plain = pc.cast(pc.if_else(zoned, None, said), pa.timestamp("us"))
    return pc.coalesce(own, plain)


def batch_of(
    ids: Ids, first: int, time: pa.Array, what: pa.Array, kind: pa.Array, said: Any = None
) -> Batch:
    """A batch of whole rows and the account of the others; `said`: the times as a file has them."""
    rows, per_hour = len(time), HOUR[time.type.unit]
    times = _values(time.view(pa.int64()), np.int64)
    if time.type.tz is not None:
        times = times + AHEAD * per_hour
    kinds, metrics = _kinds(kind)
    numbered = pa.types.is_dictionary(what.type)
    own = _coded(what, ids.of_texts) if numbered else _values(what, np.int64)
    wrong = {
        "time": _nulls(time) | _out_of_range(times, per_hour),
        "id": _nulls(what) | (own < 0 if numbered else np.False_),
        "kind": _unknown(kinds, metrics, kind),
    }
    batch = Batch(rows, times, per_hour, kinds, metrics, own, numbered)
    bad = wrong["time"] | wrong["id"] | wrong["kind"]
    if bad.any():
        bad = np.broadcast_to(bad, rows)
        _reject(batch, first, wrong, (time if said is None else said, what, kind))
        good = ~bad
        batch.times, batch.kinds, batch.ids = times[good], kinds[good], own[good]
    return batch


def _reject(batch: Batch, first: int, wrong: dict[str, Any], columns: tuple[Any, ...]) -> None:
    """Say of each row that is not whole the first column that is why, and show the first rows."""
    before: Any = np.zeros(batch.rows, bool)
    for reason, found in wrong.items():
        rows = np.flatnonzero(found & ~before)
        before = before | found
        if len(rows):
            batch.rejected[reason] += len(rows)
            batch.samples += [
                Rejected(
                    first + row, reason, [str(column[row].as_py() or "") for column in columns]
                )
                for row in rows[:SAMPLES].tolist()
            ]


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
    codes = np.append(code([str(word or "") for word in column.dictionary.to_pylist()]), -1)
    places = column.indices.fill_null(len(codes) - 1) if column.null_count else column.indices
    return codes.take(places.to_numpy(zero_copy_only=False))


def _kinds(column: pa.Array) -> tuple[Any, list[str | None]]:
    """For each row its place among the metrics, and these."""
    if pa.types.is_dictionary(column.type):
        words = [str(word or "").strip().lower() for word in column.dictionary.to_pylist()]
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
