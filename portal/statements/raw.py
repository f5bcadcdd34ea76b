"""Raw files and partials in a store: written whole under their own hash, never changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _
from pyarrow.fs import SubTreeFileSystem

from portal import stores
from portal.statements import events, reading
from portal.stores import Stored
from portal.verdict import RuleBroken

# Bytes read at once to see whether a file is as it came.
PIECE = 8 << 20


class Damaged(RuleBroken):
    """A file is not there any more as it came; landing the same file again mends that."""


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
    """Read a landed file and keep its partial. A pure function of the bytes.

    Raises: Damaged when they are not those that came, Unreadable, DiskFull.
    """
    file = raw_path(sha256)
    head = _checked(file, sha256, name)
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


def _checked(file: Stored, sha256: str, name: str) -> bytes:
    """The beginning of a file, all of which is as it came. Raises: Damaged."""
    digest, head = hashlib.sha256(), b""
    try:
        with file.open() as opened:
            while piece := opened.read(PIECE):
                head = head or piece[: events.HEAD]
                digest.update(piece)
    except FileNotFoundError:
        raise Damaged(
            _("The file “%(name)s” is lost. Land the same file once more, then try again.")
            % {"name": name}
        ) from None
    if digest.hexdigest() != sha256:
        raise Damaged(
            _(
                "The file “%(name)s” was changed after it came. Land the same file once more, then "
                "try again."
            )
            % {"name": name}
        )
    return head


def partial_of(*, sha256: str, name: str, id_kind: str) -> reading.Partial:
    """Return the partial of a landed file, made again when it is missing or damaged."""
    try:
        with partial_path(sha256, id_kind).open() as file:
            return reading.Partial.read(file)
    except FileNotFoundError:
        pass
    except (OSError, pa.ArrowException) as error:
        if stores.has_failed(error):
            raise
    return read_again(sha256=sha256, name=name, id_kind=id_kind).partial


def has_partial(*, sha256: str, id_kind: str) -> bool:
    """Whether the partial of a landed file lies there."""
    return partial_path(sha256, id_kind).exists()


def clear_drafts() -> int:
    """Remove what processes killed while they wrote left here a day ago or longer; how many."""
    before = time.time() - timedelta(days=1).total_seconds()
    return sum(
        stores.clear_drafts(store(), folder, before=before) for folder in ("raw", "partials")
    )
