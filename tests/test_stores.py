"""Stores: the same calls on a folder of this machine and on an S3-compatible server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow.fs import FileSelector, SubTreeFileSystem

from portal import stores
from portal.stores import Stored
from tests.s3 import S3Server, s3_server


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SubTreeFileSystem:
    """An empty store of each kind."""
    if request.param == "folder":
        return stores.opened(tmp_path / "store")
    return stores.opened(request.getfixturevalue("server").uri(tmp_path.name))


def put(store: SubTreeFileSystem, name: str, data: bytes) -> Stored:
    stored = Stored(store, name)
    with stores.draft(store, Path(name).parent.as_posix()) as draft:
        draft.write_bytes(data)
        stores.put(draft, stored)
    return stored


def names(store: SubTreeFileSystem) -> list[str]:
    found = store.get_file_info(FileSelector("", recursive=True, allow_not_found=True))
    return sorted(info.path for info in found if info.is_file)


def test_what_is_put_is_read_in_any_range_and_listed(store: SubTreeFileSystem) -> None:
    assert names(store) == []
    data = bytes(range(256)) * 50_000  # more than S3 takes in one part
    stored = put(store, "raw/a", data)
    put(store, "raw/b", b"second")
    assert stored.read_bytes() == data
    with stored.open() as file:
        file.seek(300)
        assert file.read(3) == bytes([44, 45, 46])
    assert names(store) == ["raw/a", "raw/b"]
    assert store.get_file_info("raw/a").size == len(data)
    put(store, "raw/b", b"third")
    assert Stored(store, "raw/b").read_bytes() == b"third"


def test_a_draft_that_is_not_put_leaves_nothing(store: SubTreeFileSystem) -> None:
    with stores.draft(store, "raw") as draft:
        draft.write_bytes(b"half")
    assert names(store) == []
    assert not draft.exists()


def test_a_file_that_is_not_there_is_not_there(store: SubTreeFileSystem) -> None:
    put(store, "raw/a", b"a")
    assert Stored(store, "raw/a").exists()
    assert not Stored(store, "raw/c").exists()
    assert not Stored(store, "raw").exists()
    with pytest.raises(FileNotFoundError) as missing:
        Stored(store, "raw/c").read_bytes()
    assert stores.has_failed(missing.value)


def test_a_folder_may_be_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(stores.opened(Path("数据 1")), "raw/a", b"a")
    assert (tmp_path / "数据 1" / "raw" / "a").read_bytes() == b"a"


def test_a_bucket_that_is_not_there_refuses_files(server: S3Server) -> None:
    store = stores.opened(server.uri().replace("s3://statements/", "s3://elsewhere/"))
    with pytest.raises(OSError, match="AWS Error NO_SUCH_BUCKET"):
        put(store, "raw/a", b"a")


@pytest.mark.parametrize("place", ["raw", "ftp://host/raw", "s3://bucket/a?patience=3"])
def test_a_place_that_is_no_store_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match=r"URI|relative|parameter"):
        stores.opened(place)


def test_a_silent_server_is_an_error_within_seconds(
    server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SILENT_SECONDS", 1)
    store = stores.opened(server.uri("patience"))
    stored = put(store, "raw/a", b"a")
    server.fall_silent()
    try:
        with pytest.raises(OSError, match="AWS Error NETWORK_CONNECTION") as silent:
            stored.exists()
    finally:
        server.speak_again()
    assert stores.has_failed(silent.value)
    assert stored.read_bytes() == b"a"


def test_a_server_that_is_gone_is_an_error() -> None:
    with s3_server() as server:
        stored = put(stores.opened(server.uri("gone")), "raw/a", b"a")
    with pytest.raises(OSError, match="AWS Error NETWORK_CONNECTION") as gone:
        stored.read_bytes()
    assert stores.has_failed(gone.value)
