"""Workers on machines that share nothing but the database, Redis and an S3-compatible store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import redis
from celery import current_app
from django.test import Client
from kombu import Connection

from portal.jobs.domain import SWEEP_TASK, WAKE_TASK, run_due
from portal.jobs.handlers import queue_of
from portal.jobs.models import Work
from portal.statements import events, raw
from portal.statements.models import Part
from portal.statements.reading import Partial
from tests import dossiers, services
from tests.faults import acts
from tests.faults.acts import RADISH, STRANGER, TEA
from tests.faults.test_outages import all_is_done
from tests.kills import lease_runs_out
from tests.s3 import S3Server, s3_server
from tests.scale.hosts import Host, hosts
from tests.statements import pages
from tests.workers import wait_until
from traffic.models import Day, PlacementDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.postgres, pytest.mark.celery, pytest.mark.django_db(transaction=True)]
GROUP, GROUPS = 20_000, 6
KINDS = pa.array(["impression", "play", "click", "glance"])


@pytest.fixture
def server(settings: Any) -> Iterator[S3Server]:
    """The store of this process and of all hosts."""
    with s3_server() as server:
        settings.STATEMENT_STORE = server.uri("figures")
        yield server


@pytest.fixture
def machines(
    redis_environment: dict[str, str], server: S3Server, tmp_path: Path
) -> Iterator[list[Host]]:
    """Two of them, and a programme whose placements the events are about."""
    with redis.Redis.from_url(services.redis_url()) as broker:
        broker.flushdb()
    acts.build()
    with hosts(2, redis_environment, server, tmp_path) as made:
        yield made


def file_of(number: int, part: int, *, like: int | None = None) -> bytes:
    """Events of the `number`-th day in row groups; `like` another day's but for the date."""
    random = np.random.default_rng([number if like is None else like, part])
    midnight = datetime.combine(acts.day_of(number), datetime.min.time())
    others = random.integers(7_000_000_000_000_000_000, 7_000_000_000_000_000_400, 400)
    things = np.concatenate([[int(RADISH), int(TEA), int(STRANGER)] * 40, others])
    kept = io.BytesIO()
    with pq.ParquetWriter(kept, SCHEMA, compression="zstd") as file:
        for group in range(GROUPS):
            seconds = random.integers(group * 4 * 3600, (group + 1) * 4 * 3600, GROUP)
            columns = [
                pa.array(np.datetime64(midnight, "us") + seconds.astype("timedelta64[s]")),
                pa.array(random.choice(things, GROUP)),
                KINDS.take(pa.array(random.choice(4, GROUP, p=[0.7, 0.2, 0.09, 0.01]))),
            ]
            file.write_table(pa.table(columns, schema=SCHEMA))
    return kept.getvalue()


SCHEMA = pa.schema(
    [("event_time", pa.timestamp("us")), ("content_id", pa.int64()), ("kind", pa.string())]
)


def land(number: int, *, like: int | None = None, parts: int = 2) -> None:
    """Take the files of a day in through the pages."""
    page, day = Client(), acts.day_of(number)
    page.force_login(dossiers.staff().user)
    files = [
        pages.upload(file_of(number, part, like=like), f"{part}.parquet") for part in range(parts)
    ]
    answer = pages.take(page, pages.show(page, *files, days=(day, day)))
    assert "已入库" in pages.words(answer)


def wake() -> None:
    """Tell the hosts' workers what this process, whose broker is a folder, has asked for."""
    with Connection(services.redis_url()) as connection:
        for work in Work.objects.filter(state="waiting").order_by("pk"):
            current_app.send_task(
                WAKE_TASK, args=[work.pk], connection=connection, queue=queue_of(work.kind)
            )


def sweep() -> None:
    with Connection(services.redis_url()) as connection:
        current_app.send_task(SWEEP_TASK, connection=connection)


def wait_for_all(*workers: Any) -> None:
    wait_until(
        lambda: Day.objects.exists() and all_is_done(),
        seconds=90,
        what="\n".join(["everything is done", *(worker.output for worker in workers)]),
    )


def delivered(number: int) -> list[tuple[str, int, list[int]]]:
    """Id, count and the 24 hours of each placement's day."""
    rows = PlacementDay.objects.filter(date=acts.day_of(number)).order_by("placement_id")
    return [(row.placement.external_ids.get().value, row.count, row.by_hour) for row in rows]


def assert_as_in_one_process(number: int, other: int) -> None:
    """The day stands as the same events stand that this process read and closed by itself."""
    parts = Part.objects.filter(statement__first_day=acts.day_of(number))
    land(other, like=number, parts=len(parts))
    run_due()
    assert acts.standing(number) == acts.standing(other)
    found, expected = delivered(number), delivered(other)
    assert [ids for ids, _count, _hours in found] == [RADISH, TEA]
    assert found == expected
    for part in parts:
        counted = events.count(raw.raw_path(part.sha256).read_bytes(), threads=1).partial
        with raw.partial_path(part.sha256, part.statement.source.id_kind).open() as file:
            assert Partial.read(file) == counted
    assert reconcile().differences == []


def test_machines_that_share_no_folder_count_as_one_process_does(machines: list[Host]) -> None:
    with ExitStack() as stack:
        # The second one is a machine for statements alone.
        office = stack.enter_context(machines[0].worker())
        reader = stack.enter_context(machines[1].worker("statements"))
        for number in range(3):
            land(number)
        wake()
        wait_for_all(office, reader)
        assert office.output.count("succeeded in") > 0
        assert reader.output.count("succeeded in") > 0
    for number in range(3):
        assert_as_in_one_process(number, number + 3)
    for host in machines:
        assert not [path for path in host.folder.rglob("*") if path.is_file()]
    assert Work.objects.filter(deaths__gt=0).count() == 0


def read_half(host: Host) -> None:
    """Let a host's worker come to half of the file that is landed now."""
    way = host.ways["STATEMENT_STORE"]
    way.block_after(len(file_of(0, 0)) // 2)
    wake()
    assert way.is_blocked.wait(60)
    work = Work.objects.get(key__startswith="part-")
    assert (work.state, work.attempts) == ("running", 1)


def test_a_machine_that_dies_amid_a_file_delays_it_and_nothing_else(machines: list[Host]) -> None:
    dying, other = machines
    land(0, parts=1)
    with dying.worker() as worker:
        read_half(dying)
        worker.kill()
    with other.worker() as worker:
        lease_runs_out()
        sweep()
        wait_for_all(worker)
    assert acts.deaths() == [1]
    assert_as_in_one_process(0, 1)


def test_a_machine_that_is_cut_off_amid_a_file_changes_nothing_when_it_comes_back(
    machines: list[Host],
) -> None:
    lost, other = machines
    land(0, parts=1)
    with ExitStack() as stack:
        cut_off = stack.enter_context(lost.worker())
        read_half(lost)
        lost.cut_off()
        worker = stack.enter_context(other.worker())
        lease_runs_out()
        sweep()
        wait_for_all(worker)
        before = acts.standing(0)
        lost.join()
        cut_off.wait_for("belongs to another worker now", seconds=120)
        assert acts.standing(0) == before
    assert acts.deaths() == [1]
    assert_as_in_one_process(0, 1)
