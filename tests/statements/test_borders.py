"""Days end at midnight of Asia/Shanghai, whatever zone a file's times are told in."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from portal.jobs.domain import run_due
from portal.statements import domain, raw
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import PlacementDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = DAY + timedelta(days=1)
MIDNIGHT = datetime(NEXT.year, NEXT.month, NEXT.day)  # noqa: DTZ001 - Shanghai's own time
TICK = timedelta(microseconds=1)
# Three in the last moment of the day, two in the first of the next, one in its last.
MOMENTS = [MIDNIGHT - TICK] * 3 + [MIDNIGHT] * 2 + [MIDNIGHT + timedelta(days=1) - TICK]
AHEAD = timedelta(hours=8)


def column(zone: str | None, unit: str = "us") -> pa.Array:
    """The moments as naive times of Shanghai, or as moments told in a zone."""
    if zone is None:
        return pa.array(MOMENTS, pa.timestamp("us")).cast(pa.timestamp(unit), safe=False)
    moments = [(moment - AHEAD).replace(tzinfo=UTC) for moment in MOMENTS]
    return pa.array(moments, pa.timestamp("us", zone)).cast(pa.timestamp(unit, zone), safe=False)


def table(times: pa.Array) -> pa.Table:
    ids = pa.array([int(ID)] * len(MOMENTS))
    return pa.table({"event_time": times, "content_id": ids, "kind": ["impression"] * len(MOMENTS)})


def parquet(times: pa.Array) -> bytes:
    kept = io.BytesIO()
    pq.write_table(table(times), kept)
    return kept.getvalue()


def events_as_text(times: pa.Array) -> bytes:
    kept = io.BytesIO()
    pcsv.write_csv(table(times), kept)
    return kept.getvalue()


def report(zone: str) -> bytes:
    """A report whose rows are moments, as text."""
    shift = {"": timedelta(), "Z": AHEAD, "+08:00": timedelta(), "-05:00": timedelta(hours=13)}
    rows = [f"{(moment - shift[zone]).isoformat()}{zone},{ID}\t,1" for moment in MOMENTS]
    return "\n".join(["时间-天,素材ID,展示数", *rows]).encode()


FILES = {
    "parquet without a zone": parquet(column(None)),
    "parquet in nanoseconds": parquet(column(None, "ns")),
    "parquet in UTC": parquet(column("UTC")),
    "parquet in UTC, milliseconds": parquet(column("UTC", "ms")),
    "parquet in New York": parquet(column("America/New_York")),
    "events as text without a zone": events_as_text(column(None)),
    "events as text in UTC": events_as_text(column("UTC")),
    "report without a zone": report(""),
    "report in UTC": report("Z"),
    "report in Shanghai": report("+08:00"),
    "report five hours behind UTC": report("-05:00"),
}


@pytest.mark.parametrize("kind", FILES)
def test_an_event_counts_for_the_day_it_has_in_shanghai(kind: str) -> None:
    office = dossiers.staff()
    world.placement(office)
    domain.land(
        source=world.source(),
        period=(DAY, NEXT),
        parts=[raw.keep([FILES[kind]], name="events")],
        actor=office,
    )
    run_due()
    found = {
        row.date: {hour: n for hour, n in enumerate(row.by_hour) if n}
        for row in PlacementDay.objects.all()
    }
    assert found == {DAY: {23: 3}, NEXT: {0: 2, 23: 1}}
    assert reconcile().differences == []
