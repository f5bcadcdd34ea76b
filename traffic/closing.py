"""What the current statements say of one day, by placement: read, matched, summed. Pure reads."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from portal.statements import queries as statements
from portal.statements import snapshots
from portal.statements.facts import rows_of as rows_of_statement
from portal.statements.models import Metric, Source, Statement
from traffic.enums import Fate
from traffic.models import (
    ExternalId,
)

Ints = NDArray[np.int64]
# What is summed of every id, in the order of `Counts`.
METRICS = {"rows": 0, str(Metric.IMPRESSIONS): 1, str(Metric.PLAYS): 2}
# What stands beside a delivery and decides nothing.
CLICKS = len(METRICS)
TOLD = {**METRICS, "clicks": CLICKS}
# Where the counts stand that have no hour.
NO_HOUR = 24
ASKED_AT_ONCE = 5_000
LARGEST_SUM = 2.0**63
# What a close makes of its inputs; another number closes every day anew when it is asked for.
RULES = 3
FATES = tuple(Fate)


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


class Place(NamedTuple):
    """What a close needs of a placement."""

    pk: int
    first_day: date
    last_day: date
    source_id: int
    metric: str
    campaign_id: int
    county_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one placement was delivered: the day's count, and its 24 hours where all are known."""

    count: int
    hours: Ints
    has_hours: bool
    approximate: bool
    clicks: int | None = None

    def plus(self, other: Delivered) -> Delivered:
        """What two ids of a placement were delivered together."""
        return Delivered(
            self.count + other.count,
            self.hours + other.hours,
            self.has_hours and other.has_hours,
            self.approximate or other.approximate,
            _known(self.clicks, other.clicks),
        )

    @property
    def packed(self) -> bytes | None:
        """The hours as a row keeps them (`HOURS`)."""
        return self.hours.astype("<i8").tobytes() if self.has_hours else None


def _known(one: int | None, other: int | None) -> int | None:
    """The sum of what is known; nothing is known where neither is."""
    return other if one is None else one + (other or 0)


@dataclass
class Closing:
    """Everything closing a day writes."""

    delivered: dict[Place, Delivered] = field(default_factory=dict)
    fates: dict[tuple[Statement, Fate], Counts] = field(default_factory=dict)
    unmatched: dict[tuple[int, str], Counts] = field(default_factory=dict)
    # By placement and source that is compared only: what it says, and whether that is rounded.
    compared: dict[tuple[Place, int], tuple[int, bool]] = field(default_factory=dict)
    inputs: str = ""


@dataclass(frozen=True)
class Said:
    """What one statement says of the day: rows of its partials, as arrays of one length.

    ids: places in `values`; hours: 24 where the report has none.
    """

    statement: Statement
    values: list[str]
    ids: Ints
    hours: Ints
    metrics: NDArray[np.int8]
    counts: Ints
    approximate: NDArray[np.bool_]
    # Of a report of totals: what its source said before.
    earlier: snapshots.Earlier = field(default_factory=list)

    @classmethod
    def of(cls, statement: Statement, day: date) -> Said:
        """Read a statement's day."""
        return cls.of_rows(statement, day, rows_of_statement(statement, day))

    @classmethod
    def of_rows(cls, statement: Statement, day: date, rows: pa.Table) -> Said:
        """The same of rows that are read already, as `facts.rows_of` gives them."""
        ids, metrics = (rows[name].combine_chunks() for name in ("external_id", "metric"))
        names = [TOLD.get(name, -1) for name in metrics.dictionary.to_pylist()]
        # Places that no row of the day has any more are left out.
        codes = ids.indices.to_numpy()
        met = np.bincount(codes, minlength=len(ids.dictionary)) > 0
        present = np.flatnonzero(met)
        return cls(
            statement=statement,
            values=ids.dictionary.take(pa.array(present)).to_pylist(),
            ids=(np.cumsum(met) - 1).take(codes),
            hours=rows["hour"].fill_null(NO_HOUR).to_numpy().astype(np.int64),
            metrics=np.array([*names, -1], np.int8).take(metrics.indices.to_numpy()),
            counts=rows["count"].to_numpy(),
            approximate=rows["approximate"].to_numpy(),
            earlier=snapshots.earlier(statement, day) if statement.source.is_cumulative else [],
        )


def read_day(day: date) -> Closing:
    """Return what the current statements say of `day`, matched to placements.

    Call it under the day's lock, so that nothing it reads is older than what was wanted.
    """
    closing = Closing()
    said = [Said.of(row, day) for row in statements.current(day)]
    known = placements(said)
    for each in said:
        sort_in(closing, day, each, known)
    closing.inputs = _digest(day, said, known)
    return closing


def counts_by_day(table: pa.Table) -> dict[date | None, Counts]:
    """Rows and counts of a partial by day, None where a row has no day."""
    found: dict[date | None, Counts] = defaultdict(Counts)
    grouped = table.group_by(["day", "metric"]).aggregate([("count", "sum")])
    for row in grouped.to_pylist():
        found[row["day"]].add(counts_of(row["metric"], row["count_sum"]))
    return found


def placements(said: list[Said]) -> dict[tuple[str, str, str], Place]:
    """The placement of every id that is said, by platform, kind and id."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in said:
        wanted[each.statement.source.platform, each.statement.source.id_kind].update(each.values)
    fields = [f"placement__{name}" for name in ("pk", *Place._fields[1:])]
    found = {}
    for (platform, kind), values in wanted.items():
        ordered = sorted(values)
        for start in range(0, len(ordered), ASKED_AT_ONCE):
            rows = ExternalId.objects.filter(
                platform=platform, kind=kind, value__in=ordered[start : start + ASKED_AT_ONCE]
            )
            for value, *place in rows.order_by("pk").values_list("value", *fields):
                found[platform, kind, value] = Place(*place)
    return found


def sort_in(
    closing: Closing, day: date, said: Said, known: dict[tuple[str, str, str], Place]
) -> None:
    """Give every row of one statement the fate of its id, and count what counts."""
    source = said.statement.source
    places = [known.get((source.platform, source.id_kind, value)) for value in said.values]
    fates = np.array([FATES.index(_fate(place, source, day)) for place in places], np.int8)
    sums = _sums_by_id(said)
    if source.is_cumulative:
        said, sums, fates = _risen(closing, day, said, sums, fates)
    for number in np.unique(fates).tolist():
        counts = Counts(*sums[fates == number].sum(axis=0).tolist())
        closing.fates.setdefault((said.statement, FATES[number]), Counts()).add(counts)
    for number in np.flatnonzero(fates == FATES.index(Fate.UNMATCHED)).tolist():
        key = source.pk, said.values[number]
        closing.unmatched.setdefault(key, Counts()).add(Counts(*sums[number].tolist()))
    chosen = np.full(len(places), -1, np.int8)
    for number in np.flatnonzero(fates == FATES.index(Fate.COUNTED)).tolist():
        chosen[number] = METRICS[places[number].metric]  # type: ignore[union-attr]
    _deliver(closing, said, places, chosen)
    _compare(closing, day, said, places, np.flatnonzero(fates == FATES.index(Fate.COMPARED)))


def _compare(closing: Closing, day: date, said: Said, places: list[Any], which: Ints) -> None:
    """Keep what a report says of placements that another one counts, on the days of their window.

    which: places of ids among `places`. In each placement's own metric.
    """
    if not len(which):
        # Most reports count: their rows, millions of them, are not looked through once more.
        return
    chosen = np.full(len(places), -1, np.int8)
    for number in which.tolist():
        if places[number].first_day <= day <= places[number].last_day:
            chosen[number] = METRICS[places[number].metric]
    own = (said.metrics >= 0) & (said.metrics == chosen[said.ids])
    sums = np.zeros(len(places), np.int64)
    np.add.at(sums, said.ids[own], said.counts[own])
    rounded = np.bincount(said.ids[own & said.approximate], minlength=len(places)) > 0
    source = said.statement.source_id
    for number in np.unique(said.ids[own]).tolist():
        key = places[number], source
        count, approximate = closing.compared.get(key, (0, False))
        count += int(sums[number])
        closing.compared[key] = count, approximate or bool(rounded[number])


def _risen(
    closing: Closing, day: date, said: Said, sums: Ints, fates: NDArray[np.int8]
) -> tuple[Said, Ints, NDArray[np.int8]]:
    """Take from a report of totals what was reached before; what is left is the day's.

    What was reached before has a fate of its own; so has an id whose total fell, which is not
    counted at all. Hours of a total mean nothing.
    """
    # How often a total was clicked is nobody's day.
    told = (said.metrics > 0) & (said.metrics != CLICKS)
    places = said.ids[told], said.metrics[told] - 1
    gives = np.zeros((len(said.values), len(snapshots.METRICS)), np.bool_)
    gives[places] = True
    found = snapshots.rises(said.earlier, day, said.values, sums[:, 1:], gives)
    fates = np.where(found.fell, FATES.index(Fate.FELL), fates).astype(np.int8)
    if found.opens:
        fates = np.full(len(fates), FATES.index(Fate.BEFORE), np.int8)
    whole = found.fell | found.opens
    own = np.column_stack([sums[:, 0], np.where(whole[:, None], sums[:, 1:], found.rise)])
    reached = Counts(*(sums - own).sum(axis=0).tolist())
    if reached.impressions or reached.plays:
        closing.fates.setdefault((said.statement, Fate.BEFORE), Counts()).add(reached)
    ids, metrics = np.nonzero(gives & ~whole[:, None])
    rounded = np.bincount(said.ids[said.approximate], minlength=len(said.values)) > 0
    risen = replace(
        said,
        ids=ids,
        hours=np.full(len(ids), NO_HOUR, np.int64),
        metrics=(metrics + 1).astype(np.int8),
        counts=found.rise[ids, metrics],
        approximate=(found.approximate | rounded)[ids],
    )
    return risen, own, fates


def _sums_by_id(said: Said) -> Ints:
    """Rows, impressions and plays of each id."""
    found = np.zeros((len(said.values), len(METRICS)), np.int64)
    _fits(said.counts[said.metrics >= 0])
    told = (said.metrics >= 0) & (said.metrics != CLICKS)
    np.add.at(found, (said.ids[told], said.metrics[told]), said.counts[told])
    return found


def _deliver(closing: Closing, said: Said, places: list[Any], chosen: NDArray[np.int8]) -> None:
    """Count the rows whose metric is the one that `chosen` says for their id."""
    counted = (said.metrics >= 0) & (said.metrics == chosen[said.ids])
    ids, hours = said.ids[counted], said.hours[counted]
    by_hour = np.zeros((len(places), NO_HOUR + 1), np.int64)
    np.add.at(by_hour, (ids, hours), said.counts[counted])
    has_hours = np.bincount(ids[hours == NO_HOUR], minlength=len(places)) == 0
    approximate = np.bincount(ids[said.approximate[counted]], minlength=len(places)) > 0
    clicked = said.metrics == CLICKS
    clicks = np.zeros(len(places), np.int64)
    np.add.at(clicks, said.ids[clicked], said.counts[clicked])
    has_clicks = np.bincount(said.ids[clicked], minlength=len(places)) > 0
    numbers = np.flatnonzero(np.bincount(ids, minlength=len(places)))
    columns = (by_hour.sum(axis=1), has_hours, approximate, clicks, has_clicks)
    marks = zip(*(each[numbers].tolist() for each in columns), strict=True)
    for number, (count, whole, rounded, n, says) in zip(numbers.tolist(), marks, strict=True):
        own = Delivered(count, by_hour[number, :NO_HOUR], whole, rounded, n if says else None)
        before = closing.delivered.get(places[number])
        closing.delivered[places[number]] = before.plus(own) if before else own


def _fits(counts: Ints) -> None:
    """Raise: OverflowError when a sum of the counts could pass 64 bits, which arrays would hide."""
    if counts.sum(dtype=np.float64) >= LARGEST_SUM:
        raise OverflowError("The day's figures are too large to be added up.")


def _fate(placement: Place | None, source: Source, day: date) -> Fate:
    if source.tells_sales:
        return Fate.SALES
    if placement is None:
        return Fate.UNMATCHED
    if placement.source_id != source.pk:
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


def _digest(
    day: date,
    said: list[Said],
    known: dict[tuple[str, str, str], Place],
) -> str:
    """A digest of everything the day's figures are made of."""
    digest = hashlib.sha256(f"{RULES}:{day.isoformat()}".encode())
    for each in said:
        files = [part.sha256 for part in each.statement.counting_parts]
        digest.update(f"|{each.statement.pk}:{sorted(files)}".encode())
        for row, day_before in each.earlier:
            files = [part.sha256 for part in row.counting_parts]
            digest.update(f"|{day_before}:{row.pk}:{sorted(files)}".encode())
    digest.update(repr([(*key, *known[key]) for key in sorted(known)]).encode())
    return digest.hexdigest()
