"""Raw files and partials on disk: written whole under their own hash, never changed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.disk import make_folder, move_into_place
from portal.statements import events, reading


@dataclass(frozen=True)
class RawFile:
    """A file whose bytes lie at raw/<sha256>, and what it was called."""

    sha256: str
    name: str
    size: int

    def read(self) -> bytes:
        """The whole file."""
        return raw_path(self.sha256).read_bytes()


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new file in the folder that nobody else writes; it is gone at the end unless renamed."""
    make_folder(folder)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".landing-")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def keep(chunks: Iterable[bytes], *, name: str) -> RawFile:
    """Store a file of any size as it comes in; the same bytes lie there once.

    Written beside, flushed, renamed, and the folder flushed: a crash or a power cut leaves the
    whole file or none, and once this returns the file.
    """
    digest, size = hashlib.sha256(), 0
    with _beside(settings.VAR_DIR / "raw") as beside:
        with beside.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        move_into_place(beside, raw_path(digest.hexdigest()))
    return RawFile(digest.hexdigest(), name, size)


def raw_path(sha256: str) -> Path:
    """Where the bytes of a landed file lie."""
    return settings.VAR_DIR / "raw" / sha256


def partial_path(sha256: str, id_kind: str, mapping: Mapping[str, str] | None = None) -> Path:
    """Where the partial of a landed file lies, read so; it can be made again from the raw file."""
    how = "-".join(filter(None, (sha256, id_kind, mapping_digest(mapping))))
    return settings.VAR_DIR / "partials" / f"{how}.parquet"


def mapping_digest(mapping: Mapping[str, str] | None) -> str:
    """A short name of the meanings a file is read with; "" for none of its own."""
    said = json.dumps(sorted((mapping or {}).items())).encode()
    return hashlib.sha256(said).hexdigest()[:16] if mapping else ""


def shown(
    data: bytes, *, name: str, id_kind: str, mapping: Mapping[str, str] | None = None
) -> reading.Reading | None:
    """Read bytes while somebody waits; None when they hold more events than one waits for.

    Raises: reading.Unreadable.
    """
    try:
        found = _events(data, name=name, id_kind=id_kind, most=settings.STATEMENT_SHOWN_EVENTS)
    except events.TooManyEvents:
        return None
    return found or _look(data, name=name, id_kind=id_kind, mapping=mapping)


def _events(
    source: Path | bytes, *, name: str, id_kind: str, most: int | None = None
) -> reading.Reading | None:
    """Read a file of events of any size, piece by piece; None for any other file."""
    head = source[: events.HEAD] if isinstance(source, bytes) else _head(source)
    if not events.are_in(head):
        return None
    try:
        return events.read(source, name=name, id_kind=id_kind, most=most)
    except events.NoEvents:
        # Parquet may hold a report as well.
        if not head.startswith(reading.PARQUET):
            raise
        return None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(events.HEAD)


def _look(
    data: bytes, *, name: str, id_kind: str, mapping: Mapping[str, str] | None
) -> reading.Reading:
    limits = reading.Limits(file_bytes=settings.STATEMENT_MAX_BYTES)
    return reading.read(data, name=name, id_column=id_kind, mapping=mapping, limits=limits)


def read_again(
    *, sha256: str, name: str, id_kind: str, mapping: Mapping[str, str] | None = None
) -> reading.Reading:
    """Read a landed file and keep its partial. A pure function of the bytes and the mapping."""
    path = raw_path(sha256)
    found = _events(path, name=name, id_kind=id_kind) or _look(
        path.read_bytes(), name=name, id_kind=id_kind, mapping=mapping
    )
    path = partial_path(sha256, id_kind, mapping)
    with _beside(path.parent) as beside:
        found.partial.write(beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        move_into_place(beside, path)
    return found


def partial_of(
    *, sha256: str, name: str, id_kind: str, mapping: Mapping[str, str] | None = None
) -> reading.Partial:
    """Return the partial of a landed file, made again when it is missing."""
    path = partial_path(sha256, id_kind, mapping)
    if not path.exists():
        return read_again(sha256=sha256, name=name, id_kind=id_kind, mapping=mapping).partial
    return reading.Partial.read(path)
