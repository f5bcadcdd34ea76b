"""What the tests of a full disk let happen in processes of their own; see `acts`."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.statements import raw
from portal.statements.models import Part
from portal.stores import local_folder
from tests.faults import acts
from tests.traffic import world

JUNK = "junk"
# Nobody collects the static files for a test.
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def press(number: int, rows: int, at_most: int | None = None) -> dict[str, Any]:
    """Choose a report of a day with so many rows on the page; how the page answers, and whether it
    says that there is no room and keeps what was entered."""
    if at_most is not None:
        limit(at_most)
    client = Client(HTTP_HOST="localhost")
    client.force_login(_staff())
    day = acts.day_of(number)
    data = world.report([(day.isoformat(), acts.RADISH, 1)] * rows)
    entered = {
        "source": world.source().pk,
        "files": SimpleUploadedFile(acts.NAME, data),
        "first_day": day.isoformat(),
        "last_day": day.isoformat(),
    }
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN}):
        answer = client.post(reverse("statement-land"), entered)
    html = answer.content.decode()
    return {
        "status": answer.status_code,
        "full": "磁盘已满，文件未保存。请清理空间后重试。" in html,
        "kept": day.isoformat() in html,
    }


def work(at_most: int | None = None) -> list[list[str]]:
    """Do all that is due; each row of work that stopped, with its reason."""
    if at_most is not None:
        limit(at_most)
    jobs.run_due()
    rows = Work.objects.filter(state="parked").order_by("pk")
    return [list(row) for row in rows.values_list("kind", "reason")]


def retry() -> None:
    """Somebody presses the button of all that stopped."""
    for row in Work.objects.filter(state="parked").order_by("pk"):
        jobs.retry_parked(work=row, actor=Actor.of(_staff()))
    jobs.run_due()


def lies_there() -> dict[str, list[str]]:
    """The files of the store by folder, and the parts that are there."""
    root = _root()
    found = {
        folder: sorted(path.name for path in (root / folder).glob("*"))
        for folder in ("raw", "partials")
    }
    return {**found, "parts": sorted(Part.objects.order_by().values_list("sha256", flat=True))}


def fill() -> None:
    """Leave no room on the disk of the store."""
    (_root() / "raw").mkdir(parents=True, exist_ok=True)
    with (_root() / JUNK).open("wb", buffering=0) as junk:
        try:
            while True:
                junk.write(bytes(4096))
        except OSError:
            pass


def make_room() -> None:
    """Take away what fills the disk, and make the disk larger."""
    (_root() / JUNK).unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,size=16m", _root()], check=True)


def limit(at_most: int) -> None:
    """Let this process write no file longer than so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (at_most, resource.RLIM_INFINITY))


def _root() -> Path:
    root = local_folder(raw.store())
    assert root is not None
    return root


def _staff() -> User:
    return User.objects.filter(memberships__role=Role.STAFF).earliest("pk")


ACTS = {act.__name__: act for act in (press, work, retry, lies_there, fill, make_room)}
