"""Reports of totals: each says what an id has reached since its start, so a day is a difference.

A day counts by how much a total rose above the highest it had reached before, whichever report said
so. So the days of an id add up to its highest total, however totals fall, and an id that a report
leaves out for a while is not counted anew. Pure reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from portal.statements import facts, queries
from portal.statements.models import Metric, Statement

# What totals are kept of, in the order of their columns.
METRICS = (str(Metric.IMPRESSIONS), str(Metric.PLAYS))
KEYS = ["external_id", "metric"]
Earlier = list[tuple[Statement, date]]


def earlier(statement: Statement, day: date) -> Earlier:
    """The reports of the same source that count for the days before, oldest day first."""
    found = queries.standing(statement.source, date.min, day - timedelta(days=1))
    pairs = [(row, each) for row, days in found for each in days]
    return sorted(pairs, key=lambda pair: pair[1])


def following(statement: Statement) -> list[date]:
    """The days that later reports of the same source speak of: each is a difference to this one."""
    rows = Statement.objects.filter(
        source=statement.source_id, last_day__gt=statement.last_day
    ).order_by("last_day")
    return list(rows.values_list("last_day", flat=True).distinct())


@dataclass(frozen=True)
class Rises:
    """How much each total of a report rose; arrays of one row an id.

    `rise` has a column for each of `METRICS`. `opens`: it is the source's first report, from which
    counting begins, and nothing rose. `fell`: some total of the id stands below what it had
    reached, so that the report cannot be right and nothing of the id rises. `approximate`: the
    difference is to more than one day before, or to a rounded total.
    """

    rise: NDArray[np.int64]
    opens: bool
    fell: NDArray[np.bool_]
    approximate: NDArray[np.bool_]


def rises(
    before: Earlier,
    day: date,
    values: Sequence[str],
    totals: NDArray[np.int64],
    said: NDArray[np.bool_],
) -> Rises:
    """Compare the totals of a report with the highest of those before.

    values: the ids; totals: one row an id, one column for each of `METRICS`; said: where the report
    gives one.
    """
    reached, known, last, rounded = _reached(before, values)
    met = known.any(axis=1)
    # An id that was never there began at zero; a total that nobody gave for it before did not.
    began = ~met[:, None] & _ever_said(before, known)
    base = np.where(known, reached, np.where(began, 0, totals))
    fell = (said & (totals < base)).any(axis=1)
    rise = np.where(said & (totals > base) & ~fell[:, None], totals - base, 0)
    yesterday = day - timedelta(days=1)
    gap = not before or before[-1][1] != yesterday
    missed = met & (last != np.datetime64(yesterday, "D"))
    return Rises(rise, opens=not before, fell=fell, approximate=rounded | missed | gap)


def _ever_said(before: Earlier, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which metrics any report before gave, of any id."""
    told = {metric for row, _day in before for metric in row.totals}
    return np.broadcast_to(np.array([metric in told for metric in METRICS]), known.shape)


def _reached(
    before: Earlier, values: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.datetime64], NDArray[np.bool_]]:
    """Of each id its highest totals, where there is one, when it was last met, whether rounded."""
    places = {value: place for place, value in enumerate(values)}
    reached = np.zeros((len(values), len(METRICS)), np.int64)
    known = np.zeros(reached.shape, np.bool_)
    last = np.full(len(values), "NaT", "datetime64[D]")
    rounded = np.zeros(len(values), np.bool_)
    wanted = pa.array(list(places), pa.string())
    for statement, day in before:
        ids, columns, counts, approximate = _said_of(statement, day, wanted)
        rows = np.array([places[value] for value in ids], np.int64)
        np.maximum.at(reached, (rows, columns), counts)
        known[rows, columns] = True
        last[rows] = np.datetime64(day, "D")
        rounded[rows[approximate]] = True
    return reached, known, last, rounded


def _said_of(
    statement: Statement, day: date, wanted: pa.Array
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """The totals a report gives of the wanted ids, as columns of one length."""
    rows = facts.rows_of(statement, day)
    plain = pa.table(
        {
            **{name: rows[name].cast(pa.string()) for name in KEYS},
            "count": rows["count"],
            "approximate": rows["approximate"],
        }
    )
    told = pc.and_(
        pc.is_in(plain["external_id"], value_set=wanted),
        pc.is_in(plain["metric"], value_set=pa.array(METRICS)),
    )
    found = plain.filter(told).group_by(KEYS).aggregate([("count", "sum"), ("approximate", "any")])
    columns = [METRICS.index(name) for name in found["metric"].to_pylist()]
    return (
        found["external_id"].to_pylist(),
        np.array(columns, np.int64),
        found["count_sum"].to_numpy().astype(np.int64),
        found["approximate_any"].to_numpy().astype(np.bool_),
    )
