"""What the current statements say of one day, by placement: read, matched, summed. Pure reads."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from portal.statements import queries as statements
from portal.statements import snapshots
from portal.statements.facts import rows_of as rows_of_statement
from portal.statements.models import Metric, Source, Statement
from traffic.enums import Fate
from traffic.models import ExternalId

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# What is summed of every id, in the order of `Counts`.
METRICS = {"rows": 0, str(Metric.IMPRESSIONS): 1, str(Metric.PLAYS): 2}
# What stands beside a delivery and decides nothing.
CLICKS = len(METRICS)
TOLD = {**METRICS, "clicks": CLICKS}
# Any other metric of a report.
UNTOLD = len(TOLD)
# Where the counts stand that have no hour.
NO_HOUR = 24
LARGEST_SUM = 2.0**63
# What a close makes of its inputs; another number closes every day anew when it is asked for.
RULES = 4
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


class Terms(NamedTuple):
    """What a close needs of a placement beside its number; many placements share it."""

    first_day: date
    last_day: date
    source_id: int
    metric: str
    campaign_id: int
    county_id: str
    channel: str

    def includes(self, day: date) -> bool:
        """Whether the day lies in the window."""
        return self.first_day <= day <= self.last_day


class Place(NamedTuple):
    """A placement."""

    pk: int
    terms: Terms


# By platform and kind of id: the placement of each id.
Known = dict[tuple[str, str], dict[str, Place]]


class Delivered(NamedTuple):
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
        return self.hours.astype("<i8", copy=False).tobytes() if self.has_hours else None


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

    ids: places in `values`; hours: 24 where the report has none; metrics: as in `TOLD`.
    """

    statement: Statement
    values: list[str]
    ids: NDArray[np.integer[Any]]
    hours: NDArray[np.int8]
    metrics: NDArray[np.int8]
    counts: Ints
    approximate: Bools
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
        names = [TOLD.get(name, UNTOLD) for name in metrics.dictionary.to_pylist()]
        # Places that no row of the day has any more are left out.
        codes = ids.indices.to_numpy()
        met = np.bincount(codes, minlength=len(ids.dictionary)) > 0
        present = np.flatnonzero(met)
        return cls(
            statement=statement,
            values=ids.dictionary.take(pa.array(present)).to_pylist(),
            ids=codes if met.all() else (np.cumsum(met) - 1).take(codes),
            hours=rows["hour"].fill_null(NO_HOUR).to_numpy(),
            metrics=np.array([*names, UNTOLD], np.int8).take(metrics.indices.to_numpy()),
            counts=rows["count"].to_numpy(),
            approximate=rows["approximate"].to_numpy(),
            earlier=snapshots.earlier(statement, day) if statement.source.is_cumulative else [],
        )

    @cached_property
    def sums(self) -> Sums:
        """The rows added up. Raises: OverflowError when a sum could pass 64 bits."""
        width, size = len(TOLD) + 1, len(self.values)
        layers = self.hours * np.int8(width) + self.metrics

        told, rows = (
            np.bincount(layers, weights, (NO_HOUR + 1) * width).reshape(-1, width)[:, :UNTOLD]
            for weights in (self.counts, None)
        )
        if told.sum() >= LARGEST_SUM:
            raise OverflowError("The day's figures are too large to be added up.")
        hours = np.flatnonzero(rows.any(axis=1))
        # Layer upon layer, as the rows of a partial lie; the last one is of what is not told.
        starts = np.full((NO_HOUR + 1, width), len(hours) * UNTOLD * size)
        starts[hours, :UNTOLD] = np.arange(len(hours) * UNTOLD).reshape(-1, UNTOLD) * size
        places = starts.ravel().take(layers) + self.ids
        counts, met = np.zeros(starts.max() + size, np.int64), np.zeros(starts.max() + size, bool)
        np.add.at(counts, places, self.counts)
        met[places] = True
        shape, end = (len(hours), UNTOLD, size), len(hours) * UNTOLD * size
        return Sums(hours, counts[:end].reshape(shape), met[:end].reshape(shape))

    def rounded(self, metrics: NDArray[np.int8] | None = None) -> Bools:
        """Which ids have a rounded figure, of any metric or of the one that is given for each."""
        rows = self.approximate
        if metrics is not None and rows.any():
            rows = rows & (self.metrics == metrics[self.ids])
        return np.bincount(self.ids[rows], minlength=len(self.values)) > 0


class Sums(NamedTuple):
    """Counts and whether there is any row, by hour, metric and id; `hours` that have rows."""

    hours: Ints
    counts: Ints
    met: Bools

    @property
    def by_id(self) -> Ints:
        """Rows, impressions and plays: one row for each id."""
        found: Ints = self.counts[:, : len(METRICS)].sum(axis=0).T
        return found


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


def placements(said: list[Said]) -> Known:
    """The placement of every id that is said; one query for each platform and kind of id."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in said:
        wanted[each.statement.source.platform, each.statement.source.id_kind].update(each.values)
    fields = [f"placement__{name}" for name in ("pk", *Terms._fields)]
    terms: dict[Terms, Terms] = {}
    found: Known = {}
    for (platform, kind), values in wanted.items():
        rows = ExternalId.objects.filter(platform=platform, kind=kind, value__among=values)
        found[platform, kind] = {
            value: Place(pk, terms.setdefault(own, own))
            for value, pk, *rest in rows.order_by("pk").values_list("value", *fields)
            for own in [Terms(*rest)]
        }
    return found


def sort_in(closing: Closing, day: date, said: Said, known: Known) -> None:
    """Give every row of one statement the fate of its id, and count what counts.

    Raises: OverflowError.
    """
    source = said.statement.source

    @cache
    def number(terms: Terms | None) -> int:
        return FATES.index(_fate(terms, source, day))

    of_value = known[source.platform, source.id_kind]
    places = [of_value.get(value) for value in said.values]
    fates = np.array([number(place and place.terms) for place in places], np.int8)
    sums = said.sums.by_id
    if source.is_cumulative:
        said, sums, fates = _risen(closing, day, said, sums, fates)
    for fate in np.unique(fates).tolist():
        counts = Counts(*sums[fates == fate].sum(axis=0).tolist())
        closing.fates.setdefault((said.statement, FATES[fate]), Counts()).add(counts)
    for place in np.flatnonzero(fates == FATES.index(Fate.UNMATCHED)).tolist():
        key = source.pk, said.values[place]
        closing.unmatched.setdefault(key, Counts()).add(Counts(*sums[place].tolist()))
    _deliver(closing, said, places, np.flatnonzero(fates == FATES.index(Fate.COUNTED)))
    _compare(closing, day, said, places, np.flatnonzero(fates == FATES.index(Fate.COMPARED)))


def _chosen(said: Said, places: list[Any], which: Ints) -> tuple[Ints, NDArray[np.int8]]:
    """Of ids those that say their placement's own metric, and that metric for each of all ids."""
    chosen = np.full(len(places), -1, np.int8)
    chosen[which] = [METRICS[places[number].terms.metric] for number in which.tolist()]
    return which[said.sums.met.any(axis=0)[chosen[which], which]], chosen


def _compare(closing: Closing, day: date, said: Said, places: list[Any], which: Ints) -> None:
    """Keep what a report says of placements that another one counts, on the days of their window.

    which: places of ids among `places`. In each placement's own metric.
    """
    window = [places[number].terms.includes(day) for number in which.tolist()]
    which, chosen = _chosen(said, places, which[np.array(window, bool)])
    if not len(which):
        return
    counts = said.sums.counts.sum(axis=0)[chosen[which], which]
    marks = zip(which.tolist(), counts.tolist(), said.rounded(chosen)[which].tolist(), strict=True)
    for number, own, rounded in marks:
        key = places[number], said.statement.source_id
        count, approximate = closing.compared.get(key, (0, False))
        closing.compared[key] = count + own, approximate or rounded


def _risen(
    closing: Closing, day: date, said: Said, sums: Ints, fates: NDArray[np.int8]
) -> tuple[Said, Ints, NDArray[np.int8]]:
    """Take from a report of totals what was reached before; what is left is the day's.

    What was reached before has a fate of its own; so has an id whose total fell, which is not
    counted at all. Hours of a total mean nothing.
    """
    # How often a total was clicked is nobody's day.
    gives = said.sums.met.any(axis=0)[1:CLICKS].T
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
    risen = replace(
        said,
        ids=ids,
        hours=np.full(len(ids), NO_HOUR, np.int8),
        metrics=(metrics + 1).astype(np.int8),
        counts=found.rise[ids, metrics],
        approximate=(found.approximate | said.rounded())[ids],
    )
    return risen, own, fates


def _deliver(closing: Closing, said: Said, places: list[Any], which: Ints) -> None:
    """Count what a report says of placements that it counts, each in its own metric.

    which: places of ids among `places`.
    """
    which, chosen = _chosen(said, places, which)
    hours, counts, met = said.sums
    by_hour = np.zeros((len(which), NO_HOUR + 1), np.int64)
    by_hour[:, hours] = counts[:, chosen[which], which].T
    has_hours = np.ones(len(which), bool)
    if NO_HOUR in hours:
        has_hours = ~met[-1, chosen[which], which]
    clicks, has_clicks = counts[:, CLICKS].sum(axis=0)[which], met[:, CLICKS].any(axis=0)[which]
    columns = by_hour.sum(axis=1), has_hours, said.rounded(chosen)[which], clicks, has_clicks
    marks = zip(
        which.tolist(), by_hour[:, :NO_HOUR], *(own.tolist() for own in columns), strict=True
    )
    for number, own_hours, count, whole, rounded, clicked, says in marks:
        own = Delivered(count, own_hours, whole, rounded, clicked if says else None)
        before = closing.delivered.get(places[number])
        closing.delivered[places[number]] = before.plus(own) if before else own


def _fate(terms: Terms | None, source: Source, day: date) -> Fate:
    """What becomes of an id, by the terms of its placement, if it has one."""
    if source.tells_sales:
        return Fate.SALES
    if terms is None:
        return Fate.UNMATCHED
    if terms.source_id != source.pk:
        return Fate.COMPARED
    if not terms.includes(day):
        return Fate.OUTSIDE
    return Fate.COUNTED


def counts_of(metric: str, count: int) -> Counts:
    """One metric's count in its place."""
    return Counts(
        rows=count if metric == "rows" else 0,
        impressions=count if metric == Metric.IMPRESSIONS else 0,
        plays=count if metric == Metric.PLAYS else 0,
    )


def _digest(day: date, said: list[Said], known: Known) -> str:
    """A digest of everything the day's figures are made of."""
    digest = hashlib.sha256(f"{RULES}:{day.isoformat()}".encode())
    for each in said:
        files = [part.sha256 for part in each.statement.counting_parts]
        digest.update(f"|{each.statement.pk}:{sorted(files)}".encode())
        for row, day_before in each.earlier:
            files = [part.sha256 for part in row.counting_parts]
            digest.update(f"|{day_before}:{row.pk}:{sorted(files)}".encode())
    said_of = cache(repr)
    for key in sorted(known):
        lines = [
            f"{value!r} {pk} {said_of(own)}" for value, (pk, own) in sorted(known[key].items())
        ]
        digest.update(f"|{key}:{lines}".encode())
    return digest.hexdigest()
