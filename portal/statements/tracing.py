"""From a figure down to file and row. Pure reads.

A partial keeps no row numbers: they are found by looking through the raw file again, while somebody
waits, as long as it is not too large for that.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.core.cache import cache
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.statements import events, facts, raw
from portal.statements.events.rows import first_rows
from portal.statements.memory import bounded
from portal.statements.models import Part, Statement
from portal.statements.reading import Limits, Unreadable
from portal.statements.reading.rows import rows_of

# A file never changes, so neither do its rows; so long they are kept, while somebody leafs.
KEPT_SECONDS = 600
# What says that a file is not to be had as it came.
LOST = (OSError, Unreadable, raw.Damaged)


class Shown(TextChoices):
    """How many of the rows of a file are shown."""

    ALL = "all", _("Every row")
    FIRST = "first", _("The first rows; there are too many to show each. The file has them all")
    NONE = (
        "none",
        _("The file is too large for its rows to be looked up while you wait. The file has them"),
    )
    LOST = "lost", _("The file cannot be opened now; its figures stand as they were read")


@dataclass(frozen=True)
class TracedRow:
    """One row of a file: its number there, its cells as they came, and what it says.

    `count` and `approximate` are of the metric asked for; 1 for a single event.
    """

    part: Part
    row: int
    cells: list[str]
    external_id: str
    day: date
    hour: int | None
    count: int
    approximate: bool


@dataclass(frozen=True)
class TracedFile:
    """What one file says of some ids on some days.

    `count`: the metric's sum, `rows`: how many rows say anything of them, both from the partial.
    `by_hour`: (hour or None, metric) → count.
    """

    part: Part
    count: int
    rows_said: int
    by_hour: Mapping[tuple[int | None, str], int]
    shown: Shown
    is_events: bool = False
    headings: list[str] = field(default_factory=list)
    rows: list[TracedRow] = field(default_factory=list)


def trace(
    statement: Statement, ids: Collection[str], days: Collection[date], metric: str
) -> Iterator[TracedFile]:
    """What each counting file of a statement says of `metric` for these ids on these days.

    Files that say nothing of them are left out.
    """
    for part in statement.counting_parts:
        try:
            cells = _cells(part, statement, ids, days)
        except LOST:
            # Neither what was read of it nor the file itself is there.
            yield TracedFile(part, count=0, rows_said=0, by_hour={}, shown=Shown.LOST)
            continue
        if cells.num_rows:
            yield _traced(part, statement, cells, ids, days, metric)


def _cells(
    part: Part, statement: Statement, ids: Collection[str], days: Collection[date]
) -> pa.Table:
    table = facts.table_of(part, statement)
    told = pc.is_in(
        table["external_id"].cast(pa.string()), value_set=pa.array(sorted(ids), pa.string())
    )
    on_days = pc.is_in(table["day"], value_set=pa.array(sorted(days), pa.date32()))
    return table.filter(pc.and_(told, on_days))


def _traced(
    part: Part,
    statement: Statement,
    cells: pa.Table,
    ids: Collection[str],
    days: Collection[date],
    metric: str,
) -> TracedFile:
    by_hour: Counter[tuple[int | None, str]] = Counter()
    for cell in cells.to_pylist():
        by_hour[cell["hour"], cell["metric"]] += cell["count"]
    sums = {
        name: sum(count for (_hour, own), count in by_hour.items() if own == name)
        for name in (metric, "rows")
    }
    said: dict[str, Any] = {
        "part": part,
        "count": sums[metric],
        "rows_said": sums["rows"],
        "by_hour": by_hour,
    }
    try:
        if (found := _event_rows(part, said, ids, days, metric)) is not None:
            return found
        if part.size > settings.STATEMENT_TRACED_BYTES:
            return TracedFile(**said, shown=Shown.NONE)
        return _file_rows(part, statement, said, ids, days, metric)
    except LOST:
        return TracedFile(**said, shown=Shown.LOST)


def _event_rows(
    part: Part, said: dict[str, Any], ids: Collection[str], days: Collection[date], metric: str
) -> TracedFile | None:
    """The first rows of a file of events; None for any other file."""
    with raw.raw_path(part.sha256).open() as file:
        head = bytes(file.read(events.HEAD))
    if not events.are_in(head):
        return None
    try:
        with bounded(settings.STATEMENT_MEMORY_BYTES, name=part.name):
            found = first_rows(
                raw.raw_path(part.sha256),
                name=part.name,
                ids=ids,
                days=days,
                metric=metric,
                look_at=settings.STATEMENT_SHOWN_EVENTS,
            )
    except events.NoEvents:
        # Parquet may hold a report as well.
        return None
    rows = [
        TracedRow(
            part,
            each.row,
            [each.at.isoformat(sep=" "), each.external_id, each.metric],
            each.external_id,
            each.at.date(),
            each.at.hour,
            each.count,
            approximate=False,
        )
        for each in found.rows
    ]
    shown = Shown.ALL if found.whole else Shown.FIRST
    headings = ["event_time", "content_id", "kind"]
    return TracedFile(**said, is_events=True, shown=shown, headings=headings, rows=rows)


def _file_rows(
    part: Part,
    statement: Statement,
    said: dict[str, Any],
    ids: Collection[str],
    days: Collection[date],
    metric: str,
) -> TracedFile:
    one_day = statement.first_day == statement.last_day
    key = _key(part, statement, ids, days)
    if (found := cache.get(key)) is None:
        found = rows_of(
            raw.raw_path(part.sha256).read_bytes(),
            name=part.name,
            id_column=statement.source.id_kind,
            mapping=part.mapping,
            ids=ids,
            # Of a report about one day, rows without a day speak of it; see `facts.dated`.
            days={*days, None} if one_day else days,
            has_hour=part.has_hour,
            limits=Limits(file_bytes=settings.STATEMENT_MAX_BYTES),
        )
        cache.set(key, found, KEPT_SECONDS)
    rows = []
    for each in found.rows:
        if metric in each.fact.counts:
            count, approximate = each.fact.counts[metric]
            day, hour = each.fact.day or statement.first_day, each.fact.hour
            own = (each.fact.external_id, day, hour, count, approximate)
            rows.append(TracedRow(part, each.row, each.cells, *own))
    shown = Shown.ALL if found.whole else Shown.FIRST
    return TracedFile(**said, shown=shown, headings=found.headings, rows=rows)


def _key(part: Part, statement: Statement, ids: Collection[str], days: Collection[date]) -> str:
    how = (part.sha256, statement.source.id_kind, part.mapping, sorted(ids), sorted(days))
    period = (statement.first_day, statement.last_day)
    return f"traced-{hashlib.sha256(repr((how, period)).encode()).hexdigest()}"
