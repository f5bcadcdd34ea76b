"""What a file says, summed: external id × day × hour × metric → count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal.statements.reading.errors import Unreadable
from portal.statements.reading.figures import LARGEST
from portal.statements.reading.parse import Fact
from portal.statements.reading.words import METRICS

ROWS = "rows"
NAMES = (ROWS, *METRICS)
NUMBERS = {name: number for number, name in enumerate(NAMES)}
# External id, day, hour.
Whose = tuple[str, date | None, int | None]
# Text that many rows have in common stands once.
WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("external_id", WORD, nullable=False),
        pa.field("day", pa.date32()),
        pa.field("hour", pa.int8()),
        pa.field("metric", WORD, nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("approximate", pa.bool_(), nullable=False),
    ]
)
# The same as it is added up; words in dictionaries cannot be sorted.
PLAIN = pa.schema(
    [field.with_type(pa.string()) if field.type == WORD else field for field in SCHEMA]
)
WHOSE = pa.schema([PLAIN.field(name) for name in ("external_id", "day", "hour")])
ORDER = [(name, "ascending", "at_start") for name in ("day", "hour", "metric", "external_id")]


@dataclass(frozen=True)
class Partial:
    """The table, sorted by day, hour (nulls first), metric and id; equal facts, equal bytes.

    The metric "rows" counts the file's rows of that id, day and hour; cost is in fen.
    """

    table: pa.Table

    @cached_property
    def _sums(self) -> dict[str, int]:
        """Each metric over the whole file; `add_up` has seen that they fit."""
        found = self.table.group_by("metric", use_threads=False).aggregate([("count", "sum")])
        return dict(zip(found["metric"].to_pylist(), found["count_sum"].to_pylist(), strict=True))

    def sum(self, metric: str) -> int:
        """The metric over the whole file."""
        return self._sums.get(metric, 0)

    @property
    def metrics(self) -> set[str]:
        """The metrics that the file says, "rows" among them."""
        return set(self._sums)

    def write(self, path: str | Path) -> None:
        """Write as Parquet; nobody asks for the smallest and largest of a column."""
        pq.write_table(
            self.table,
            path,
            compression="zstd",
            compression_level=1,
            write_statistics=False,
            row_group_size=1 << 20,
        )

    @classmethod
    def read(cls, file: str | Path | pa.NativeFile) -> Partial:
        """Read what `write` wrote."""
        return cls(pq.ParquetFile(file, pre_buffer=True).read().cast(SCHEMA).unify_dictionaries())


def add_up(facts: Iterable[Fact]) -> Partial:
    """Sum facts. Raises: Unreadable when a sum does not fit 64 bits."""
    places: dict[Whose, int] = {}
    sums: list[list[int | None]] = []
    rounded: set[tuple[int, int]] = set()
    for external_id, day, hour, counts in facts:
        place = places.setdefault((external_id, day, hour), len(sums))
        if place == len(sums):
            sums.append([0, *[None] * len(METRICS)])
        row = sums[place]
        row[0] = (row[0] or 0) + 1
        for metric, (count, approximate) in counts.items():
            number = NUMBERS[metric]
            row[number] = (row[number] or 0) + count
            if approximate:
                rounded.add((place, number))
    if any(sum(row[number] or 0 for row in sums) > LARGEST for number in NUMBERS.values()):
        raise too_large()
    columns = [list(each) for each in zip(*places, strict=True)] or [[], [], []]
    whose = pa.table(columns, schema=WHOSE)
    table = pa.concat_tables(
        _of_metric(number, whose, sums, rounded) for number in NUMBERS.values()
    )
    order = pc.sort_indices(table, sort_keys=ORDER)
    return Partial(table.take(order).combine_chunks().cast(SCHEMA))


def too_large() -> Unreadable:
    """What is wrong with a file whose sums do not fit 64 bits."""
    return Unreadable(
        "overflow",
        _("The figures of the file are too large to be added up. Check its units and columns."),
    )


def _of_metric(
    number: int, whose: pa.Table, sums: list[list[int | None]], rounded: set[tuple[int, int]]
) -> pa.Table:
    """The rows of one metric: where the file says it."""
    places = [place for place, row in enumerate(sums) if row[number] is not None]
    said: list[list[object]] = [
        [NAMES[number]] * len(places),
        [sums[place][number] for place in places],
        [(place, number) in rounded for place in places],
    ]
    columns = whose.take(pa.array(places, pa.int64())).columns
    return pa.table([*columns, *said], schema=PLAIN)
