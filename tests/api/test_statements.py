"""Reports that machines land: announced, sent, checked, finished, followed."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.statements import uploads
from portal.statements.models import Statement, Upload
from tests import dossiers
from tests.api.reports import OTHER, SOURCES, UPLOADS, begin, landed, problem, put, sent, sha, step
from tests.api.world import Machine, issue
from tests.traffic import world
from tests.traffic.world import DAY, ID, report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def machine(office):
    return Machine(issue(office.user, name="平台接口")[1])


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


def test_finishing_again_gives_the_same_statement_and_the_same_answer(machine, office):
    data = report([(DAY, ID, 100)])
    upload = sent(machine, data)
    first = step(machine, upload, "finish")
    second = step(machine, upload, "finish")
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json(), first["Location"]) == (second.json(), second["Location"])
    # One that began before the other ended, and finds the files gone.
    stale = Upload.objects.get()
    stale.statement, stale.answer = None, None
    row, made = uploads.finish(upload=stale, told=None, actor=office)
    assert (row.statement, made) == (Statement.objects.get(), False)
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


# --- As the documentation has it -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_example_in_the_documentation_runs(live_server, office, settings, tmp_path):
    settings.ALLOWED_HOSTS = ["*"]
    text = (settings.BASE_DIR / "docs" / "api.md").read_text("utf-8")
    (script,) = re.findall(r"^```bash\n(.*?)^```", text, flags=re.S | re.M)
    (tmp_path / "report.csv").write_bytes(report([(DAY, ID, 100), (DAY, OTHER, 5)]))
    world.source()
    secret = issue(office.user)[1]
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "KEY": f"Authorization: Bearer {secret}",
            "URL": f"{live_server.url}/api/v1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    run_due()
    row = Statement.objects.get()
    assert "HTTP/1.1 201" in told.stdout
    assert f"Location: /api/v1/statements/{row.pk}/" in told.stdout
    assert row.totals == {"impressions": 105}
