"""Reports that machines land: announced, sent piece by piece, checked, finished, followed."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from portal.api.enums import Scope
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.regions.models import County
from portal.statements import uploads
from portal.statements.models import Statement, Upload
from portal.statements.tasks import sweep_uploads
from tests import dossiers
from tests.api.world import Machine, issue
from tests.traffic import world
from tests.traffic.world import DAY, ID, report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SOURCES = "/api/v1/statement-sources/"
UPLOADS = "/api/v1/statement-uploads/"
OTHER = "7390000000000000018"
PERIOD = {"first_day": "2023-10-20", "last_day": "2023-10-20"}


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def machine(office):
    return Machine(issue(office.user, name="平台接口")[1])


def sha(data):
    return hashlib.sha256(data).hexdigest()


def announce(machine, *files, **more):
    body = {
        "source": world.source().key,
        "files": [
            {"name": f"日报{number}.csv", "size": len(data), "sha256": sha(data)}
            for number, data in enumerate(files, 1)
        ],
        **more,
    }
    return machine.post(UPLOADS, body)


def begin(machine, *files, **more):
    answer = announce(machine, *files, **({} if "first_day" in more else PERIOD) | more)
    assert answer.status_code == 201, answer.content
    return answer.json()


def put(machine, upload, data, *, part=None, of=None):
    """Send the bytes `part` (a slice) of a file, all of it without."""
    whole = of or data
    headers = machine.headers
    piece = data if part is None else data[part]
    if part is not None:
        first = part.start or 0
        named = f"bytes {first}-{first + len(piece) - 1}/{len(whole)}"
        headers = headers | {"Content-Range": named}
    return machine.client.put(
        f"{UPLOADS}{upload['id']}/files/{sha(whole)}/",
        piece,
        content_type="application/octet-stream",
        headers=headers,
    )


def step(machine, upload, what, **headers):
    return machine.post(f"{UPLOADS}{upload['id']}/{what}/", **headers)


def sent(machine, *files, **more):
    upload = begin(machine, *files, **more)
    for data in files:
        assert put(machine, upload, data).json()["complete"]
    return upload


def landed(machine, *files, **more):
    answer = step(machine, sent(machine, *files, **more), "finish")
    run_due()
    return answer


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    return body["status"], body.get("errors", body["detail"])


def test_sources_are_listed_by_the_key_an_upload_names(machine):
    world.source()
    world.source("巨量引擎计划日报")
    answer = machine.get(SOURCES).json()
    assert answer == {
        "results": [
            {
                "key": key,
                "name": name,
                "platform": "douyin",
                "id_kind": "material_id",
            }
            for key, name in [
                ("douyinzuopinribao", "抖音作品日报"),
                ("juliangyinqingjihuaribao", "巨量引擎计划日报"),
            ]
        ],
        "next": None,
    }


def test_a_report_comes_in_pieces_is_checked_landed_and_followed(machine, office):
    data = report([(DAY, ID, 100), (DAY, "1.00449E+11", 7)])
    upload = begin(machine, data)
    assert upload["missing"] == [sha(data)]
    assert put(machine, upload, data, part=slice(0, 30)).json()["received"] == 30
    seen = machine.get(upload["files"][0]["url"]).json()
    assert (seen["received"], seen["complete"]) == (30, False)
    assert problem(step(machine, upload, "finish"))[0] == 409
    assert put(machine, upload, data, part=slice(30, len(data))).json()["complete"]
    checked = step(machine, upload, "check")
    assert Statement.objects.count() == 0
    assert {name: checked.json()[name] for name in ("rows", "rejected", "sums", "after")} == {
        "rows": 1,
        "rejected": 1,
        "sums": {"impressions": 100},
        "after": {"rows": 1, "impressions": 100},
    }
    answer = step(machine, upload, "finish", If_Match=checked["ETag"])
    row = Statement.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/statements/{row.pk}/")
    told = answer.json()
    assert {name: told[name] for name in checked.json()} == checked.json()
    assert (told["statement"], told["repeated"]) == (answer["Location"], False)
    assert not uploads.folder_of(Upload.objects.get()).exists()
    assert (row.landed_by, row.first_day, row.last_day) == (office.user, DAY, DAY)
    entry = Entry.objects.get(act="statement.land")
    assert entry.data["key"].startswith("bqw_")
    assert machine.get(answer["Location"]).json()["state"] == "reading"
    run_due()
    status = machine.get(answer["Location"])
    shown = status.json()
    assert (shown["state"], shown["rows"], shown["rejected"]) == ("read", 1, 1)
    assert shown["files"][0]["ignored"] == {"heading": 1, "total": 1}
    again = machine.get(answer["Location"], If_None_Match=status["ETag"])
    assert again.status_code == 304
    (rejected,) = machine.get(f"{answer['Location']}rejected/").json()["results"]
    assert (rejected["file"], rejected["row"], rejected["rows"]) == ("日报1.csv", 3, 1)
    assert "1.00449E+11" in rejected["reason"]


def test_finishing_again_gives_the_same_statement_and_the_same_answer(machine):
    data = report([(DAY, ID, 100)])
    upload = sent(machine, data)
    first = step(machine, upload, "finish")
    second = step(machine, upload, "finish")
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json(), first["Location"]) == (second.json(), second["Location"])
    assert put(machine, upload, data).json()["complete"]
    assert machine.get(f"{UPLOADS}{upload['id']}/").json()["missing"] == []
    assert problem(step(machine, upload, "check"))[0] == 409
    assert Statement.objects.count() == 1


def test_the_same_files_through_another_upload_land_once(machine):
    data = report([(DAY, ID, 100)])
    first = landed(machine, data)
    second = landed(machine, data)
    assert (second.status_code, second.json()["repeated"]) == (200, True)
    assert second.json()["came_before"] == second["Location"] == first["Location"]
    assert Statement.objects.count() == 1


def test_a_new_report_replaces_and_says_what(machine):
    first = landed(machine, report([(DAY, ID, 100)]))
    answer = landed(machine, report([(DAY, ID, 90)])).json()
    assert (answer["before"], answer["after"]) == (
        {"rows": 1, "impressions": 100},
        {"rows": 1, "impressions": 90},
    )
    assert answer["replaces"] == [
        {"statement": first["Location"], "version": 1, "days": ["2023-10-20"]}
    ]
    replaced = machine.get(first["Location"]).json()
    assert (replaced["state"], replaced["replaced_by_version"]) == ("replaced", 2)


def test_a_further_part_adds_to_what_counts(machine):
    first = landed(machine, report([(DAY, ID, 100)]))
    answer = landed(machine, report([(DAY, OTHER, 5)]), how="add")
    assert (answer.status_code, answer["Location"]) == (201, first["Location"])
    assert (answer.json()["replaces"], answer.json()["after"]["impressions"]) == ([], 105)
    assert machine.get(first["Location"]).json()["sums"] == {"impressions": 105}
    days = {"first_day": "2023-10-19", "last_day": "2023-10-19"}
    alone = sent(machine, report([("2023-10-19", ID, 1)]), how="add", **days)
    assert set(problem(step(machine, alone, "finish"))[1]) == {"how"}


def test_a_report_that_would_remove_everything_waits(machine):
    landed(machine, report([(DAY, ID, 100)]))
    answer = landed(machine, report([]))
    assert answer.json()["empties"]
    assert machine.get(answer["Location"]).json()["state"] == "held"


def test_the_period_is_the_files_own_or_the_senders_never_the_rows(machine):
    data = "时间范围：2023-10-20\n时间-天,素材ID,展示数\n2023-10-20,1,5\n".encode()
    none = {"first_day": None, "last_day": None}
    assert landed(machine, data, **none).json()["first_day"] == "2023-10-20"
    upload = sent(machine, report([(DAY, ID, 1)]), **none)
    for what in ("check", "finish"):
        status, errors = problem(step(machine, upload, what))
        assert (status, set(errors)) == (422, {"first_day"})
        assert "2023年10月20日" in errors["first_day"][0]


def test_a_check_is_outdated_once_another_report_came(machine):
    upload = sent(machine, report([(DAY, ID, 100)]))
    tag = step(machine, upload, "check")["ETag"]
    landed(machine, report([(DAY, ID, 90)]))
    assert problem(step(machine, upload, "finish", If_Match=tag))[0] == 412
    assert problem(step(machine, upload, "finish", If_Match="x"))[0] == 412
    assert step(machine, upload, "finish").status_code == 201


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


def test_the_same_announcement_with_its_key_is_one_upload(machine):
    body = {
        "source": world.source().key,
        "files": [{"name": "日报.csv", "size": 5, "sha256": "0" * 64}],
    }
    first, second = (machine.post(UPLOADS, body, Idempotency_Key="20-1") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Upload.objects.count() == 1


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
