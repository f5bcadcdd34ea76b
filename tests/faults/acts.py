"""What the fault tests let happen in processes of their own: land, work, be killed, look.

Words and answers travel as JSON. The n-th day of a world is n days before 2023-10-20.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.statements import domain, raw
from portal.statements.models import Part, RejectedRow, Statement
from tests import dossiers
from tests.kills import killed_at, lease_runs_out, nothing
from tests.traffic import world
from tests.workers import wait_until
from traffic import reconciling
from traffic.days import CLOSE
from traffic.models import Correction, Day, DayFate, DaySum, PlacementDay, UnmatchedDay

# Ids of two placements, and one that belongs to none.
RADISH, TEA, STRANGER = "7390000000000000017", "7390000000000000025", "7390000000000000999"
# A report's rows; -3 cannot be counted and is rejected.
FIRST = [[RADISH, 100_000], [TEA, 5_000], [STRANGER, 40], [TEA, -3]]
CORRECTED = [[RADISH, 90_000], [TEA, 5_000], [STRANGER, 40], [TEA, -3]]
NAME = "日报.csv"
# A file comes in so many.
PIECES = 3


def day_of(number: int) -> date:
    """The `number`-th day of the world."""
    return world.DAY - timedelta(days=number)


def build() -> None:
    """A source and two placements whose window is the whole year."""
    window = {"first_day": world.DAY - timedelta(days=365), "last_day": world.DAY}
    office = dossiers.staff()
    campaign = world.harvest()
    campaign.first_day = window["first_day"]
    campaign.save()
    for external_id in (RADISH, TEA):
        world.placement(office, ids=(external_id,), **window)
    jobs.run_due()


def land(number: int, rows: list[list[Any]], twice: bool = False) -> None:
    """Take the report of a day in; `twice` sends every message twice."""
    if twice:
        import tests.faults.twice  # noqa: F401 - changes how the application sends
    _landing(number, rows)(nothing)


def land_and_work(
    number: int, rows: list[list[Any]], kill_at: int | None = None, as_events: bool = False
) -> None:
    """Take the report of a day in, read it and close its day; die at step `kill_at` of that."""
    landing = _landing(number, rows, as_events=as_events)
    with killed_at(kill_at) if kill_at else nullcontext(nothing) as step:
        landing(step)
        jobs.run_due()


def go_on(number: int, rows: list[list[Any]], as_events: bool = False) -> dict[str, Any]:
    """After a death: leases run out, somebody lands the file once more, the sweep goes round."""
    time_passes()
    land_and_work(number, rows, as_events=as_events)
    return standing(number)


def time_passes() -> None:
    """The dead process's connections end, and all leases run out."""
    the_dead_let_go()
    lease_runs_out()


def the_dead_let_go() -> None:
    """Return when no connection of a killed process holds a row any more."""
    if connection.vendor == "postgresql":
        wait_until(lambda: not _in_transactions(), what="the dead process's transaction is over")


def _in_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND xact_start IS NOT NULL"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _landing(number: int, rows: list[list[Any]], *, as_events: bool = False) -> Any:
    """Landing the report of a day, with all it needs fetched: only the act itself is left.

    It is given what counts a step: each piece of the file that comes in is one.
    """
    source = world.source()
    office = Actor.of(User.objects.filter(memberships__role=Role.STAFF).earliest("pk"))
    day = day_of(number)
    if as_events:
        data = _events(day, rows)
    else:
        data = world.report([(day.isoformat(), external_id, count) for external_id, count in rows])

    def pieces(step: Callable[[str], None]) -> Iterator[bytes]:
        for start in range(0, len(data), 1 + len(data) // PIECES):
            step("a piece")
            yield data[start : start + 1 + len(data) // PIECES]

    return lambda step: domain.land(
        source=source,
        period=(day, day),
        parts=[raw.keep(pieces(step), name=NAME)],
        actor=office,
    )


def _events(day: date, rows: list[list[Any]]) -> bytes:
    """The same as single events, a third of them in each of three hours; what cannot be counted is
    an event of no kind."""
    morning = datetime(day.year, day.month, day.day, 8)  # noqa: DTZ001 - Shanghai's own time
    columns: dict[str, list[Any]] = {"event_time": [], "content_id": [], "kind": []}
    for external_id, count in rows:
        for number in range(max(count, 1)):
            columns["event_time"].append(morning + timedelta(hours=number % 3))
            columns["content_id"].append(int(external_id))
            columns["kind"].append("impression" if count > 0 else "glance")
    kept = io.BytesIO()
    pq.write_table(pa.table(columns), kept)
    return kept.getvalue()


def standing(number: int) -> dict[str, Any]:
    """Everything that stands of a day and its reports, but for numbers of rows and moments."""
    day = day_of(number)
    statements = list(Statement.objects.filter(first_day=day, last_day=day).order_by("version"))
    parts = list(Part.objects.filter(statement__in=statements).order_by("pk"))
    versions = {row.pk: number for number, row in enumerate(statements, start=1)}
    keys = [f"part-{part.pk}" for part in parts]
    found = {
        "statements": [[versions[row.pk], row.held] for row in statements],
        "parts": [_part(part, versions) for part in parts],
        "rejected": _rows(
            RejectedRow.objects.filter(part__in=parts), "part__name", "row", "reason", "cells"
        ),
        "landed": Entry.objects.filter(
            act="statement.land", data__sha256__in=[part.sha256 for part in parts]
        ).count(),
        "work": {
            "read": _rows(Work.objects.filter(key__in=keys), "state", "reason", "fault"),
            "close": _rows(
                Work.objects.filter(kind=CLOSE, key=day.isoformat()), "state", "reason", "fault"
            ),
        },
        **_figures(day),
        "fates": [
            [versions[fate.statement_id], fate.fate, fate.rows, fate.impressions, fate.plays]
            for fate in DayFate.objects.filter(date=day).order_by("statement__version", "fate")
        ],
    }
    return json.loads(json.dumps(found).replace(day.isoformat(), "the day"))


def _part(part: Part, versions: dict[int, int]) -> list[Any]:
    data = raw.raw_path(part.sha256).read_bytes()
    whole = hashlib.sha256(data).hexdigest() == part.sha256 and len(data) == part.size
    rows = [part.rows_in, part.rows_data, part.rows_rejected, part.ignored]
    sums = [part.totals, part.own_totals, part.columns]
    return [versions[part.statement_id], part.read_at is not None, whole, rows, sums]


def _figures(day: date) -> dict[str, Any]:
    ids = "placement__external_ids__value"
    return {
        "day": _rows(Day.objects.filter(date=day), "wanted", "closed"),
        "delivered": _rows(
            PlacementDay.objects.filter(date=day, hours=None), ids, "count", "approximate"
        ),
        "sums": _rows(
            DaySum.objects.filter(date=day), "campaign__code", "county", "channel", "count"
        ),
        "unmatched": _rows(
            UnmatchedDay.objects.filter(date=day), "external_id", "rows", "impressions", "plays"
        ),
        "corrections": _rows(Correction.objects.filter(date=day), ids, "before", "after"),
    }


def _rows(rows: Any, *names: str) -> list[list[Any]]:
    return [list(row) for row in rows.order_by(*names[:2]).values_list(*names)]


def reconcile() -> list[str]:
    """Every figure that does not follow from its facts."""
    return [str(difference) for difference in reconciling.reconcile().differences]


def deaths() -> list[int]:
    """How often the worker of each row of work vanished, without those where none did."""
    return list(Work.objects.filter(deaths__gt=0).order_by("pk").values_list("deaths", flat=True))


ACTS = {
    act.__name__: act
    for act in (build, land, land_and_work, go_on, time_passes, standing, reconcile, deaths)
}
