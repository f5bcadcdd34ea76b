"""Files of events that are damaged or mean harm: a sentence or figures, never a worker's end."""

from __future__ import annotations

import io
import resource
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import events, raw
from portal.statements.events.rows import first_rows
from portal.statements.models import Part
from portal.statements.reading import Unreadable
from tests import dossiers
from tests.statements.pages import show, take, upload
from tests.statements.reading.test_hostile import memory
from tests.traffic import world

DAY = date(2023, 10, 20)
MORNING = np.datetime64("2023-10-20T09:00:00", "us").astype(np.int64).item()
ID = 7_300_000_000_000_000_001
MB = 1 << 20


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


def varint(number: int) -> bytes:
    """A whole number as Thrift's compact protocol has it."""
    number, out = number << 1, b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def read_varint(data: bytes, place: int) -> tuple[int, int]:
    """The number there, and the place behind it."""
    number = shift = 0
    while True:
        number |= (data[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if data[place - 1] < 0x80:
            return number >> 1, place


def with_a_lie(data: bytes, place: int, *, dictionary: bool) -> bytes:
    """The file whose page at `place` says that it unpacks to two gigabytes.

    The header is written anew without what it need not say, so that nothing behind it moves.
    """
    kind, at = read_varint(data, place + 1)
    assert kind == (2 if dictionary else 0)
    _unpacked, at = read_varint(data, at + 1)
    packed, at = read_varint(data, at + 1)
    values, at = read_varint(data, at + 2)
    encoding, at = read_varint(data, at + 1)
    says = b"\x15" + varint(2**31 - 1) + b"\x15" + varint(packed)
    own = b"\x15" + varint(values) + b"\x15" + varint(encoding)
    if dictionary:
        header = b"\x15\x04" + says + b"\x4c" + own + b"\x00\x00"
        begins = at + 1 + (data[at] in {0x11, 0x12}) + 1
    else:
        header = b"\x15\x00" + says + b"\x2c" + own + b"\x15\x06\x15\x06\x00\x00"
        begins = data.index(b"\x28\xb5\x2f\xfd", at)
    assert len(header) <= begins - place
    page = data[begins : begins + packed]
    new = (header + page).ljust(begins - place + packed, b"\x00")
    return data[:place] + new + data[begins + packed :]


def lying_page() -> bytes:
    """A page of moments."""
    data = parquet(said(), compression="zstd", use_dictionary=False)
    about = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(0)
    return with_a_lie(data, about.data_page_offset, dictionary=False)


def lying_dictionary() -> bytes:
    """The words of a column."""
    words = said(3).set_column(2, "kind", pa.array([f"{n}" * 500_000 for n in range(3)]))
    data = parquet(words, compression="zstd", use_dictionary=["kind"], dictionary_pagesize_limit=MB)
    about = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(2)
    return with_a_lie(data, about.dictionary_page_offset, dictionary=True)


def bomb() -> bytes:
    """Words of sixty megabytes each, which pack to almost nothing."""
    words = said(12).set_column(2, "kind", pa.array(["a" * (60 * MB)] * 12))
    return parquet(words, compression="zstd", use_dictionary=False, data_page_size=2**30)


@pytest.mark.parametrize("make", [lying_page, lying_dictionary, bomb])
def test_a_file_that_asks_for_all_memory_is_refused_and_its_reader_lives(make, settings):
    data = make()
    assert len(data) < MB
    # What the reader itself holds is there from the first reading on.
    assert raw.shown(parquet(said()), name="好文件", id_kind="material_id")
    settings.STATEMENT_MEMORY_BYTES = 700 * MB
    limit = resource.getrlimit(resource.RLIMIT_AS)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    with pytest.raises(Unreadable) as caught:
        raw.shown(data, name="坏文件", id_kind="material_id")
    assert caught.value.code == "memory"
    assert "坏文件" in str(caught.value)
    assert memory("VmHWM") - before < 700 * MB
    assert resource.getrlimit(resource.RLIMIT_AS) == limit
    assert raw.shown(parquet(said()), name="好文件", id_kind="material_id")


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


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("make", [lying_page, lying_dictionary])
def test_a_file_that_asks_for_all_memory_is_parked_at_once(make):
    """A folder or a machine lands what nobody has looked at."""
    world.land_file(dossiers.staff(), make(), name="坏.parquet", days=(DAY, DAY))
    work = Work.objects.get(key__startswith="part-")
    assert (work.state, work.attempts, work.deaths) == ("parked", 1, 0)
    assert "占用的内存" in work.reason
