"""Files that a machine sends piece by piece, until they land or a day is over.

What came lies at incoming/<upload>/<sha256>.part, whose size says how far it is; a file that is
whole and has its hash loses the ending. A row stands before its folder is made and goes before its
folder does, so that a folder without a row is nobody's.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.disk import make_folder, move_into_place
from portal.statements import domain, dry_run, landing, queries, raw, rules
from portal.statements.landing import NotLandable
from portal.statements.models import How, Source, Statement, Upload
from portal.verdict import RuleBroken, require

KEPT = timedelta(days=1)
# Open ones of one source: what lies on the disk is bounded.
MOST_OPEN = 10
PIECE = 256 * 1024


class Stream(Protocol):
    """What the bytes of a request are read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class Gap(RuleBroken):
    """A piece that begins behind the end of what is there, or is not of the file; `received` bytes
    are there."""

    def __init__(self, reason: Any, received: int) -> None:
        super().__init__(reason, code="gap")
        self.received = received


class WrongHash(RuleBroken):
    """All bytes of a file came, and they are not those that were announced."""


class Incomplete(RuleBroken):
    """Files that are not all here yet."""


@dataclass(frozen=True)
class Awaited:
    """A file of an upload, and how many of its bytes are here."""

    sha256: str
    name: str
    size: int
    path: Path

    @property
    def received(self) -> int:
        """Bytes that are here; all of them only once their hash was right."""
        if self.path.exists():
            return self.size
        try:
            return min(self.part.stat().st_size, self.size)
        except FileNotFoundError:
            return self.size if self.path.exists() else 0

    @property
    def is_here(self) -> bool:
        """True when it is whole and has its hash."""
        return self.path.exists()

    @property
    def part(self) -> Path:
        """Where its bytes gather."""
        return self.path.with_name(f"{self.sha256}.part")

    def chunks(self) -> Iterator[bytes]:
        """The bytes of a file that is here."""
        with self.path.open("rb") as file:
            yield from iter(lambda: file.read(PIECE), b"")


def folder() -> Path:
    """Where the bytes of all uploads lie."""
    return settings.VAR_DIR / "incoming"


def folder_of(upload: Upload) -> Path:
    """Where the bytes of one lie."""
    return folder() / str(upload.pk)


def files_of(upload: Upload) -> list[Awaited]:
    """The files of an upload, in the order they were named."""
    place = folder_of(upload)
    return [Awaited(**file, path=place / file["sha256"]) for file in upload.files]


def missing(upload: Upload) -> list[Awaited]:
    """Those that are not whole yet; none once the upload has landed."""
    if upload.statement_id is not None:
        return []
    return [file for file in files_of(upload) if not file.is_here]


@transaction.atomic
def start(
    *,
    source: Source,
    period: tuple[date | None, date | None],
    how: str,
    files: Sequence[dict[str, Any]],
    caller: str,
    actor: Actor,
) -> Upload:
    """Announce files of a report: each a dict of sha256 (64 small hex digits), name, size.

    Locks the source, whose open uploads are counted. Raises: NotLandable by field; RuleBroken when
    too many are open.
    """
    require(rules.may_land(actor))
    _check_files(files)
    first, last = period
    if (first is None) != (last is None):
        field = "last_day" if last is None else "first_day"
        raise NotLandable("half_a_period", {field: [str(_("Give both days, or neither."))]})
    if first and last:
        landing.check_period(first, last)
    Source.objects.select_for_update().get(pk=source.pk)
    open_ones = Upload.objects.filter(source=source, statement__isnull=True)
    if open_ones.filter(started_at__gt=timezone.now() - KEPT).count() >= MOST_OPEN:
        raise RuleBroken(
            _("This source has %(most)d uploads under way. Finish or discard one of them first.")
            % {"most": MOST_OPEN}
        )
    return Upload.objects.create(
        source=source,
        first_day=first,
        last_day=last,
        how=how,
        files=[
            {
                "sha256": file["sha256"],
                "name": landing.plain_name(file["name"]),
                "size": file["size"],
            }
            for file in files
        ],
        caller=caller,
        started_at=timezone.now(),
    )


def _check_files(files: Sequence[dict[str, Any]]) -> None:
    errors = []
    if not 1 <= len(files) <= landing.MOST_FILES:
        errors.append(_("A report has 1 to %(most)d files at once.") % {"most": landing.MOST_FILES})
    if len({file["sha256"] for file in files}) < len(files):
        errors.append(str(_("Two files are the same: name each hash once.")))
    for file in files:
        try:
            landing.check_size(file["name"], file["size"])
        except RuleBroken as error:
            errors.append(str(error))
    if errors:
        raise NotLandable("files", {"files": errors})


def receive(
    *, upload: Upload, file: Awaited, start: int, length: int, data: Stream, actor: Actor
) -> int:
    """Take bytes `start` to `start + length` of a file; return how many are there now.

    Bytes that are there already are passed over, so a piece may come again. What a broken line
    has brought stays. The last piece has the hash checked: where it is wrong, everything of the
    file is thrown away. Raises: Gap, WrongHash, RuleBroken when another request sends it now.
    """
    require(rules.may_land(actor))
    if start + length > file.size:
        sentence = _("The file was announced with %(size)d bytes.")
        raise Gap(sentence % {"size": file.size}, file.received)
    if file.is_here or upload.statement_id is not None:
        return file.size
    with _alone(file) as part:
        there = part.seek(0, os.SEEK_END)
        if start > there:
            sentence = _("%(received)d bytes are here: go on from there.")
            raise Gap(sentence % {"received": there}, there)
        if file.is_here:
            return file.size
        for piece in _behind(data, passed=there - start, length=length):
            part.write(piece)
        part.flush()
        os.fsync(part.fileno())
        there = part.tell()
        if there == file.size:
            _settle(file, part)
        return there


def _behind(data: Stream, *, passed: int, length: int) -> Iterator[bytes]:
    """The bytes of a piece that are behind its first `passed`."""
    left = length
    while left and (piece := data.read(min(PIECE, left))):
        left -= len(piece)
        yield piece[passed:]
        passed = max(0, passed - len(piece))


@contextmanager
def _alone(file: Awaited) -> Iterator[IO[bytes]]:
    """The gathering bytes, open behind their end, for nobody else; a killed process lets go."""
    make_folder(file.path.parent)
    with file.part.open("ab+") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuleBroken(
                _("Another request is sending this file. Ask how far it is, then go on.")
            ) from None
        yield part


def _settle(file: Awaited, part: IO[bytes]) -> None:
    """Give a file whose bytes are all there its place, or throw them away."""
    part.seek(0)
    if hashlib.file_digest(part, "sha256").hexdigest() != file.sha256:
        part.truncate(0)
        raise WrongHash(
            _("What came of “%(name)s” has another SHA-256 than announced. Send it anew.")
            % {"name": file.name}
        )
    move_into_place(file.part, file.path)


# --- Landing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """What landing an upload would do, and the statement it would add to."""

    run: dry_run.DryRun
    adds_to: Statement | None


def look(upload: Upload) -> Look:
    """Read the files as far as somebody waits for it, and say what landing them would do.

    Raises: Incomplete, NotLandable.
    """
    awaited = missing(upload)
    if awaited:
        names = "、".join(file.name for file in awaited)
        raise Incomplete(_("Not all files are here yet: %(names)s.") % {"names": names})
    files = files_of(upload)
    read = landing.look_at_all([(f.path.read_bytes, f.name, f.size) for f in files], upload.source)
    first, last = landing.settle(read, first=upload.first_day, last=upload.last_day)
    run = dry_run.look(
        source=upload.source,
        first_day=first,
        last_day=last,
        files=read,
        hashes={file.sha256 for file in files},
        mapping=upload.source.mapping,
    )
    if upload.how == How.ADD and run.extends is None and run.came_before is None:
        sentence = _("No report counts for exactly these days, so nothing can be added to it.")
        raise NotLandable("nothing_to_add_to", {"how": [str(sentence)]})
    return Look(run, run.extends if upload.how == How.ADD else None)


def finish(
    *, upload: Upload, told: Any, actor: Actor, seen: int | None = None
) -> tuple[Upload, bool]:
    """Land what came; return the upload and whether this call made its statement.

    `told(look, landing)` makes the answer that is kept: finishing again gives the same. The files
    are read and stored outside of the transaction that locks the upload, then the source.
    Raises: Incomplete, NotLandable, domain.Outdated, RuleBroken.
    """
    require(rules.may_land(actor))
    if upload.statement_id is not None:
        return upload, False
    try:
        found = look(upload)
        parts = [raw.keep(file.chunks(), name=file.name) for file in files_of(upload)]
    except (FileNotFoundError, Incomplete):
        # Another request may have landed them meanwhile.
        upload.refresh_from_db()
        if upload.statement_id is not None:
            return upload, False
        raise
    # What is added is added to the version that was looked at.
    latest = found.run.latest if seen is None and found.adds_to else seen
    read_with = raw.mapping_digest(upload.source.mapping)
    with transaction.atomic():
        row = _held(upload)
        if row.statement_id is not None:
            return row, False
        landed = domain.land(
            source=row.source,
            period=(found.run.first_day, found.run.last_day),
            parts=parts,
            actor=actor,
            adds_to=found.adds_to,
            seen=None if latest is None else domain.Seen(latest, read_with),
        )
        row.statement, row.answer = landed.statement, told(found, landed)
        row.save(update_fields=["statement", "answer"])
    shutil.rmtree(folder_of(row), ignore_errors=True)
    return row, not landed.repeated


def _held(upload: Upload) -> Upload:
    """The row, locked. Raises: RuleBroken when it was discarded meanwhile."""
    row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if row is None:
        raise RuleBroken(_("This upload was discarded meanwhile."))
    return row


def discard(*, upload: Upload, actor: Actor) -> None:
    """Forget an upload and what came of it; its statement stays."""
    require(rules.may_land(actor))
    _forget([upload.pk])


def sweep() -> int:
    """Forget what is older than a day, and folders that are nobody's; return how many rows."""
    old = Upload.objects.filter(started_at__lte=timezone.now() - KEPT)
    keys = list(old.order_by("pk").values_list("pk", flat=True))
    _forget(keys)
    names = {path.name for path in folder().iterdir()} if folder().exists() else set()
    # Listed first: whoever has a folder has had a row before.
    known = {str(key) for key in queries.upload_keys(names)}
    for name in names - known:
        shutil.rmtree(folder() / name, ignore_errors=True)
    return len(keys)


def _forget(keys: Iterable[uuid.UUID]) -> None:
    for key in keys:
        Upload.objects.filter(pk=key).delete()
        shutil.rmtree(folder() / str(key), ignore_errors=True)
