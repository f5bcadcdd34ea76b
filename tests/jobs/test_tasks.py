"""A real worker process, woken by real messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from kombu import Connection

from portal.jobs.domain import SWEEP_TASK, WAKE_TASK
from portal.jobs.models import Work
from portal.notices.domain import send_text
from portal.notices.models import Message
from tests.workers import celery_worker, wait_until

SEND = """
import django
django.setup()
from portal.notices.domain import send_text
send_text(phone="13800138000", body="您的申报已发布")
"""


def is_sent() -> bool:
    return Message.objects.filter(sent_at__isnull=False).exists()


@pytest.mark.celery
@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_a_worker_through_redis_and_the_same_message_again_does_nothing(
    redis_environment: dict[str, str],
) -> None:
    with celery_worker(redis_environment) as worker:
        subprocess.run([sys.executable, "-c", SEND], env=redis_environment, check=True, timeout=60)
        wait_until(is_sent, what=f"the text is sent\n{worker.output}")
        wait_until(lambda: Work.objects.get().state == "done", what="the row is done")
        row = Work.objects.values().get()
        with Connection(redis_environment["REDIS_URL"]) as redis:
            current_app.send_task(WAKE_TASK, args=[row["id"]], connection=redis)
            current_app.send_task(SWEEP_TASK, connection=redis)
        worker.wait_for("portal.jobs.tasks.sweep_work", seconds=30)
        wait_until(
            lambda: "\n".join(worker.lines).count("succeeded in") == 3,
            what=f"three messages are done\n{worker.output}",
        )
        assert sum("SMS" in line and "138****8000" in line for line in worker.lines) == 1
    assert Work.objects.values().get() == row
    assert "13800138000" not in worker.output


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_folder_broker_wakes_a_worker_and_the_sweep_finds_what_no_message_names(
    child_environment: dict[str, str],
) -> None:
    with celery_worker(child_environment) as worker:
        send_text(phone="13800138000", body="一")
        wait_until(is_sent, what=f"the text is sent\n{worker.output}")
        silent = Message.objects.create(phone="13800138000", body="二")
        Work.objects.create(
            kind="notices.sms",
            key=str(silent.pk),
            payload={"message": silent.pk},
            run_after=silent.created_at,
        )
        current_app.send_task(SWEEP_TASK)
        wait_until(
            lambda: Message.objects.filter(sent_at__isnull=False).count() == 2,
            what=f"the second text is sent\n{worker.output}",
        )


ASK = """
import shutil, sys, time
import django
django.setup()
from django.conf import settings
from portal.jobs.domain import enqueue
if sys.argv[1] == "folder":
    shutil.rmtree(settings.VAR_DIR / "broker")
began = time.monotonic()
enqueue(kind="tests.count", key=sys.argv[1])
print(time.monotonic() - began)
"""


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lost", ["redis", "folder"])
def test_a_lost_broker_neither_fails_nor_delays_the_act(
    lost: str, child_environment: dict[str, str], tmp_path: Path
) -> None:
    nobody_listens = "redis://127.0.0.1:1/0" if lost == "redis" else ""
    child = subprocess.run(
        [sys.executable, "-c", ASK, lost],
        env=child_environment | {"PORTAL_VAR": str(tmp_path), "REDIS_URL": nobody_listens},
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert float(child.stdout) < 2
    row = Work.objects.get()
    assert (row.key, row.state) == (lost, "waiting")
    assert f"No broker; work {row.pk} waits for the sweep" in child.stderr
