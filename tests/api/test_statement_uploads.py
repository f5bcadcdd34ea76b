"""Uploads of reports: their pieces, what is announced, and who may send."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from portal.api.enums import Scope
from portal.regions.models import County
from portal.statements import uploads
from portal.statements.models import Statement, Upload
from portal.statements.tasks import sweep_uploads
from tests import dossiers
from tests.api.reports import PERIOD, SOURCES, UPLOADS, announce, begin, landed, problem, put, step
from tests.api.world import Machine, issue
from tests.traffic import world
from tests.traffic.world import DAY, ID, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def machine(office):
    return Machine(issue(office.user, name="平台接口")[1])


# --- Pieces ----------------------------------------------------------------------------------


def test_a_piece_may_come_again_and_pieces_may_overlap(machine):
    data = report([(DAY, ID, n) for n in range(200)])
    upload = begin(machine, data)
    pieces = [(0, 100), (0, 100), (50, 300), (0, 10), (299, len(data)), (0, len(data))]
    there = [put(machine, upload, data, part=slice(*p)).json()["received"] for p in pieces]
    assert there == [100, 100, 300, 300, len(data), len(data)]
    assert step(machine, upload, "finish").json()["rows"] == 200


def test_a_piece_behind_the_end_says_where_to_go_on(machine):
    data = report([(DAY, ID, 100)])
    upload = begin(machine, data)
    put(machine, upload, data, part=slice(0, 10))
    answer = put(machine, upload, data, part=slice(20, 30))
    assert problem(answer) == (416, {"received": ["10"]})
    longer = data + b"more"
    answer = machine.client.put(
        upload["files"][0]["url"],
        longer,
        content_type="application/octet-stream",
        headers=machine.headers | {"Content-Range": f"bytes 0-{len(longer) - 1}/{len(data)}"},
    )
    assert problem(answer) == (416, {"received": ["10"]})


def test_other_bytes_than_announced_are_thrown_away_and_may_come_anew(machine):
    data = report([(DAY, ID, 100)])
    upload = begin(machine, data)
    status, errors = problem(put(machine, upload, data.replace(b"100", b"101", 1), of=data))
    assert (status, set(errors)) == (422, {"sha256"})
    assert machine.get(upload["files"][0]["url"]).json()["received"] == 0
    assert put(machine, upload, data).json()["complete"]


@pytest.mark.parametrize("text", ["bytes 0-9/9", "bytes 0-4/10", "0-9/10", "bytes 0-9/*"])
def test_a_range_that_is_not_the_body_is_refused(machine, text):
    upload = begin(machine, b"0123456789")
    answer = machine.client.put(
        upload["files"][0]["url"],
        b"0123456789",
        content_type="application/octet-stream",
        headers=machine.headers | {"Content-Range": text},
    )
    assert problem(answer)[0] == 400
    assert machine.get(upload["files"][0]["url"]).json()["received"] == 0


def test_a_broken_line_leaves_what_came_and_the_next_goes_on(machine, office):
    data = report([(DAY, ID, n) for n in range(50)])
    upload = Upload.objects.get(pk=begin(machine, data)["id"])
    (file,) = uploads.files_of(upload)

    class Broken:
        def __init__(self):
            self.pieces = [data[:40]]

        def read(self, _size):
            if not self.pieces:
                raise OSError("the line is gone")
            return self.pieces.pop()

    words = {"upload": upload, "file": file, "start": 0, "length": len(data), "actor": office}
    with pytest.raises(OSError, match="line"):
        uploads.receive(data=Broken(), **words)
    assert file.received == 40
    assert put(machine, {"id": upload.pk}, data, part=slice(40, len(data))).json()["complete"]


@pytest.mark.sqlite
def test_two_requests_do_not_write_one_file_at_once(machine, office):
    data = report([(DAY, ID, 100)])
    upload = begin(machine, data)
    row = Upload.objects.get()
    (file,) = uploads.files_of(row)
    answers = []

    def second(_size):
        answers.append(put(machine, upload, data))
        return b""

    words = {"upload": row, "file": file, "start": 0, "length": len(data), "actor": office}
    uploads.receive(data=SimpleNamespace(read=second), **words)
    assert problem(answers[0])[0] == 409
    assert put(machine, upload, data).json()["complete"]


# --- Announcing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "no-such-source"}, "source"),
        ({"first_day": "2023-10-20"}, "last_day"),
        ({"first_day": "2023-10-20", "last_day": "2023-10-19"}, "first_day"),
        ({"first_day": "2023-10-30", "last_day": "2023-10-30"}, "first_day"),
        ({"files": [{"name": "日报.csv", "size": 300 << 20, "sha256": "0" * 64}]}, "files"),
        ({"files": [{"name": "日报.csv", "size": 5, "sha256": "0" * 64}] * 2}, "files"),
    ],
)
def test_what_cannot_land_is_refused_before_a_byte_is_sent(machine, changes, field):
    answer = announce(machine, report([(DAY, ID, 1)]), **changes)
    status, errors = problem(answer)
    assert (status, set(errors)) == (422, {field})
    assert Upload.objects.count() == 0


@pytest.mark.sqlite
def test_the_same_announcement_with_its_key_is_one_upload(machine):
    body = {
        "source": world.source().key,
        "files": [{"name": "日报.csv", "size": 5, "sha256": "0" * 64}],
    }
    first, second = (machine.post(UPLOADS, body, Idempotency_Key="20-1") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Upload.objects.count() == 1


@pytest.mark.sqlite
def test_a_source_has_at_most_ten_uploads_under_way(machine):
    many = [begin(machine, bytes([65, number])) for number in range(10)]
    assert problem(announce(machine, b"one more"))[0] == 409
    assert machine.send("DELETE", f"{UPLOADS}{many[0]['id']}/").status_code == 204
    assert announce(machine, b"one more").status_code == 201


def test_what_is_not_finished_within_a_day_is_swept_with_its_bytes(machine):
    data = report([(DAY, ID, 100)])
    old, fresh = begin(machine, data), begin(machine, data)
    for upload in (old, fresh):
        put(machine, upload, data, part=slice(0, 10))
    nobodys = uploads.folder() / "11111111-1111-1111-1111-111111111111"
    nobodys.mkdir()
    (nobodys / "0.part").write_bytes(b"of a process that was killed")
    Upload.objects.filter(pk=old["id"]).update(started_at=timezone.now() - timedelta(days=1))
    assert sweep_uploads() == 1
    assert [path.name for path in uploads.folder().iterdir()] == [fresh["id"]]
    assert machine.get(f"{UPLOADS}{old['id']}/").status_code == 404
    assert machine.get(f"{UPLOADS}{fresh['id']}/").json()["files"][0]["received"] == 10


# --- Rights ----------------------------------------------------------------------------------


def walk(machine, upload, statement):
    """Status of every address of reports, by what it is for."""
    data = report([(DAY, ID, 100)])
    one = f"{UPLOADS}{upload['id']}/"
    return {
        "sources": machine.get(SOURCES).status_code,
        "statement": machine.get(statement).status_code,
        "rejected": machine.get(f"{statement}rejected/").status_code,
        "announce": announce(machine, data, **PERIOD).status_code,
        "upload": machine.get(one).status_code,
        "file": put(machine, upload, data).status_code,
        "check": machine.post(f"{one}check/").status_code,
        "finish": machine.post(f"{one}finish/").status_code,
        "discard": machine.send("DELETE", one).status_code,
    }


@pytest.mark.parametrize("who", ["official", "bound", "reader", "writer", "colleague"])
def test_who_may_land_and_read(machine, office, who):
    statement = landed(machine, report([(DAY, ID, 7)]))["Location"]
    upload = begin(machine, report([(DAY, ID, 100)]))
    secret = {
        "official": lambda: issue()[1],
        "bound": lambda: issue(office.user, county=County.objects.get(pk=dossiers.RUYUAN))[1],
        "reader": lambda: issue(office.user, scopes=[Scope.REPORTS])[1],
        "writer": lambda: issue(office.user, scopes=[Scope.LAND])[1],
        "colleague": lambda: issue(dossiers.staff().user)[1],
    }[who]()
    found = walk(Machine(secret), upload, statement)
    reads = {found[name] for name in ("sources", "statement", "rejected")}
    own = {found[name] for name in ("upload", "file", "check", "finish", "discard")}
    # What one key sends is no business of another, be it of the same person.
    assert (reads, found["announce"], own) == {
        "official": ({403}, 403, {403}),
        "bound": ({403}, 403, {403}),
        "reader": ({200}, 403, {403}),
        "writer": ({403}, 201, {404}),
        "colleague": ({200}, 201, {404}),
    }[who]
    assert Statement.objects.count() == 1
