"""The watched folder: what counts, what lands, what is refused, and what nobody does twice."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from django.urls import reverse

from portal import stores
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices.models import Notice
from portal.statements import inbox, queries
from portal.statements.models import SCAN, Part, Statement
from portal.statements.reading.period import period_of_name
from portal.statements.tasks import look_into_inbox
from tests.kills import in_child, killed_at, lease_runs_out
from tests.products import world as products
from tests.s3 import s3_server
from tests.statements.pages import preamble, words
from tests.traffic import world
from tests.traffic.world import DAY, ID, report

pytestmark = pytest.mark.django_db
KEY = "douyinzuopinribao"
OTHER = "7390000000000000018"
NAMED = "日报_2023-10-20.csv"
LONG_AGO = 1_600_000_000


@pytest.fixture
def folder(settings, tmp_path):
    """The folder of a source in the inbox."""
    settings.STATEMENT_INBOX = str(tmp_path)
    world.source()
    look_into_inbox()
    return tmp_path / KEY


def write(path: Path, data: bytes, *, age: int = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (age, age))
    os.utime(path.parent, (age, age))
    return path


def go_round() -> int:
    asked = look_into_inbox()
    run_due()
    return asked


def tree(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def periods() -> list[tuple[str, str, int]]:
    rows = Statement.objects.order_by("version")
    return [(str(row.first_day), str(row.last_day), row.parts.count()) for row in rows]


def why(folder: Path, name: str) -> str:
    return (folder / "refused" / f"{name}.why.txt").read_text("utf-8-sig")


# --- What counts -----------------------------------------------------------------------------


def test_a_file_moved_to_ready_lands_and_is_moved_on(folder, office):
    write(folder / "ready" / NAMED, report([(DAY, ID, 100)]))
    assert go_round() == 1
    assert tree(folder) == [f"landed/2023-10-23/{NAMED}"]
    statement = Statement.objects.get()
    assert (statement.totals, statement.landed_by) == ({"impressions": 100}, None)
    assert periods() == [("2023-10-20", "2023-10-20", 1)]
    assert Entry.objects.get(act="statement.land").user is None
    assert go_round() == 0


def test_a_file_written_in_place_counts_with_its_mark_and_not_before(folder, office):
    file = write(folder / NAMED, report([(DAY, ID, 100)]))
    assert go_round() == 0
    write(folder / f"{NAMED}.done", b"", age=LONG_AGO - 5)
    # The mark of an earlier file of that name: this one is being written.
    assert go_round() == 0
    assert file.exists()
    write(folder / f"{NAMED}.done", b"")
    assert go_round() == 1
    assert tree(folder) == [f"landed/2023-10-23/{NAMED}"]


def test_what_is_unfinished_or_hidden_is_left_alone(folder, office):
    data = report([(DAY, ID, 100)])
    names = [".2023-10-20.csv", "2023-10-20.csv.part", "2023-10-20.tmp", "~$2023-10-20.xlsx"]
    for name in names:
        write(folder / "ready" / name, data)
        write(folder / name, data)
    # Somebody copies instead of moving.
    fresh = write(folder / "ready" / NAMED, data, age=int(Path.cwd().stat().st_atime) + 10**6)
    half = write(folder / "ready" / "2023-10-20" / "1.csv.part", data)
    write(half.with_name("2.csv"), data)
    (folder / "ready" / "empty").mkdir()
    before = tree(folder)
    assert go_round() == 0
    assert tree(folder) == before
    assert Statement.objects.count() == 0
    assert fresh.exists()


def test_the_files_of_a_folder_are_one_report(folder, office):
    place = folder / "ready" / "20231019-20231020"
    write(place / "甲.csv", report([(DAY, ID, 100)]))
    write(place / "乙.csv", report([("2023-10-19", OTHER, 5)]))
    go_round()
    assert periods() == [("2023-10-19", "2023-10-20", 2)]
    assert tree(folder) == [
        f"landed/2023-10-23/20231019-20231020/{name}.csv" for name in ("乙", "甲")
    ]


def test_what_the_heading_says_goes_before_the_name(folder, office):
    write(folder / "ready" / "日报_2023-10-19.csv", preamble("2023-10-20"))
    go_round()
    assert periods() == [("2023-10-20", "2023-10-20", 1)]


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("日报_2023-10-20.csv", ("2023-10-20", "2023-10-20")),
        ("20231020-20231026", ("2023-10-20", "2023-10-26")),
        ("周报2023.10.20至2023.10.26.xlsx", ("2023-10-20", "2023-10-26")),
        ("report_20231020_20231026.csv", ("2023-10-20", "2023-10-26")),
        ("2023年10月20日.csv", ("2023-10-20", "2023-10-20")),
        ("20231026-20231020.csv", None),
        ("20231020 导出于 20231021.csv", None),
        ("2023-13-40.csv", None),
        ("7390000000000000017.csv", None),
        ("日报.csv", None),
    ],
)
def test_the_period_in_a_name(name, period):
    found = period_of_name(name)
    assert (found and tuple(str(day) for day in found)) == period


def test_reports_of_sales_land_as_well(settings, tmp_path, office):
    settings.STATEMENT_INBOX = str(tmp_path)
    source = products.shop()
    write(tmp_path / source.key / "ready" / NAMED, products.report([(DAY, "sp-1", 2, 8000, 0, 0)]))
    assert go_round() == 1
    assert Statement.objects.get().source == source
    assert Part.objects.get().rows_data == 1


# --- Again, anew, refused --------------------------------------------------------------------


def test_the_same_file_again_does_nothing_and_keeps_both(folder, office):
    for _time in range(2):
        write(folder / "ready" / NAMED, report([(DAY, ID, 100)]))
        go_round()
    assert Statement.objects.count() == 1
    assert tree(folder) == [
        "landed/2023-10-23/日报_2023-10-20 (2).csv",
        f"landed/2023-10-23/{NAMED}",
    ]
    results = Work.objects.filter(kind=SCAN).order_by("pk").values_list("result", flat=True)
    assert [(found["landed"], found["repeated"]) for found in results] == [(1, 0), (0, 1)]


@pytest.mark.sqlite
def test_a_new_file_of_a_period_replaces_and_one_without_rows_waits(folder, office):
    for rows in ([(DAY, ID, 100)], [(DAY, ID, 90)], []):
        write(folder / "ready" / NAMED, report(rows))
        go_round()
    first, second, third = queries.statements(office.user).order_by("version")
    assert [row.state for row in (first, second, third)] == ["replaced", "read", "held"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("日报.csv", report([(DAY, ID, 1)]), "文件名"),
        ("2023-10-19.csv", report([(DAY, ID, 1)]), "2023年10月20日"),
        ("2023-10-20.csv", b"", "空"),
        ("2023-10-20.csv", report([(DAY, "1.00449E+11", 7)]), "1.00449E+11"),
        ("2024-10-20.csv", report([("2024-10-20", ID, 7)]), "晚于今天"),
    ],
)
def test_what_cannot_land_is_refused_with_its_reason(folder, office, name, data, sentence):
    write(folder / "ready" / name, data)
    go_round()
    assert tree(folder) == [f"refused/{name}", f"refused/{name}.why.txt"]
    assert sentence in why(folder, name)
    assert (folder / "refused" / name).read_bytes() == data
    assert Statement.objects.count() == 0


def test_a_bad_file_refuses_the_folder_as_a_whole(folder, office):
    place = folder / "ready" / "2023-10-20"
    write(place / "甲.csv", report([(DAY, ID, 100)]))
    write(place / "乙.csv", "没有表格\n".encode())
    go_round()
    assert tree(folder) == [
        "refused/2023-10-20.why.txt",
        "refused/2023-10-20/乙.csv",
        "refused/2023-10-20/甲.csv",
    ]
    assert Statement.objects.count() == 0


def test_the_office_is_told_once_sees_why_and_is_rid_of_it_when_it_is_taken_away(
    folder, office, page
):
    write(folder / "ready" / "日报.csv", report([(DAY, ID, 1)]))
    go_round()
    write(folder / "ready" / NAMED, report([(DAY, ID, 1)]))
    go_round()
    notice = Notice.objects.get(event="statement.refused")
    assert notice.recipient == office.user
    assert "“抖音作品日报”" in notice.text
    assert "日报.csv" in notice.text
    home = words(page.get(reverse("home")))
    assert "收件文件夹退回的文件" in home
    shown = words(page.get(reverse("sources")))
    assert why(folder, "日报.csv").strip() in shown
    shutil.rmtree(folder / "refused")
    go_round()
    assert "收件文件夹退回的文件" not in words(page.get(reverse("home")))
    assert Notice.objects.filter(event="statement.refused").count() == 1


def test_a_refused_file_of_the_same_name_loses_nothing(folder, office):
    for count in (1, 2):
        write(folder / "ready" / "日报.csv", report([(DAY, ID, count)]))
        go_round()
    kept = [(folder / "refused" / name).read_bytes() for name in ("日报.csv", "日报 (2).csv")]
    assert kept == [report([(DAY, ID, 1)]), report([(DAY, ID, 2)])]
    assert why(folder, "日报.csv") == why(folder, "日报 (2).csv")


def test_without_an_inbox_nothing_is_looked_at(settings, office):
    settings.STATEMENT_INBOX = ""
    world.source()
    assert look_into_inbox() == 0
    assert Work.objects.count() == 0


# --- Two at once, and death ------------------------------------------------------------------


@pytest.mark.sqlite
def test_two_workers_do_not_scan_one_source_at_once(folder, office):
    write(folder / "ready" / NAMED, report([(DAY, ID, 100)]))
    look_into_inbox()
    look_into_inbox()
    assert Work.objects.filter(kind=SCAN).count() == 1
    # One whose lease ran out goes on beside the next: what is moved already is nobody's.
    source, found = world.source(), inbox.deliveries(inbox.store(), KEY)
    outcomes = [inbox.take_in(inbox.store(), source, found[0]) for _worker in range(2)]
    assert outcomes == ["landed", ""]
    assert Statement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [False, True])
def test_a_scan_killed_at_any_step_never_lands_twice_and_never_loses(folder, office, after):
    steps = 0
    while True:
        steps += 1
        number = steps
        day = f"2023-10-{number % 20 + 1:02}"
        good, bad = f"日报_{day}.csv", f"坏_{number}_{after}.csv"
        data = report([(day, ID, number * 10 + after)])
        write(folder / "ready" / good, data)
        write(folder / "ready" / bad, f"{number}\n".encode())
        look_into_inbox()

        def die(number=number):
            with killed_at(number, after=after):
                run_due(kinds=[SCAN])

        status = in_child(die)
        lease_runs_out()
        go_round()
        assert list((folder / "ready").iterdir()) == [], number
        assert Part.objects.filter(size=len(data), statement__first_day=day).latest("pk").read_at
        assert Statement.objects.count() == number, number
        assert (folder / "refused" / bad).exists(), number
        assert why(folder, bad), number
        told = Notice.objects.filter(event="statement.refused", recipient=office.user)
        assert told.count() == number, number
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert steps > 8


# --- An S3-compatible store ------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3():
    with s3_server() as server:
        yield server


def put(store, name, data):
    with store.open_output_stream(name) as file:
        file.write(data)


def names(store):
    from pyarrow.fs import FileSelector, FileType

    infos = store.get_file_info(FileSelector("", recursive=True, allow_not_found=True))
    return sorted(info.path for info in infos if info.type == FileType.File)


def test_the_inbox_may_lie_in_an_s3_compatible_store(settings, office, s3):
    settings.STATEMENT_INBOX = s3.uri("inbox")
    world.source()
    store = stores.opened(settings.STATEMENT_INBOX)
    put(store, f"{KEY}/ready/{NAMED}", report([(DAY, ID, 100)]))
    put(store, f"{KEY}/ready/日报.csv", report([(DAY, ID, 1)]))
    put(store, f"{KEY}/ready/2023-10-19/甲.csv", report([("2023-10-19", ID, 1)]))
    put(store, f"{KEY}/ready/2023-10-19/乙.csv", report([("2023-10-19", OTHER, 2)]))
    assert go_round() == 1
    assert periods() == [("2023-10-20", "2023-10-20", 1)]
    # A folder is never put as a whole: it waits for its mark.
    put(store, f"{KEY}/ready/2023-10-19.done", b"")
    assert go_round() == 1
    assert periods() == [("2023-10-20", "2023-10-20", 1), ("2023-10-19", "2023-10-19", 2)]
    assert names(store) == [
        f"{KEY}/landed/2023-10-23/2023-10-19/乙.csv",
        f"{KEY}/landed/2023-10-23/2023-10-19/甲.csv",
        f"{KEY}/landed/2023-10-23/{NAMED}",
        f"{KEY}/refused/日报.csv",
        f"{KEY}/refused/日报.csv.why.txt",
    ]
    assert go_round() == 0
