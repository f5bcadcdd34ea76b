"""Files of events that are damaged or mean harm: a sentence or figures, never a worker's end."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import events
from portal.statements.events.rows import first_rows
from portal.statements.models import Part
from portal.statements.reading import Unreadable
from tests.statements.pages import show, take, upload
from tests.traffic import world

DAY = date(2023, 10, 20)
MORNING = np.datetime64("2023-10-20T09:00:00", "us").astype(np.int64).item()
ID = 7_300_000_000_000_000_001


def parquet(table: pa.Table, **how) -> bytes:
    kept = io.BytesIO()
    pq.write_table(table, kept, **how)
    return kept.getvalue()


def said(rows: int = 400, kinds: tuple[str, ...] = ("impression", "play", "click")) -> pa.Table:
    """Events of one morning, in order."""
    numbers = np.arange(rows)
    return pa.table(
        {
            "event_time": pa.array(MORNING + numbers * 1_000_000, pa.timestamp("us")),
            "content_id": pa.array(ID + numbers % 7),
            "kind": pa.array(kinds).take(pa.array(numbers % len(kinds))),
        }
    )


def test_a_file_damaged_anywhere_is_read_or_refused_and_nothing_else():
    """Single bytes changed: in headers of pages, in what they hold, in the account at the end."""
    random = np.random.default_rng(20)
    files = [
        parquet(said(), compression=codec, row_group_size=150)
        for codec in ("zstd", "snappy", "gzip", "none")
    ]
    met, sentences = Counter(), []
    for number in range(160):
        data = bytearray(files[number % len(files)])
        for _ in range(random.integers(1, 4)):
            end = random.integers(0, 2)
            place = len(data) - random.integers(9, 1_200) if end else random.integers(4, 400)
            data[place] = random.choice([0, 1, 0x7F, 0x80, 0xFF])
        try:
            found = events.count(bytes(data), name="坏文件", threads=1)
            first_rows(bytes(data), name="坏文件", ids=[str(ID)], days=[DAY])
        except Unreadable as error:
            sentences.append(str(error))
            met[error.code] += 1
        else:
            assert found.partial.sum("rows") + found.rejected.total() == found.rows_in
            met["read"] += 1
    assert all("坏文件" in sentence for sentence in sentences)
    assert met.keys() <= {"read", "damaged", "headings", "types"}
    assert min(met["read"], met["damaged"]) > 20


def test_what_python_has_no_words_for_is_shown_and_counts_for_nothing():
    """A moment of the year 30489, a moment of a nanosecond, and kinds whose bytes are no text."""
    kinds = pa.array([b"impression", b"\xff\xfe", b"impression"]).view(pa.string())
    far = said(3).set_column(2, "kind", kinds)
    far = far.set_column(
        0, "event_time", pa.array([MORNING, MORNING, 9 * 10**17], pa.timestamp("us"))
    )
    found = events.count(parquet(far), name="x")
    assert (found.partial.sum("impressions"), found.rejected) == (1, {"kind": 1, "time": 1})
    told = {each.reason: each.cells for each in found.samples}
    assert told["kind"][2] == "\\xff\\xfe"
    assert told["time"][0].startswith("30489-11-11")
    fine = said(2).set_column(
        0, "event_time", pa.array([MORNING * 1000 + 1] * 2, pa.timestamp("ns"))
    )
    fine = fine.set_column(2, "kind", pa.array(["glance"] * 2))
    (first, _second) = events.count(parquet(fine), name="x").samples
    assert first.cells[0].startswith("2023-10-20 09:00:00.000000001")


@pytest.mark.django_db
@pytest.mark.sqlite
def test_a_small_file_of_endless_events_is_parked_with_its_reason(page, settings):
    """Equal rows pack to almost nothing; a worker does not count them for days."""
    settings.STATEMENT_SHOWN_EVENTS, settings.STATEMENT_MAX_EVENTS = 1_000, 100_000
    same = said(1).take(pa.array(np.zeros(300_000, np.int64)))
    data = parquet(same, row_group_size=50_000)
    assert len(data) < 10_000
    world.source()
    take(page, show(page, upload(data, "events.parquet"), days=(DAY, DAY)))
    run_due()
    assert Part.objects.get().read_at is None
    work = Work.objects.get(key__startswith="part-")
    assert work.state == "parked"
    assert "超过 100000 行" in work.reason
