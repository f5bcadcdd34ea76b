"""Files of events, in batches: Parquet by its row groups, text a piece at a time.

Columns: event_time (a timestamp; without a zone it is Asia/Shanghai's), content_id (whole number or
text), kind (a word or a number of `KINDS`). Others are left alone. Parquet that has day, hour and
count instead of the time holds sums of events, as a warehouse makes them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal.statements.events.batches import AHEAD, HOUR, SAMPLES, Batch, Rejected, batch_of
from portal.statements.events.ids import Ids, Ints
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.figures import LARGEST
from portal.statements.reading.partial import too_large
from portal.stores import Stored, has_failed

Source = Path | bytes | Stored


class NoEvents(Unreadable):
    """The file has at most one of the columns that every file of events has."""


# So much of its beginning says what a file is.
HEAD = 1 << 12
COLUMNS = ("event_time", "content_id", "kind")
SUMS = ("day", "hour", "content_id", "kind", "count")
WORDS = (pa.types.is_string, pa.types.is_large_string)
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}
MOMENT = (
    r"^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?$"
)
ZONED = r"(Z|[+-]\d\d(:?\d\d)?)$"
ROWS = 1 << 20
CSV_BYTES = 1 << 24


def are_in(head: bytes) -> bool:
    """Whether a file that begins so is one of events: Parquet, packed text, or text that names the
    columns first. What is packed is nothing else that the portal reads."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].decode("latin-1").lower()
    words = {word.strip().strip('"') for word in first.split(",")}
    return head[:4] == b"PAR1" or head[:2] in PACKED or words >= set(COLUMNS)


def opened(source: Source, name: str) -> Events:
    """Open a file, or the bytes of one, by what it is; `name` stands in messages only.

    Raises: Unreadable.
    """
    with _readable(source) as file:
        head = file.read(4)
    if head != b"PAR1":
        return TextEvents(source, name)
    with _whole(name), pq.ParquetFile(_readable(source)) as file:
        names = {own.strip().lower() for own in file.schema_arrow.names}
    holds_sums = "event_time" not in names and names >= {"day", "count"}
    return ParquetSums(source, name) if holds_sums else ParquetEvents(source, name)


class ParquetEvents:
    """Row groups go to readers in turn; each reader opens the file for itself.

    `others`: the names of columns that are left alone. `when`: which column says the time.
    """

    columns: tuple[str, ...] = COLUMNS
    when: ClassVar = {"date": "event_time"}

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name
        with _whole(name), pq.ParquetFile(_readable(source)) as file:
            groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
            schema = file.schema_arrow
        self._names, self.others = named(schema.names, name, self.columns)
        _check_types(schema, self._names, name)
        self._words = [
            self._names[column]
            for column in ("content_id", "kind")
            if not pa.types.is_integer(schema.field(self._names[column]).type)
        ]
        # Number of the first row of each group, from 1.
        self._first = np.cumsum([1, *groups]).tolist()
        self._groups = [number for number, rows in enumerate(groups) if rows]

    def line(self, row: int) -> int:
        """The number under which a row of a batch is found: rows are counted from 1."""
        return row

    def shares(self, number: int, ids: Ids) -> list[Iterator[Batch]]:
        """Every batch once, in `number` iterators or fewer, for as many readers at once."""
        return [self._share(self._groups[own::number], ids) for own in range(number)]

    def _share(self, groups: list[int], ids: Ids) -> Iterator[Batch]:
        tables = self._tables(groups)
        for first, table in _ahead(tables) if _is_far(self._source) else tables:
            with _whole(self._name):
                columns = [_chunk(table[self._names[name]]) for name in self.columns]
            yield self._batch(ids, first, columns)

    def _batch(self, ids: Ids, first: int, columns: list[pa.Array]) -> Batch:
        return batch_of(ids, first, *columns)

    def _tables(self, groups: list[int]) -> Iterator[tuple[int, Any]]:
        """The number of the first row and the rows: a row group as a whole where it is small, else
        piece by piece."""
        names = list(self._names.values())
        with (
            _whole(self._name),
            pq.ParquetFile(
                _readable(self._source),
                read_dictionary=self._words,
                # A row group's columns lie together: one question to a store, not three.
                pre_buffer=_is_far(self._source),
            ) as file,
        ):
            for group in groups:
                first = self._first[group]
                if file.metadata.row_group(group).num_rows <= 2 * ROWS:
                    yield first, file.read_row_group(group, columns=names, use_threads=False)
                    continue
                for table in file.iter_batches(
                    ROWS, row_groups=[group], columns=names, use_threads=False
                ):
                    yield first, table
                    first += len(table)


class ParquetSums(ParquetEvents):
    """Events that somebody else has counted: content_id × day × hour × kind → count.

    A row stands for as many events as it counts. Raises: Unreadable when they are too many.
    """

    columns = SUMS
    when: ClassVar = {"date": "day", "hour": "hour"}

    def __init__(self, source: Source, name: str) -> None:
        super().__init__(source, name)
        self._said, self._lock = 0, threading.Lock()

    def _batch(self, ids: Ids, first: int, columns: list[pa.Array]) -> Batch:
        day, hour, what, kind, count = columns
        counts = _counts(count)
        # In two halves: what would not fit must not pass for something that does.
        whole = counts[counts > 0]
        said = (int((whole >> 32).sum()) << 32) + int((whole & 0xFFFFFFFF).sum())
        with self._lock:
            self._said += said
            if self._said > LARGEST:
                raise too_large()
        time = _moment(day, hour)
        return batch_of(ids, first, time, what, kind, said=tuple(columns), counts=counts)


def _counts(column: pa.Array) -> Ints:
    """Whole numbers, -1 where there is none that fits."""
    if pa.types.is_uint64(column.type):
        column = pc.if_else(pc.less_equal(column, pa.scalar(LARGEST, pa.uint64())), column, None)
    found: Ints = column.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    return found


def _moment(day: pa.Array, hour: pa.Array) -> pa.Array:
    """Where an hour of a day begins, null where one of them is none."""
    hour = hour.cast(pa.int64(), safe=False)
    of_a_day = pc.and_(pc.greater_equal(hour, 0), pc.less(hour, 24))
    days = day.cast(pa.date32()).view(pa.int32()).cast(pa.int64())
    seconds = pc.add(
        pc.multiply(days, 24 * 3600), pc.multiply(pc.if_else(of_a_day, hour, None), 3600)
    )
    return seconds.view(pa.timestamp("s"))


def _ahead(tables: Iterator[Any]) -> Iterator[Any]:
    """The same, each fetched while the one before it is counted."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, tables, None)
        while (table := coming.result()) is not None:
            coming = reader.submit(next, tables, None)
            yield table


def _chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece. Raises: ArrowInvalid when it names words that are not there."""
    if isinstance(column, pa.ChunkedArray):
        if pa.types.is_dictionary(column.type):
            column = column.unify_dictionaries()
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        # Arrow hands on what a damaged file says.
        last = pc.max(column.indices).as_py()
        if last is not None and last >= len(column.dictionary):
            raise pa.ArrowInvalid
    return column


class TextEvents:
    """Comma separated text in UTF-8, plain or packed by gzip or zstd; one reader reads it.

    `others` and `when` as above.
    """

    when: ClassVar = {"date": "event_time"}

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name
        self._broken: list[Rejected] = []
        with _whole(name), self._reader([]) as reader:
            names = reader.schema.names
        self._names, self.others = named(names, name, COLUMNS)
        # What was read of the rows so far is read again.
        self._broken = []
        self._lines = np.empty(0, np.int64)

    def _reader(self, columns: list[str]) -> Any:
        file = _readable(self._source)
        packed = PACKED.get(file.read(2))
        file.seek(0)
        return pcsv.open_csv(
            pa.CompressedInputStream(file, packed) if packed else file,
            read_options=pcsv.ReadOptions(block_size=CSV_BYTES, use_threads=False),
            parse_options=pcsv.ParseOptions(invalid_row_handler=self._skip),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True
            ),
        )

    def _skip(self, row: pcsv.InvalidRow) -> str:
        self._broken.append(Rejected(row.number, "columns", [row.text[:300]]))
        return "skip"

    def line(self, row: int) -> int:
        """The line of the file that a row of the batches so far stands on: below its heading, and
        each broken one moves those behind it."""
        gaps = self._lines - np.arange(len(self._lines))
        return row + 1 + int(np.searchsorted(gaps, row + 1, "right"))

    def shares(self, number: int, ids: Ids) -> list[Iterator[Batch]]:
        """All batches in one iterator: text is read from its beginning."""
        return [self._share(ids)]

    def _share(self, ids: Ids) -> Iterator[Batch]:
        first, names = 1, list(self._names.values())
        with _whole(self._name), self._reader(names) as reader:
            for table in reader:
                said, what, kind = (table.column(name) for name in names)
                columns = _moments(said), what.dictionary_encode(), kind.dictionary_encode()
                batch = batch_of(ids, first, *columns, said=(said, what, kind))
                first += len(said)
                yield self._with_broken(batch)

    def _with_broken(self, batch: Batch) -> Batch:
        """Add the rows that had too few or too many cells; nobody knows which cell is which."""
        broken, self._broken = self._broken, []
        batch.rows += len(broken)
        batch.rejected["columns"] += len(broken)
        self._lines = np.append(self._lines, [each.row for each in broken])
        own = [replace(each, row=self.line(each.row)) for each in batch.samples]
        batch.samples = own + broken[:SAMPLES]
        return batch


Events = ParquetEvents | TextEvents


def _readable(source: Source) -> pa.NativeFile:
    if isinstance(source, Stored):
        return source.open()
    return pa.BufferReader(source) if isinstance(source, bytes) else pa.OSFile(str(source))


def _is_far(source: Source) -> bool:
    """Whether each read is a question to another machine."""
    return isinstance(source, Stored) and source.local is None


def named(
    names: list[str], file: str, columns: tuple[str, ...]
) -> tuple[dict[str, str], list[str]]:
    """The file's own name of each column, and its other columns.

    Raises: Unreadable when one is not there, or twice; NoEvents when nearly all are not there.
    """
    found = {name: [own for own in names if own.strip().lower() == name] for name in columns}
    for name, own in found.items():
        if len(own) != 1:
            kind = Unreadable if sum(map(bool, found.values())) > 1 else NoEvents
            raise kind(
                "headings",
                _("“%(file)s”: a file of events has one column “%(column)s”.")
                % {"file": file, "column": name},
            )
    own = {name: only for name, (only,) in found.items()}
    return own, [name for name in names if name not in own.values()]


def _check_types(schema: pa.Schema, names: dict[str, str], file: str) -> None:
    fit = {
        "event_time": (pa.types.is_timestamp,),
        "content_id": (pa.types.is_integer, *WORDS),
        "kind": (pa.types.is_integer, *WORDS),
        "day": (pa.types.is_date,),
        "hour": (pa.types.is_integer,),
        "count": (pa.types.is_integer,),
    }
    for name, column in names.items():
        own = schema.field(column).type
        if pa.types.is_dictionary(own):
            own = own.value_type
        if not any(test(own) for test in fit[name]):
            raise Unreadable(
                "types",
                _("“%(file)s”: the column “%(column)s” cannot hold %(type)s.")
                % {"file": file, "column": name, "type": own},
            )


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Say of a file that cannot be read to its end what is wrong and what to do; what the disk or
    the store did is no fault of the file."""
    try:
        yield
    except MemoryError as error:
        raise asks_too_much(name) from error
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if has_failed(error):
            raise
        raise Unreadable(
            "damaged",
            _("“%(file)s” is damaged or not complete: export it again.") % {"file": name},
        ) from error


def asks_too_much(name: str) -> Unreadable:
    """The refusal of a file that takes more memory than any report needs."""
    return Unreadable(
        "memory",
        _(
            "“%(file)s” asks for far more memory than a report needs: it is damaged, or its pages "
            "are too large. Export it again, in smaller pieces."
        )
        % {"file": name},
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
