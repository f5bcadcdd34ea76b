"""What is stored is on the disk when the call returns: its bytes, and its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal.disk import make_folder
from portal.files.storage import WholeFileStorage
from portal.statements import raw


@pytest.fixture
def flushed(monkeypatch):
    """Every flush to the disk in turn: a file with its bytes, or a folder with the names in it."""
    seen: list[tuple[Path, object]] = []
    fsync = os.fsync

    def noting(descriptor):
        fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        said = sorted(each.name for each in path.iterdir()) if path.is_dir() else path.read_bytes()
        seen.append((path, said))

    monkeypatch.setattr(os, "fsync", noting)
    return seen


def test_a_landed_file_has_its_name_on_the_disk(flushed, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    kept = raw.keep([b"ab", b"c"], name="日报.csv")
    assert [said for _path, said in flushed] == [["raw"], b"abc", [kept.sha256]]
    assert [path for path, _said in flushed if path.is_dir()] == [tmp_path, tmp_path / "raw"]
    flushed.clear()
    raw.keep([b"abc"], name="另存.csv")
    assert [said for _path, said in flushed] == [b"abc", [kept.sha256]]


def test_an_uploaded_file_has_its_name_on_the_disk(flushed, tmp_path):
    WholeFileStorage(location=tmp_path).save("ab/cd/abc.jpg", ContentFile(b"picture"))
    assert [said for _path, said in flushed] == [["cd"], ["ab"], b"picture", ["abc.jpg"]]
    assert flushed[-1][0] == tmp_path / "ab" / "cd"


def test_a_folder_that_is_there_needs_nothing(flushed, tmp_path):
    make_folder(tmp_path)
    assert flushed == []
