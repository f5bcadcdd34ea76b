"""Statements whose files lie in an S3-compatible store, and a store that fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import stores
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import raw
from portal.statements.models import READ, Part
from tests.s3 import S3Server, s3_server
from tests.statements.events.test_landing import SAID, parquet, text
from tests.statements.pages import land, show, take, token, upload, words
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import PlacementDay
from traffic.reconciling import reconcile

pytestmark = pytest.mark.django_db
FILES = [
    (parquet(SAID), "events.parquet"),
    (text(SAID, "gzip"), "events.csv.gz"),
    (world.report([(DAY.isoformat(), ID, 7)]), "日报.csv"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _store(server: S3Server, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place of its own in the bucket for each test, and little patience."""
    monkeypatch.setattr(stores, "SILENT_SECONDS", 1)
    settings.STATEMENT_STORE = server.uri(tmp_path.name)
    settings.VAR_DIR = tmp_path


@pytest.mark.parametrize(("data", "name"), FILES, ids=[name for _data, name in FILES])
def test_a_report_is_landed_closed_and_reconciled_in_a_bucket(data, name, page, office, tmp_path):
    placement = world.placement(office)
    assert "已入库" in words(land(page, upload(data, name)))
    assert PlacementDay.objects.get(placement=placement).count == 7
    part = Part.objects.get()
    assert raw.raw_path(part.sha256).read_bytes() == data
    partial = raw.partial_path(part.sha256, part.statement.source.id_kind)
    before = partial.read_bytes()
    partial.store.delete_file(partial.name)
    assert reconcile().differences == []
    assert partial.read_bytes() == before
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("lost", [True, False])
def test_a_file_that_is_lost_or_changed_in_the_bucket_is_seen(lost, page, office, tmp_path):
    world.placement(office)
    land(page, upload(*FILES[2]))
    stored = raw.raw_path(Part.objects.get().sha256)
    if lost:
        stored.store.delete_file(stored.name)
    else:
        with stored.store.open_output_stream(stored.name) as stream:
            stream.write(FILES[2][0].replace(b",7", b",8"))
    (found, *_more) = reconcile().differences
    assert f"statements/{tmp_path.name}/raw/{stored.name.removeprefix('raw/')}" in str(found)
    assert ("丢失" if lost else "改动") in str(found)


def test_a_store_that_does_not_answer_is_no_difference(page, office, server):
    world.placement(office)
    land(page, upload(*FILES[2]))
    server.fall_silent()
    try:
        with pytest.raises(OSError, match="AWS Error NETWORK_CONNECTION"):
            reconcile()
    finally:
        server.speak_again()


@pytest.mark.parametrize(("data", "name"), FILES, ids=[name for _data, name in FILES])
def test_a_store_that_does_not_answer_delays_a_reading_and_says_nothing_of_the_file(
    data, name, page, office, server
):
    placement = world.placement(office)
    take(page, show(page, upload(data, name)))
    server.fall_silent()
    try:
        run_due()
    finally:
        server.speak_again()
    work = Work.objects.get(kind=READ)
    assert (work.state, work.attempts, work.reason) == ("waiting", 1, "")
    assert work.fault.startswith("OSError · portal/st")
    assert work.run_after > timezone.now()
    assert Part.objects.get().read_at is None
    Work.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    run_due()
    assert PlacementDay.objects.get(placement=placement).count == 7
    assert reconcile().differences == []


def test_a_store_that_does_not_answer_is_said_on_the_page_and_nothing_lands(page, office, server):
    shown = show(page, upload(*FILES[2]))
    server.fall_silent()
    try:
        first = show(page, upload(*FILES[2]))
        last = page.post(reverse("statement-columns"), {"token": token(shown)}, follow=True)
    finally:
        server.speak_again()
    for answer in (first, last):
        assert "文件存储暂时没有响应" in words(answer)
    # What was chosen stands in the form, but for the file itself.
    assert 'value="2023-10-20"' in first.content.decode()
    assert not Part.objects.exists()
    assert "已入库" in words(take(page, shown))
