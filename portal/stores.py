"""Folders of files, on this machine or in a store that others reach too: local, or S3-compatible.

A store is a `pyarrow.fs` file system whose names begin at its root: `store.open_input_file(name)`
reads any range of a file, `store.get_file_info(FileSelector("", recursive=True))` lists it. What is
put into one lies there whole or not at all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
from pyarrow.fs import (
    AwsStandardS3RetryStrategy,
    FileSystem,
    FileType,
    LocalFileSystem,
    S3FileSystem,
    SubTreeFileSystem,
)

from portal.disk import full_said, make_folder, move_into_place

# Seconds until a store that does not answer is an error, for each of so many attempts.
CONNECT_SECONDS, SILENT_SECONDS, ATTEMPTS = 3, 10, 2
# How the names of drafts begin.
DRAFT = ".landing-"


def opened(place: str | Path) -> SubTreeFileSystem:
    """The store at a folder, which need not be there yet, or at a URI; text is absolute.

    s3://bucket/prefix?endpoint_override=10.0.0.5:9000&scheme=http&region=…; the bucket is there.
    Credentials come from where the AWS SDK looks: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,
    ~/.aws, the machine's role. Raises: ValueError when the place names no store, OSError when its
    region has to be asked for and nobody answers.
    """
    # A child does not share its parent's connections.
    return _opened(str(place.absolute() if isinstance(place, Path) else place), os.getpid())


@cache
def _opened(place: str, process: int) -> SubTreeFileSystem:
    files, root = FileSystem.from_uri(place)
    if isinstance(files, S3FileSystem):
        # A URI has no word for patience: the same options once more, with it.
        _, (options,) = files.__reduce__()
        files = S3FileSystem(
            **options
            | {
                "connect_timeout": CONNECT_SECONDS,
                "request_timeout": SILENT_SECONDS,
                # Written as it is handed over, so that an upload needs the memory of one part.
                "background_writes": False,
            },
            retry_strategy=AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        )
    return SubTreeFileSystem(root, files)


@dataclass(frozen=True)
class Stored:
    """A file of a store; nothing is asked of the store until it is read."""

    store: SubTreeFileSystem
    name: str

    def open(self) -> pa.NativeFile:
        """Open it to read any range of it. Raises: FileNotFoundError, OSError."""
        return self.store.open_input_file(self.name)

    def read_bytes(self) -> bytes:
        """The whole file. Raises: FileNotFoundError, OSError."""
        with self.open() as file:
            data: bytes = file.read()
        return data

    def exists(self) -> bool:
        """Whether it is there. Raises: OSError when the store does not answer."""
        found: bool = self.store.get_file_info(self.name).type == FileType.File
        return found

    @property
    def local(self) -> Path | None:
        """Where it lies on this machine; None when its store lies elsewhere."""
        folder = local_folder(self.store)
        return folder and folder / self.name

    def __str__(self) -> str:
        return f"{self.store.base_path}{self.name}"


def local_folder(store: SubTreeFileSystem) -> Path | None:
    """Where a store lies on this machine; None when it lies elsewhere."""
    return Path(store.base_path) if isinstance(store.base_fs, LocalFileSystem) else None


def has_failed(error: Exception) -> bool:
    """True when an error while reading is the disk's or the store's and says nothing of the file.

    Errors of a disk have a number; each that the S3 file system raises begins with these words.
    """
    return isinstance(error, OSError) and (error.errno is not None or "AWS Error" in str(error))


@contextmanager
def draft(store: SubTreeFileSystem, folder: str) -> Iterator[Path]:
    """A new local file that nobody else writes; gone at the end unless it was put in place.

    Raises: DiskFull when there is no room for it.
    """
    with full_said():
        here = local_folder(store)
        if here is not None:
            make_folder(here / folder)
        handle, name = tempfile.mkstemp(dir=here and here / folder, prefix=DRAFT)
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


def clear_drafts(store: SubTreeFileSystem, folder: str, *, before: float) -> int:
    """Remove drafts that killed processes left and nobody touched since `before`, a time as
    `time.time()` gives it; how many. Elsewhere than on this machine drafts lie in its own folder
    for such files, which the machine clears."""
    here = local_folder(store)
    left = 0
    for path in (here / folder).glob(f"{DRAFT}*") if here is not None else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            left += 1
    return left


def put(draft: Path, stored: Stored) -> None:
    """Put a draft of the same store and folder in its place, whole or not at all.

    Once this returns, a crash or a power cut leaves it there. Raises: OSError.
    """
    place = stored.local
    if place is not None:
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        move_into_place(draft, place)
        return
    with pa.memory_map(str(draft)) as file, stored.store.open_output_stream(stored.name) as stream:
        # In one piece: a stream that is let go between two would keep the first as the file.
        stream.write(file.read_buffer())
