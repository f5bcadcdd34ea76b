"""A backup comes back whole, on either database, and only into an empty place."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.domain import record, seal_committed_entries
from portal.regions.models import County
from tests import dossiers, services
from tests.factories import OrganisationFactory, UserFactory
from tests.traffic import world

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty place: its own PORTAL_VAR, and its own SQLite file unless told otherwise."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


@pytest.fixture
def uploads(tmp_path: Path, settings) -> dict[str, bytes]:
    """Files of the running portal, by their place in a backup."""
    settings.VAR_DIR = tmp_path / "running"
    kept = {"files/ab/abcd.jpg": b"\xff\xd8 picture", "raw/0a/0abc": "统计,1".encode()}
    for name, content in (kept | {"files/.half-written": b"..."}).items():
        path = settings.VAR_DIR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return kept


@pytest.fixture
def rows() -> Iterator[User]:
    """People, an organisation, a county's new name, a sealed record with nested JSON."""
    user = UserFactory(merchant=OrganisationFactory(name="瑶山“茶”社"), full_name="盘小英")
    UserFactory(official="440232")
    county = County.objects.filter(code="440232")
    name = county.get().name
    county.update(name="乳源（改）")
    for number in range(3):
        record(actor=Actor.of(user), act="test.act", subject=user, b=[number, None], a={"字": 1.5})
    seal_committed_entries(limit=10)
    yield user
    # Regions stay from one test to the next.
    county.update(name=name)


def place(folder: Path, **changes: str) -> dict[str, str]:
    return (
        os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_VAR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        }
        | changes
    )


def manage(environment: dict[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    return child(environment, "manage.py", *words)


# Several commands one after the other: a process takes as long to begin as most of them.
EACH = """
import sys
import django
django.setup()
from django.core.management import call_command
for words in sys.argv[1:]:
    call_command(*words.split())
"""


def child(environment: dict[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def content(tar: Path) -> tuple[dict, list[str], dict[str, bytes]]:
    """Manifest without its date, rows, files."""
    with tarfile.open(tar) as archive:
        parts = {member.name: archive.extractfile(member).read() for member in archive.getmembers()}
    manifest = json.loads(parts.pop("manifest.json"))
    del manifest["made_at"], manifest["rows_sha256"]
    return manifest, gzip.decompress(parts.pop("database.jsonl.gz")).decode().splitlines(), parts


def assert_comes_back(first: Path, environment: dict[str, str]) -> None:
    restored = manage(environment, "restore", first)
    assert (restored.returncode, restored.stderr) == (0, "")
    second = first.with_name("second.tar")
    read = child(environment, "-c", EACH, f"backup {second}", "verify_audit")
    assert (read.returncode, read.stderr) == (0, "")
    assert content(second) == content(first)


def test_a_backup_comes_back_whole_on_sqlite(tmp_path, folder, uploads, rows, settings):
    office = dossiers.staff()
    world.placement(office)
    world.land(office, [(world.DAY, world.ID, 100_000), (world.DAY, "9", 40)])
    first = tmp_path / "first.tar"
    call_command("backup", str(first), stdout=io.StringIO())

    assert_comes_back(first, place(folder))

    manifest, lines, files = content(first)
    landed = settings.VAR_DIR / "raw"
    reports = {f"raw/{p.relative_to(landed)}": p for p in landed.rglob("*") if p.is_file()}
    assert len(reports) == 2  # the one of the uploads, and the placement's
    assert files == uploads | {name: p.read_bytes() for name, p in reports.items()}
    assert manifest["rows"]["regions.town"] == 1610
    assert manifest["rows"]["accounts.user"] == 6
    assert manifest["rows"]["audit.seal"] >= 3
    assert len(lines) == sum(manifest["rows"].values())
    assert manifest["keys_needed"] == ["SECRET_KEY", "AUDIT_KEY"]
    assert first.stat().st_mode & 0o777 == 0o600
    # New rows get new numbers, and the record is still closed.
    program = (
        "import django; django.setup();"
        "from django.db import connection, IntegrityError, transaction;"
        "from portal.accounts.models import User; from portal.audit.models import Entry;"
        f"assert User.objects.create(username='new').pk > {rows.pk};"
        "c = connection.cursor()\n"
        "try:\n c.execute('DELETE FROM audit_entry')\n"
        "except IntegrityError as refused:\n print(refused)\n"
    )
    done = child(place(folder), "-c", program)
    assert done.stdout == "Rows of audit_entry are only ever added; DELETE is refused.\n"
    assert_reconciles(folder)


def assert_reconciles(folder: Path) -> None:
    """What was delivered follows from the restored reports, and not without them."""
    found = manage(place(folder), "reconcile")
    assert (found.returncode, found.stderr) == (0, "")
    lines = {line.split()[0]: line.split()[1:] for line in found.stdout.splitlines()[:-1]}
    assert lines["已计入"] == ["1", "100,000"]
    assert lines["未匹配"] == ["1", "40"]

    (folder / "raw").rename(folder / "lost")
    for partial in (folder / "partials").iterdir():
        partial.unlink()
    assert manage(place(folder), "reconcile").returncode != 0


@pytest.mark.postgres
def test_a_backup_comes_back_whole_on_postgresql(tmp_path, folder, uploads, rows):
    first = tmp_path / "first.tar"
    call_command("backup", str(first), stdout=io.StringIO())
    name = f"{services.database_name()}_{os.environ['PORTAL_TEST_OWNER']}_restore"
    server = psycopg2.connect(services.postgres_url())
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        url = services.postgres_url().rpartition("/")[0] + f"/{name}"
        assert_comes_back(first, place(folder, DATABASE_URL=url))
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


def test_no_key_stands_in_a_backup(tmp_path, uploads, rows, settings):
    call_command("backup", str(tmp_path / "first.tar"), stdout=io.StringIO())
    manifest, lines, files = content(tmp_path / "first.tar")
    everything = json.dumps(manifest) + "".join(lines) + repr(files)
    assert settings.SECRET_KEY not in everything
    assert settings.AUDIT_KEY not in everything


def test_what_exists_is_never_written_over(tmp_path):
    target = tmp_path / "first.tar"
    target.write_bytes(b"precious")
    with pytest.raises(CommandError, match="exists; name a file that does not"):
        call_command("backup", str(target))
    assert target.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [target]


def test_a_database_with_tables_is_left_alone(tmp_path, rows):
    first = tmp_path / "first.tar"
    call_command("backup", str(first), stdout=io.StringIO())
    with pytest.raises(CommandError, match="Restore into an empty database"):
        call_command("restore", str(first))
    assert User.objects.count() == 2


def test_a_folder_with_files_is_left_alone(tmp_path, folder, rows):
    first = tmp_path / "first.tar"
    call_command("backup", str(first), stdout=io.StringIO())
    (folder / "files").mkdir()
    (folder / "files/theirs.jpg").write_bytes(b"theirs")

    done = manage(place(folder), "restore", first)

    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: {folder}/files holds files. "
        "Restore into an empty folder: name another in PORTAL_VAR.\n"
    )


# Restores as `manage.py restore` does, and dies by SIGKILL at a step: before the n-th statement
# that begins so, or the n-th file that gets its name.
DYING = """
import itertools, os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
number, start = int(sys.argv[2]), sys.argv[3]
steps = itertools.count(1)
def step(name):
    if name.startswith(start) and next(steps) == number:
        os.kill(os.getpid(), signal.SIGKILL)
def execute(act, sql, *rest):
    step(sql)
    return act(sql, *rest)
sys.addaudithook(lambda event, args: step("rename") if event == "os.rename" else None)
with connection.execute_wrapper(execute):
    call_command("restore", sys.argv[1])
"""


def killed_restore(source: Path, environment: dict[str, str], number: int, start: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", DYING, str(source), str(number), start],
        check=False,
        cwd=ROOT,
        # Compiled modules get their names by renaming too.
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
    ).returncode


def test_a_restore_that_dies_goes_on_when_it_is_asked_again(tmp_path, folder, uploads, rows):
    first = tmp_path / "first.tar"
    call_command("backup", str(first), stdout=io.StringIO())
    environment = place(folder)
    note = folder / ".restoring"
    # In the midst of the migrations, of the rows, and when the first file had got its name (the
    # first rename is that of the note).
    for number, start in ((25, "CREATE TABLE"), (1, 'INSERT INTO "audit_entry"'), (2, "rename")):
        assert killed_restore(first, environment, number, start) == -signal.SIGKILL, start
        assert note.exists()
    assert killed_restore(first, environment, 2, "rename") == 0
    assert not note.exists()

    second = tmp_path / "second.tar"
    assert manage(environment, "backup", second).returncode == 0
    assert content(second) == content(first)
    assert not [path for path in folder.rglob("*.partial*") if path.is_file()]
    again = manage(environment, "restore", first)
    assert "Restore into an empty database" in again.stderr


def test_a_place_half_filled_from_one_backup_takes_no_other(tmp_path, folder, rows, settings):
    settings.VAR_DIR = tmp_path / "running"
    settings.VAR_DIR.mkdir()
    first, other = tmp_path / "first.tar", tmp_path / "other.tar"
    call_command("backup", str(first), stdout=io.StringIO())
    UserFactory()
    call_command("backup", str(other), stdout=io.StringIO())
    assert killed_restore(first, place(folder), 1, "CREATE TABLE") == -signal.SIGKILL

    done = manage(place(folder), "restore", other)

    assert done.returncode == 1
    assert "the restore of another backup, or into another database, broke off here" in done.stderr


def rewritten(source: Path, target: Path, **parts: bytes) -> Path:
    """A copy of a backup with some members replaced."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            data = parts.get(member.name.split(".")[0], old.extractfile(member).read())
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return target


def test_a_damaged_or_foreign_backup_is_refused_before_anything_is_written(tmp_path, folder, rows):
    first = tmp_path / "first.tar"
    call_command("backup", str(first), stdout=io.StringIO())
    with tarfile.open(first) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
    other = json.dumps(manifest | {"migrations": [*manifest["migrations"], "zoo.0001_initial"]})
    (tmp_path / "text.tar").write_text("not a tar")

    for source, sentence in (
        (tmp_path / "text.tar", "cannot be read as a backup"),
        (tmp_path / "absent.tar", "cannot be read as a backup"),
        (
            rewritten(first, tmp_path / "rows.tar", database=gzip.compress(b"{}")),
            "database.jsonl.gz in the backup is damaged: its digest differs.",
        ),
        (
            rewritten(first, tmp_path / "version.tar", manifest=other.encode()),
            "fits another version of the portal; they differ in zoo.0001_initial.",
        ),
    ):
        done = manage(place(folder), "restore", source)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1
    assert {path.name for path in folder.rglob("*") if path.is_file()} <= {"portal.sqlite3"}
