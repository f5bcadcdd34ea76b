"""Raw files and partials in a store: written whole under their own hash, never changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _
from pyarrow.fs import SubTreeFileSystem

from portal import stores
from portal.statements import events, reading
from portal.statements.memory import bounded
from portal.stores import Stored
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.statements.models import Part

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


def partial_path(sha256: str, id_kind: str, mapping: Mapping[str, str] | None = None) -> Stored:
    """Where the partial of a landed file lies, read so; it can be made again from the raw file."""
    how = "-".join(filter(None, (sha256, id_kind, mapping_digest(mapping))))
    return Stored(store(), f"partials/{how}.parquet")


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
    source: Stored | bytes, *, name: str, id_kind: str, most: int | None = None
) -> reading.Reading | None:
    """Read a file of events of any size, piece by piece; None for any other file."""
    head = source[: events.HEAD] if isinstance(source, bytes) else _head(source)
    if not events.are_in(head):
        return None
    try:
        threads = settings.STATEMENT_THREADS or None
        with bounded(settings.STATEMENT_MEMORY_BYTES, name=name):
            return events.read(source, name=name, id_kind=id_kind, most=most, threads=threads)
    except events.NoEvents:
        # Parquet may hold a report as well.
        if not head.startswith(reading.PARQUET):
            raise
        return None


def _head(file: Stored) -> bytes:
    with file.open() as opened:
        return bytes(opened.read(events.HEAD))


def _look(
    data: bytes, *, name: str, id_kind: str, mapping: Mapping[str, str] | None
) -> reading.Reading:
    limits = reading.Limits(file_bytes=settings.STATEMENT_MAX_BYTES)
    return reading.read(data, name=name, id_column=id_kind, mapping=mapping, limits=limits)


def read_again(
    *, sha256: str, name: str, id_kind: str, mapping: Mapping[str, str] | None = None
) -> reading.Reading:
    """Read a landed file and keep its partial. A pure function of the bytes and the mapping.

    Raises: Damaged when they are not those that came, Unreadable, DiskFull.
    """
    file, most = raw_path(sha256), settings.STATEMENT_MAX_EVENTS
    found = None
    if _may_hold_events(file, name):
        with file.open() as opened:
            _check(iter(lambda: opened.read(PIECE), b""), sha256, name)
        try:
            found = _events(file, name=name, id_kind=id_kind, most=most)
        except events.TooManyEvents:
            raise reading.Limits(rows=most).too_many_rows(name) from None
    if found is None:
        data = file.read_bytes()
        _check([data], sha256, name)
        found = _look(data, name=name, id_kind=id_kind, mapping=mapping)
    with stores.draft(store(), "partials") as draft:
        found.partial.write(draft)
        stores.put(draft, partial_path(sha256, id_kind, mapping))
    return found


def _may_hold_events(file: Stored, name: str) -> bool:
    """Whether a landed file is one that is read piece by piece. Raises: Damaged when it is lost."""
    try:
        return events.are_in(_head(file))
    except FileNotFoundError:
        raise Damaged(
            _("The file “%(name)s” is lost. Land the same file once more, then try again.")
            % {"name": name}
        ) from None


def _check(pieces: Iterable[bytes], sha256: str, name: str) -> None:
    """See that all of a file is as it came. Raises: Damaged."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise Damaged(
            _(
                "The file “%(name)s” was changed after it came. Land the same file once more, then "
                "try again."
            )
            % {"name": name}
        )


def partial_of(
    *, sha256: str, name: str, id_kind: str, mapping: Mapping[str, str] | None = None
) -> reading.Partial:
    """Return the partial of a landed file, made again when it is missing or damaged."""
    try:
        with partial_path(sha256, id_kind, mapping).open() as file:
            return reading.Partial.read(file)
    except FileNotFoundError:
        pass
    except (OSError, pa.ArrowException) as error:
        if stores.has_failed(error):
            raise
    return read_again(sha256=sha256, name=name, id_kind=id_kind, mapping=mapping).partial


def has_partial(part: Part) -> bool:
    """Whether the partial of a part lies there."""
    id_kind = part.statement.source.id_kind
    return partial_path(part.sha256, id_kind, part.mapping).exists()


def clear_drafts() -> int:
    """Remove what processes killed while they wrote left here a day ago or longer; how many."""
    before = time.time() - timedelta(days=1).total_seconds()
    return sum(
        stores.clear_drafts(store(), folder, before=before) for folder in ("raw", "partials")
    )
