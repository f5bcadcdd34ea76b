"""Files of events, in batches: Parquet by its row groups, text a piece at a time.

Columns: event_time (a timestamp; without a zone it is Asia/Shanghai's), content_id (whole number or
text), kind (a word or a number of `KINDS`). Others are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal.statements.events.batches import AHEAD, HOUR, SAMPLES, Batch, Rejected, batch_of
from portal.statements.events.ids import Ids
from portal.statements.reading.errors import Unreadable

Source = Path | bytes


class NoEvents(Unreadable):
    """The file has at most one of the columns that every file of events has."""


# So much of its beginning says what a file is.
HEAD = 1 << 12
COLUMNS = ("event_time", "content_id", "kind")
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
    if isinstance(source, bytes):
        head = source[:4]
    else:
        with source.open("rb") as file:
            head = file.read(4)
    return ParquetEvents(source, name) if head == b"PAR1" else TextEvents(source, name)


class ParquetEvents:
    """Row groups go to readers in turn; each reader opens the file for itself.

    `others`: the names of columns that are left alone.
    """

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name
        with _whole(name), pq.ParquetFile(_readable(source)) as file:
            groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
            schema = file.schema_arrow
        self._names, self.others = named(schema.names, name)
        _check_types(schema, self._names, name)
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
        with (
            _whole(self._name),
            pq.ParquetFile(_readable(self._source), read_dictionary=self._words) as file,
        ):
            for group in groups:
                first = self._first[group]
                for table in _tables(file, group, list(self._names.values())):
                    columns = [table[self._names[name]] for name in COLUMNS]
                    yield batch_of(ids, first, *(_chunk(column) for column in columns))
                    first += len(columns[0])


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


class TextEvents:
    """Comma separated text in UTF-8, plain or packed by gzip or zstd; one reader reads it.

    `others`: the names of columns that are left alone.
    """

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name
        self._broken: list[Rejected] = []
        with _whole(name), self._reader([]) as reader:
            names = reader.schema.names
        self._names, self.others = named(names, name)
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

    def shares(self, number: int, ids: Ids) -> list[Iterator[Batch]]:
        """All batches in one iterator: text is read from its beginning."""
        return [self._share(ids)]

    def _share(self, ids: Ids) -> Iterator[Batch]:
        first, names = 1, list(self._names.values())
        with _whole(self._name), self._reader(names) as reader:
            for table in reader:
                said, what, kind = (table.column(name) for name in names)
                columns = _moments(said), what.dictionary_encode(), kind.dictionary_encode()
                batch = batch_of(ids, first, *columns, said=said)
                first += len(said)
                yield self._with_broken(batch)

    def _with_broken(self, batch: Batch) -> Batch:
        """Add the rows that had too few or too many cells; nobody knows which cell is which."""
        broken, self._broken = self._broken, []
        batch.rows += len(broken)
        batch.rejected["columns"] += len(broken)
        # Lines of the file: below its heading, and each broken one moves those behind it.
        self._lines = np.append(self._lines, [each.row for each in broken])
        gaps = self._lines - np.arange(len(self._lines))
        batch.samples = [
            replace(each, row=each.row + 1 + int(np.searchsorted(gaps, each.row + 1, "right")))
            for each in batch.samples
        ] + broken[:SAMPLES]
        return batch


Events = ParquetEvents | TextEvents


def _readable(source: Source) -> Any:
    return pa.BufferReader(source) if isinstance(source, bytes) else pa.OSFile(str(source))


def named(names: list[str], file: str) -> tuple[dict[str, str], list[str]]:
    """The file's own name of each column, and its other columns.

    Raises: Unreadable when one is not there, or twice; NoEvents when nearly all are not there.
    """
    found = {name: [own for own in names if own.strip().lower() == name] for name in COLUMNS}
    for name, own in found.items():
        if len(own) != 1:
            kind = Unreadable if sum(map(bool, found.values())) > 1 else NoEvents
            raise kind(
                "headings",
                _("“%(file)s”: a file of events has one column “%(column)s”.")
                % {"file": file, "column": name},
            )
    columns = {name: own for name, (own,) in found.items()}
    return columns, [name for name in names if name not in columns.values()]


def _check_types(schema: pa.Schema, names: dict[str, str], file: str) -> None:
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
                % {"file": file, "column": name, "type": own},
            )


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Say of a file that cannot be read to its end what is wrong and what to do."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(
            "damaged",
            _("“%(file)s” is damaged or not complete: export it again.") % {"file": name},
        ) from error


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
