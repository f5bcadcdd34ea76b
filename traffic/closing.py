"""What the current statements say of one day, by placement: read, matched, summed. Pure reads."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from django.db.models import Model

from portal.statements import queries as statements
from portal.statements.facts import Cell, cells_of
from portal.statements.models import Metric, Statement
from traffic.enums import Fate
from traffic.models import (
    HOURS,
    DayFate,
    DaySum,
    ExternalId,
    Placement,
    PlacementDay,
    UnmatchedDay,
)


@dataclass
class Counts:
    """Rows and metric counts of one group of data rows."""

    rows: int = 0
    impressions: int = 0
    plays: int = 0

    def add(self, other: Counts) -> None:
        """Add another group's counts to this one's."""
        self.rows += other.rows
        self.impressions += other.impressions
        self.plays += other.plays


@dataclass
class Delivered:
    """What one placement was delivered: the day's count and its hours where they are known."""

    count: int = 0
    hours: list[int] = field(default_factory=lambda: [0] * 24)
    has_hours: bool = True
    approximate: bool = False

    def add(self, hour: int | None, count: int, approximate: bool) -> None:
        """Add the count of one hour, or of the day when the report has no hours."""
        self.count += count
        self.approximate |= approximate
        if hour is None:
            self.has_hours = False
        else:
            self.hours[hour] += count


@dataclass
class Closing:
    """Everything closing a day writes."""

    delivered: dict[Placement, Delivered] = field(default_factory=dict)
    fates: dict[tuple[Statement, Fate], Counts] = field(default_factory=dict)
    unmatched: dict[tuple[int, str], Counts] = field(default_factory=dict)
    inputs: str = ""


def read_day(day: date) -> Closing:
    """Return what the current statements say of `day`, matched to placements.

    Call it under the day's lock, so that nothing it reads is older than what was wanted.
    """
    closing = Closing()
    said = [(row, list(cells_of(row, day))) for row in statements.current(day)]
    known = _placements(said)
    for statement, cells in said:
        _sort_in(closing, day, statement, cells, known)
    closing.inputs = _digest(day, said, known)
    return closing


def counts_by_day(table: pa.Table) -> dict[date | None, Counts]:
    """Rows and counts of a partial by day, None where a row has no day."""
    found: dict[date | None, Counts] = defaultdict(Counts)
    grouped = table.group_by(["day", "metric"]).aggregate([("count", "sum")])
    for row in grouped.to_pylist():
        found[row["day"]].add(counts_of(row["metric"], row["count_sum"]))
    return found


def _placements(
    said: list[tuple[Statement, list[Cell]]],
) -> dict[tuple[str, str, str], Placement]:
    """The placement of every id that is said, by platform, kind and id."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for statement, cells in said:
        source = statement.source
        wanted[source.platform, source.id_kind] |= {cell.external_id for cell in cells}
    found = {}
    for (platform, kind), values in wanted.items():
        ordered = sorted(values)
        for start in range(0, len(ordered), 500):
            rows = ExternalId.objects.filter(
                platform=platform, kind=kind, value__in=ordered[start : start + 500]
            ).select_related("placement")
            found |= {(platform, kind, row.value): row.placement for row in rows}
    return found


def _sort_in(
    closing: Closing,
    day: date,
    statement: Statement,
    cells: list[Cell],
    known: dict[tuple[str, str, str], Placement],
) -> None:
    """Give every cell of one statement its fate, and count what counts."""
    source = statement.source
    for cell in cells:
        placement = known.get((source.platform, source.id_kind, cell.external_id))
        fate = Fate.SALES if source.tells_sales else _fate(placement, source.pk, day)
        counts = counts_of(cell.metric, cell.count)
        closing.fates.setdefault((statement, fate), Counts()).add(counts)
        if fate == Fate.UNMATCHED:
            closing.unmatched.setdefault((source.pk, cell.external_id), Counts()).add(counts)
        elif fate == Fate.COUNTED and placement is not None and cell.metric == placement.metric:
            closing.delivered.setdefault(placement, Delivered()).add(
                cell.hour, cell.count, cell.approximate
            )


def _fate(placement: Placement | None, source: int, day: date) -> Fate:
    if placement is None:
        return Fate.UNMATCHED
    if placement.source_id != source:
        return Fate.COMPARED
    if not placement.first_day <= day <= placement.last_day:
        return Fate.OUTSIDE
    return Fate.COUNTED


def counts_of(metric: str, count: int) -> Counts:
    """One metric's count in its place."""
    return Counts(
        rows=count if metric == "rows" else 0,
        impressions=count if metric == Metric.IMPRESSIONS else 0,
        plays=count if metric == Metric.PLAYS else 0,
    )


def rows_of(day: date, closing: Closing) -> dict[type[Model], list[Model]]:
    """The rows that stand of a day once it is closed so, by table."""
    return {
        PlacementDay: [
            PlacementDay(
                placement=placement,
                date=day,
                count=row.count,
                hours=HOURS.pack(*row.hours) if row.has_hours else None,
                approximate=row.approximate,
            )
            for placement, row in sorted(closing.delivered.items(), key=lambda pair: pair[0].pk)
        ],
        DaySum: list(_sums(day, closing)),
        DayFate: [
            DayFate(date=day, statement=statement, fate=fate, **vars(counts))
            for (statement, fate), counts in closing.fates.items()
        ],
        UnmatchedDay: [
            UnmatchedDay(date=day, source_id=source, external_id=value, **vars(counts))
            for (source, value), counts in sorted(closing.unmatched.items())
        ],
    }


def _sums(day: date, closing: Closing) -> Iterable[DaySum]:
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    for placement, row in closing.delivered.items():
        sums[placement.campaign_id, placement.county_id, placement.channel] += row.count
    for (campaign, county, channel), count in sorted(sums.items()):
        yield DaySum(date=day, campaign_id=campaign, county_id=county, channel=channel, count=count)


def _digest(
    day: date,
    said: list[tuple[Statement, list[Cell]]],
    known: dict[tuple[str, str, str], Placement],
) -> str:
    """A digest of everything the day's figures are made of."""
    digest = hashlib.sha256(day.isoformat().encode())
    for statement, _cells in said:
        files = [part.sha256 for part in statement.counting_parts]
        digest.update(f"|{statement.pk}:{sorted(files)}".encode())
    for key in sorted(known):
        row = known[key]
        digest.update(
            f"|{key}:{row.pk}:{row.first_day}:{row.last_day}:{row.source_id}:{row.metric}".encode()
        )
    return digest.hexdigest()
