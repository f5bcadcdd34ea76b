import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.storage import default_storage

from portal.files.storage import WholeFileStorage, put_once

ROOT = Path(__file__).resolve().parent.parent.parent


class HalfFile(File):
    """Gives some bytes, then fails as a broken disk or a killed upload does."""

    def __init__(self) -> None:
        super().__init__(None, "half")

    def chunks(self, chunk_size=None):
        yield b"first half"
        raise OSError("the rest cannot be read")


def files_under(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_half_a_file_never_stands_under_its_name(tmp_path):
    storage = WholeFileStorage(location=tmp_path)

    with pytest.raises(OSError, match="the rest"):
        storage.save("ab/half.jpg", HalfFile())

    assert files_under(tmp_path) == []


def test_what_stands_there_is_left_alone(storage_folder):
    assert put_once("ab/abc.jpg", b"bytes") == "ab/abc.jpg"
    first = (storage_folder / "ab/abc.jpg").stat()

    assert put_once("ab/abc.jpg", b"bytes") == "ab/abc.jpg"

    again = (storage_folder / "ab/abc.jpg").stat()
    assert (again.st_mtime_ns, again.st_ino) == (first.st_mtime_ns, first.st_ino)
    with default_storage.open("ab/abc.jpg") as there:
        assert there.read() == b"bytes"


def test_a_killed_writer_leaves_nothing_under_the_name(tmp_path):
    script = """
import os, signal, sys
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from django.core.files import File
from portal.files.storage import WholeFileStorage

class Killed(File):
    def chunks(self, chunk_size=None):
        yield b"x" * 100_000
        os.kill(os.getpid(), signal.SIGKILL)

WholeFileStorage(location=sys.argv[1]).save("ab/whole.jpg", Killed(None, "whole"))
"""
    child = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        check=False,
    )

    assert child.returncode == -signal.SIGKILL
    assert not (tmp_path / "ab/whole.jpg").exists()
    assert all(name.startswith(".part-") for name in files_under(tmp_path))
