"""Raw files and partials in a store: written whole under their own hash, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from pyarrow.fs import SubTreeFileSystem

from portal import stores
from portal.statements import events, reading
from portal.stores import Stored


@dataclass(frozen=True)
class RawFile:
    """A file whose bytes lie at raw/<sha256>, and what it was called."""

    sha256: str
    name: str
    size: int

    def read(self) -> bytes:
        """The whole file."""
        return raw_path(self.sha256).read_bytes()


def store() -> SubTreeFileSystem:
    """Where raw files and partials lie: what every machine that reads or closes must reach."""
    return stores.opened(settings.STATEMENT_STORE or settings.VAR_DIR)


def keep(chunks: Iterable[bytes], *, name: str) -> RawFile:
    """Store a file of any size as it comes in; the same bytes lie there once.

    Written beside and then put in its place: a crash or a power cut leaves the whole file or none,
    and once this returns the file. Raises: OSError when the store does not answer.
    """
    digest, size = hashlib.sha256(), 0
    with stores.draft(store(), "raw") as draft:
        with draft.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
        stores.put(draft, raw_path(digest.hexdigest()))
    return RawFile(digest.hexdigest(), name, size)


def raw_path(sha256: str) -> Stored:
    """Where the bytes of a landed file lie."""
    return Stored(store(), f"raw/{sha256}")


def partial_path(sha256: str, id_kind: str) -> Stored:
    """Where the partial of a landed file lies; it can be made again from the raw file."""
    return Stored(store(), f"partials/{sha256}-{id_kind}.parquet")


def shown(data: bytes, *, name: str, id_kind: str) -> reading.Reading | None:
    """Read bytes while somebody waits; None when they hold more events than one waits for.

    Raises: reading.Unreadable.
    """
    if not events.are_in(data[: events.HEAD]):
        return _look(data, name=name, id_kind=id_kind)
    try:
        return events.read(data, name=name, id_kind=id_kind, most=settings.STATEMENT_SHOWN_EVENTS)
    except events.TooManyEvents:
        return None


def _look(data: bytes, *, name: str, id_kind: str) -> reading.Reading:
    limits = reading.Limits(file_bytes=settings.STATEMENT_MAX_BYTES)
    return reading.read(data, name=name, id_column=id_kind, limits=limits)


def read_again(*, sha256: str, name: str, id_kind: str) -> reading.Reading:
    """Read a landed file and keep its partial. A pure function of the bytes."""
    file = raw_path(sha256)
    with file.open() as opened:
        head = opened.read(events.HEAD)
    if events.are_in(head):
        # Of any size: they are read piece by piece.
        threads = settings.STATEMENT_THREADS or None
        found = events.read(file, name=name, id_kind=id_kind, threads=threads)
    else:
        found = _look(file.read_bytes(), name=name, id_kind=id_kind)
    with stores.draft(store(), "partials") as draft:
        found.partial.write(draft)
        stores.put(draft, partial_path(sha256, id_kind))
    return found


def partial_of(*, sha256: str, name: str, id_kind: str) -> reading.Partial:
    """Return the partial of a landed file, made again when it is missing."""
    try:
        file = partial_path(sha256, id_kind).open()
    except FileNotFoundError:
        return read_again(sha256=sha256, name=name, id_kind=id_kind).partial
    with file:
        return reading.Partial.read(file)
