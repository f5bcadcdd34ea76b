"""Raw events are landed, shown, closed and reconciled as every other report is."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command

from portal.jobs.domain import run_due
from portal.statements import queries
from portal.statements.models import Part, RejectedRow
from tests.statements.pages import land, show, take, upload, words
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import DayFate, PlacementDay, UnmatchedDay

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
# As files without a zone say it: Shanghai's own time.
MORNING = datetime(DAY.year, DAY.month, DAY.day, 8, 30)  # noqa: DTZ001
OTHER = "7390000000000000018"


def events(*rows: tuple[datetime, str, str]) -> pa.Table:
    times, things, kinds = zip(*rows, strict=True)
    return pa.table(
        {
            "event_time": pa.array(times, pa.timestamp("us")),
            "content_id": pa.array([int(thing) for thing in things]),
            "kind": pa.array(kinds),
        }
    )


SAID = events(
    *[(MORNING, ID, "impression")] * 5,
    *[(MORNING + timedelta(hours=9), ID, "impression")] * 2,
    (MORNING, ID, "play"),
    (MORNING, OTHER, "impression"),
    (MORNING - timedelta(days=3), ID, "impression"),
    *[(MORNING, ID, "glance")] * 30,
)


def parquet(table: pa.Table) -> bytes:
    kept = io.BytesIO()
    pq.write_table(table, kept)
    return kept.getvalue()


def text(table: pa.Table, packed: str | None = None) -> bytes:
    kept = io.BytesIO()
    pcsv.write_csv(table, kept)
    return pa.compress(kept.getvalue(), packed, asbytes=True) if packed else kept.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("events.parquet", parquet(SAID)),
        ("events.csv", text(SAID)),
        ("events.csv.gz", text(SAID, "gzip")),
        ("events.csv.zst", text(SAID, "zstd")),
    ],
)
def test_events_are_shown_landed_and_closed(name, data, page, office):
    placement = world.placement(office)
    shown = words(show(page, upload(data, name)))
    assert "曝光次数 9" in shown
    assert "文件行数 40 数据行 10 被拒绝的行 30" in shown
    landed = words(land(page, upload(data, name)))
    assert "已入库" in landed
    row = PlacementDay.objects.get()
    assert (row.placement_id, row.count, row.approximate) == (placement.pk, 7, False)
    assert [(hour, n) for hour, n in enumerate(row.by_hour) if n] == [(8, 5), (17, 2)]
    waits = UnmatchedDay.objects.get()
    assert (waits.external_id, waits.impressions) == (OTHER, 1)
    assert dict(DayFate.objects.values_list("fate", "rows")) == {"counted": 8, "unmatched": 1}
    part = Part.objects.get()
    assert (part.rows_in, part.rows_data, part.rows_rejected) == (40, 10, 30)
    assert RejectedRow.objects.count() == 20
    assert "无法计入的行 30" in words(page.get(part.statement.get_absolute_url()))
    assert RejectedRow.objects.last().reason == "不知道这是哪种事件；另有 10 行同样如此"
    assert not queries.imbalances()
    call_command("reconcile")


def test_a_corrected_file_of_events_replaces_what_stood(page, office):
    world.placement(office)
    land(page, upload(parquet(SAID), "events.parquet"))
    less = parquet(events(*[(MORNING, ID, "impression")] * 3))
    take(page, show(page, upload(less, "events.parquet")), how="replace")
    run_due()
    assert PlacementDay.objects.get().count == 3
    call_command("reconcile")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (parquet(SAID)[:-20], "已损坏或不完整"),
        (parquet(SAID)[:200] + parquet(SAID)[300:], "已损坏或不完整"),
        (text(SAID, "gzip")[:40], "已损坏或不完整"),
        (parquet(SAID.drop_columns("kind")), "明细文件应有一列“kind”"),
        (
            parquet(SAID.set_column(0, "event_time", pa.array(["早上"] * len(SAID)))),
            "“event_time”列不能是 string",
        ),
        (parquet(events((MORNING, ID, "glance"))), "不知道这是哪种事件"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data, sentence, page):
    assert sentence in words(show(page, upload(data, "events.parquet")))
    assert not Part.objects.exists()


def test_more_events_than_one_waits_for_are_read_after_landing(page, office, settings):
    settings.STATEMENT_SHOWN_EVENTS = 20
    placement = world.placement(office)
    shown = show(page, upload(parquet(SAID), "events.parquet"))
    assert "曝光次数 9" not in words(shown)
    take(page, shown)
    run_due()
    assert PlacementDay.objects.get(placement=placement).count == 7
