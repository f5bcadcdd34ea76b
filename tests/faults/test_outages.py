"""Messages that come twice or not at all, and a database that goes away: the figures stay true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import current_app
from django.db import transaction
from django.db.models import F
from kombu import Connection

from portal.jobs.domain import SWEEP_TASK
from portal.jobs.models import Work
from tests import services
from tests.faults.acts import CORRECTED, FIRST
from tests.faults.desk import ROOT, Desk, open_desk
from tests.faults.figures import assert_corrected, assert_first
from tests.postgres import PrivatePostgres, private_postgres
from tests.private_redis import private_redis
from tests.races import waiting_for_a_lock
from tests.workers import Worker, celery_worker, wait_until
from traffic.models import Day, PlacementDay

DAYS = range(4)


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The test's own Redis database, empty."""
    with redis.Redis.from_url(services.redis_url()) as broker:
        broker.flushdb()
        yield broker


def sweep(url: str = "") -> None:
    """What beat sends every ten seconds."""
    with Connection(url or services.redis_url()) as connection:
        current_app.send_task(SWEEP_TASK, connection=connection)


def all_is_done() -> bool:
    return (
        not Work.objects.exclude(state="done").exists()
        and not Day.objects.filter(wanted__gt=F("closed")).exists()
    )


def messages(worker: Worker, what: str) -> Counter[str]:
    """How often each message of a waking was `received` or `succeeded`."""
    pattern = re.compile(rf"Task portal\.jobs\.tasks\.wake\[([0-9a-f-]+)\] {what}")
    return Counter(found[1] for line in list(worker.lines) if (found := pattern.search(line)))


def everything_came_twice(worker: Worker) -> bool:
    """True when each message that came was received and done twice."""
    received, done = messages(worker, "received"), messages(worker, "succeeded")
    return set(received.values()) == {2} and received == done


@pytest.mark.celery
@pytest.mark.django_db(transaction=True)
def test_with_every_message_twice_a_report_and_its_correction_count_once(
    redis_environment: dict[str, str], broker: redis.Redis
) -> None:
    with open_desk(redis_environment) as desk:
        desk.do("build")
        with celery_worker(redis_environment, app="tests.faults.twice", concurrency=2) as worker:
            for rows in (FIRST, CORRECTED):
                for day in DAYS:
                    desk.do("land", number=day, rows=rows, twice=True)
                # Each waking is sent twice: to read, to close, and to see what follows from it.
                wait_until(
                    lambda: all_is_done() and everything_came_twice(worker),
                    what=f"every message is done\n{worker.output}",
                )
            read_and_closed = 2 * 2 * 2 * len(DAYS)
            assert messages(worker, "succeeded").total() >= read_and_closed
        for day in DAYS:
            assert_corrected(desk.do("standing", number=day))
        assert desk.do("deaths") == []
        assert desk.do("reconcile") == []


@pytest.mark.celery
@pytest.mark.django_db(transaction=True)
def test_with_redis_emptied_after_landing_the_sweep_finds_the_work(
    redis_environment: dict[str, str], broker: redis.Redis
) -> None:
    with open_desk(redis_environment) as desk:
        desk.do("build")
        broker.flushdb()
        for day in DAYS:
            desk.do("land", number=day, rows=FIRST)
        assert broker.llen("statements") == len(DAYS)
        broker.flushdb()
        with celery_worker(redis_environment) as worker:
            sweep()
            wait_until(
                lambda: Day.objects.exists() and all_is_done(),
                what=f"the sweep has done everything\n{worker.output}",
            )
        for day in DAYS:
            assert_first(desk.do("standing", number=day))
        assert desk.do("reconcile") == []


@pytest.mark.postgres
@pytest.mark.celery
@pytest.mark.django_db(transaction=True)
def test_with_redis_emptied_while_workers_work_a_correction_counts_once(
    redis_environment: dict[str, str], broker: redis.Redis
) -> None:
    """Both workers are halfway through a close; what they have not taken yet is lost."""
    with (
        open_desk(redis_environment) as desk,
        celery_worker(redis_environment, concurrency=2) as worker,
    ):
        desk.do("build")
        for day in DAYS:
            desk.do("land", number=day, rows=FIRST)
        wait_until(lambda: all_stand(desk, version=1), what=f"all is counted\n{worker.output}")
        with transaction.atomic():
            assert len(PlacementDay.objects.select_for_update()) == 2 * len(DAYS)
            for day in DAYS:
                desk.do("land", number=day, rows=CORRECTED)
            wait_until(lambda: waiting_for_a_lock() == 2, what=f"closes wait\n{worker.output}")
            assert broker.llen("statements") == len(DAYS) - 2
            broker.flushdb()
        wait_until(lambda: corrected_days() == 2, what=f"both closes end\n{worker.output}")
        assert not all_is_done()
        sweep()
        wait_until(lambda: all_stand(desk, version=2), what=f"all is counted\n{worker.output}")
        for day in DAYS:
            assert_corrected(desk.do("standing", number=day))
        assert desk.do("deaths") == []
        assert failed(worker) == set()
        assert desk.do("reconcile") == []


@pytest.mark.postgres
@pytest.mark.private_redis
@pytest.mark.django_db(transaction=True)
def test_with_redis_gone_for_a_while_landing_goes_on_and_workers_come_back(
    redis_environment: dict[str, str],
) -> None:
    """The server dies while both workers close a day, reports land without it, it starts empty."""
    with private_redis() as server:
        environment = redis_environment | {"REDIS_URL": server.url}
        with (
            open_desk(environment) as desk,
            celery_worker(environment, concurrency=2) as worker,
        ):
            desk.do("build")
            for day in DAYS[:2]:
                desk.do("land", number=day, rows=FIRST)
            wait_until(all_is_done, what=f"all is counted\n{worker.output}")
            with transaction.atomic():
                assert len(PlacementDay.objects.select_for_update()) == 2 * 2
                for day in DAYS[:2]:
                    desk.do("land", number=day, rows=CORRECTED)
                wait_until(lambda: waiting_for_a_lock() == 2, what=f"closes wait\n{worker.output}")
                server.crash()
                for day in DAYS[2:]:
                    desk.do("land", number=day, rows=CORRECTED)
            wait_until(lambda: corrected_days() == 2, what=f"both closes end\n{worker.output}")
            server.start()
            sweep(server.url)
            wait_until(all_is_done, what=f"all is counted\n{worker.output}", seconds=60)
            for day in DAYS[:2]:
                assert_corrected(desk.do("standing", number=day))
            assert [desk.do("standing", number=day)["day"] for day in DAYS[2:]] == [[[1, 1]]] * 2
            assert desk.do("deaths") == []
            assert failed(worker) == set()
            assert desk.do("reconcile") == []


def corrected_days() -> int:
    """How many days are closed with their second report."""
    return Day.objects.filter(wanted=2, closed=2).count()


@pytest.fixture
def private_environment(tmp_path: Path) -> Iterator[tuple[PrivatePostgres, dict[str, str]]]:
    """A migrated database on a server of its own, and the environment of the portal on it."""
    with private_postgres() as server:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": server.url,
            "REDIS_URL": services.redis_url(),
            "PORTAL_VAR": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "CONN_MAX_AGE": "60",  # as in production: connections outlive a task
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True, timeout=120)
        yield server, environment


@pytest.mark.private_postgres
@pytest.mark.celery
def test_with_the_database_crashing_amid_a_close_a_correction_counts_once(
    private_environment: tuple[PrivatePostgres, dict[str, str]], broker: redis.Redis
) -> None:
    server, environment = private_environment
    with (
        open_desk(environment) as desk,
        celery_worker(environment, concurrency=2) as worker,
    ):
        desk.do("build")
        for day in DAYS:
            desk.do("land", number=day, rows=FIRST)
        wait_until(lambda: all_stand(desk, version=1), what=f"all is counted\n{worker.output}")
        with server.connection() as connection, connection.cursor() as cursor:
            # Both workers' closes come to wait in the middle of replacing a day's rows.
            cursor.execute("SELECT 1 FROM traffic_placementday FOR UPDATE")
            for day in DAYS:
                desk.do("land", number=day, rows=CORRECTED)
            wait_until(
                lambda: server.waiting_for_a_lock() == 2, what=f"closes wait\n{worker.output}"
            )
            server.crash()
        wait_until(lambda: len(failed(worker)) == 2, what=f"both workers notice\n{worker.output}")
        server.start()
        assert desk.do("standing", number=0)["delivered"][0][1] == 100_000
        desk.do("time_passes")
        sweep()
        wait_until(lambda: all_stand(desk, version=2), what=f"all is counted\n{worker.output}")
        for day in DAYS:
            assert_corrected(desk.do("standing", number=day))
        assert desk.do("deaths") == [1, 1]
        assert desk.do("reconcile") == []


def all_stand(desk: Desk, *, version: int) -> bool:
    """True when each day is closed with this version and no work is left."""
    standing = [desk.do("standing", number=day) for day in DAYS]
    done = [["done", "", ""]] * version
    return all(
        day["day"] == [[version, version]] and day["work"] == {"read": done, "close": done}
        for day in standing
    )


def failed(worker: Worker) -> set[str]:
    """The processes of the worker that had a task fail."""
    pattern = re.compile(r"(ForkPoolWorker-\d+)\] Task .* raised unexpected")
    return {found[1] for line in list(worker.lines) if (found := pattern.search(line))}
