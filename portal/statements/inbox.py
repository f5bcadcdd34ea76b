"""The watched folder: files put there by a person or a machine land by themselves.

Under STATEMENT_INBOX each source has a folder by its key:

    <key>/ready/日报.xlsx       moved there whole: a rename; a put into an S3-compatible store
    <key>/ready/十月第一周/      several files of one report, moved there as a folder
    <key>/日报.xlsx             written in place, with the mark 日报.xlsx.done written after it
    <key>/landed/<day>/        what has landed
    <key>/refused/             what could not, each with a <name>.why.txt

Everything else is left alone. A file lands first and is moved then: one that is found again, after
a death between the two, holds what came before, and does nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyarrow.fs import FileInfo, FileSelector, FileType, SubTreeFileSystem

from portal import clock, stores
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.disk import flush_folder, make_folder
from portal.jobs.domain import Progress, enqueue
from portal.notices.domain import notify
from portal.statements import domain, landing, queries, raw
from portal.statements.landing import NotLandable, Period
from portal.statements.models import SCAN, Source
from portal.statements.reading.period import period_of_name
from portal.verdict import RuleBroken

READY, LANDED, REFUSED = "ready", "landed", "refused"
DONE, WHY = ".done", ".why.txt"
# What a program writes to while it is at it.
UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")
PIECE = 256 * 1024
# So long nothing was written to a file, or into a folder, that counts without a mark.
QUIET = timedelta(seconds=30)
# Names of refused files that are kept with a scan, and of those that stand in a notice.
MOST_KEPT, MOST_TOLD = 50, 3
REFUSED_TOLD = gettext_noop(
    "The inbox of “%(source)s” refused %(names)s. Beside each file stands why, and what to do."
)


@dataclass(frozen=True)
class Delivery:
    """A file that counts, or a folder whose files are one report; `mark` is the file that says so,
    empty for what was moved to `ready`."""

    path: str
    files: tuple[str, ...]
    mark: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return posixpath.basename(self.path)


def store() -> SubTreeFileSystem | None:
    """The inbox; None when there is none. Raises: ValueError, OSError."""
    return stores.opened(settings.STATEMENT_INBOX) if settings.STATEMENT_INBOX else None


def place() -> str:
    """Where it is, as people are told: without how it is reached; empty when there is none."""
    return settings.STATEMENT_INBOX.partition("?")[0].rstrip("/")


# --- What lies there -------------------------------------------------------------------------


def _listed(inbox: SubTreeFileSystem, folder: str) -> list[FileInfo]:
    found = inbox.get_file_info(FileSelector(folder, allow_not_found=True))
    return sorted(found, key=lambda info: info.base_name)


def _is_finished(name: str) -> bool:
    return not name.startswith((".", "~")) and not name.lower().endswith((*UNFINISHED, DONE))


def deliveries(inbox: SubTreeFileSystem, key: str) -> list[Delivery]:
    """Everything of a source that counts, by name."""
    in_place = _found(inbox, key, marked_only=True)
    return [*in_place, *_found(inbox, f"{key}/{READY}", marked_only=False)]


def _found(inbox: SubTreeFileSystem, folder: str, *, marked_only: bool) -> Iterator[Delivery]:
    infos = _listed(inbox, folder)
    marks = {info.base_name: info for info in infos if info.type == FileType.File}
    for info in infos:
        if not _is_finished(info.base_name) or (marked_only and info.base_name in _OWN):
            continue
        inside = [info]
        if info.type == FileType.Directory:
            inside = _listed(inbox, info.path)
        files = tuple(each.path for each in inside if each.type == FileType.File)
        mark = marks.get(f"{info.base_name}{DONE}")
        if not files or not all(_is_finished(each.base_name) for each in inside):
            continue
        if mark is not None and mark.mtime_ns >= max(each.mtime_ns for each in inside):
            yield Delivery(info.path, files, mark.path)
        elif not marked_only and _is_quiet(inbox, [info, *inside]):
            yield Delivery(info.path, files)


def _is_quiet(inbox: SubTreeFileSystem, infos: list[FileInfo]) -> bool:
    """Whether what lies in `ready` without a mark was moved there whole, as far as one can tell:
    who copies into it instead still writes. Nothing moves a folder of an S3-compatible store as a
    whole, so there it needs the mark; a single file is put whole."""
    if stores.local_folder(inbox) is None:
        return len(infos) == 2 and infos[0] is infos[1]
    return max(info.mtime for info in infos) <= timezone.now() - QUIET


_OWN = {READY, LANDED, REFUSED}


def lying(inbox: SubTreeFileSystem, key: str) -> list[dict[str, str]]:
    """The refused files of a source that nobody has taken away yet, with why."""
    names = {info.base_name for info in _listed(inbox, f"{key}/{REFUSED}")}
    # One whose reason stands there but which did not get there itself lies refused as well.
    refused = {name.removesuffix(WHY) for name in names if not name.startswith(".")}
    found = []
    for name in sorted(refused)[:MOST_KEPT]:
        text = ""
        if f"{name}{WHY}" in names:
            place = stores.Stored(inbox, f"{key}/{REFUSED}/{name}{WHY}")
            text = place.read_bytes().decode("utf-8-sig", "replace").strip()[:500]
        found.append({"name": name, "why": text})
    return found


# --- Looking ---------------------------------------------------------------------------------


def look() -> int:
    """Ask for a scan of each source whose folder has something new; return how many.

    On this machine the folders of all sources are made, so that people find them.
    """
    inbox = store()
    if inbox is None:
        return 0
    here = stores.local_folder(inbox)
    known = queries.refused()
    asked = 0
    for key in Source.objects.order_by("key").values_list("key", flat=True):
        if here is not None:
            make_folder(here / key / READY)
        told = {file["name"] for file in known.get(key, [])}
        if deliveries(inbox, key) or {file["name"] for file in lying(inbox, key)} != told:
            enqueue(kind=SCAN, key=key)
            asked += 1
    return asked


def scan(*, key: str, progress: Progress) -> None:
    """Take in everything of a source that counts, and end the work with what lies refused.

    One worker at a time has the row of a source. What is newly refused is told to the office in
    the transaction that ends the work, so once, wherever the worker died before.
    """
    source = Source.objects.get(key=key)
    inbox = store()
    counts = {"landed": 0, "repeated": 0, "refused": 0}
    found = deliveries(inbox, key) if inbox is not None else []
    for number, delivery in enumerate(found):
        progress.step(number, len(found))
        with translation.override(settings.LANGUAGE_CODE):
            outcome = take_in(inbox, source, delivery)
        if outcome:
            counts[outcome] += 1
    refused = lying(inbox, key) if inbox is not None else []
    with transaction.atomic():
        _tell(source, refused)
        progress.finish({**counts, "lying": refused, "url": reverse("sources")})


def _tell(source: Source, refused: list[dict[str, str]]) -> None:
    told = {file["name"] for file in queries.refused().get(source.key, [])}
    new = [file["name"] for file in refused if file["name"] not in told]
    if not new:
        return
    staff = Membership.objects.active().filter(role=Role.STAFF).values("user")
    more = "…" if len(new) > MOST_TOLD else ""
    notify(
        recipients=User.objects.filter(is_active=True, pk__in=staff).order_by("pk"),
        event="statement.refused",
        msgid=REFUSED_TOLD,
        params={"source": source.name, "names": "、".join(new[:MOST_TOLD]) + more},
        url=reverse("sources"),
        actor=Actor.system(),
    )


# --- Taking in -------------------------------------------------------------------------------


def take_in(inbox: SubTreeFileSystem, source: Source, delivery: Delivery) -> str:
    """Land a delivery and put it where it belongs; return landed, repeated or refused.

    Empty when somebody else has moved it meanwhile. Raises: OSError when the store is away.
    """
    try:
        try:
            landed = _land(inbox, source, delivery)
        except RuleBroken as error:
            _refuse(inbox, source, delivery, str(error))
            return "refused"
        day = clock.today().isoformat()
        place = _free(inbox, f"{source.key}/{LANDED}/{day}", delivery.name)
        _put_aside(inbox, delivery, place)
    except FileNotFoundError:
        return ""
    return "repeated" if landed.repeated else "landed"


def _land(inbox: SubTreeFileSystem, source: Source, delivery: Delivery) -> domain.Landing:
    """Raises: NotLandable, Unreadable, RuleBroken; FileNotFoundError."""
    sizes = [inbox.get_file_info(path).size or 0 for path in delivery.files]
    if not 1 <= len(sizes) <= landing.MOST_FILES:
        most = landing.MOST_FILES
        raise RuleBroken(_("A report has 1 to %(most)d files at once.") % {"most": most})
    parts = []
    for path, size in zip(delivery.files, sizes, strict=True):
        name = landing.plain_name(posixpath.basename(path))
        landing.check_size(name, size)
        parts.append(raw.keep(_chunks(inbox, path), name=name))
    read = landing.look_at_all([(part.read, part.name, part.size) for part in parts], source)
    try:
        period = landing.settle(read, first=None, last=None)
    except NotLandable as error:
        if error.code != "no_period":
            raise
        first, last = _named(delivery) or _no_period(error)
        period = landing.settle(read, first=first, last=last)
    return domain.land(source=source, period=period, parts=parts, actor=Actor.system())


def _named(delivery: Delivery) -> Period | None:
    """The period in the delivery's name, else the one that all its files have in theirs."""
    found = period_of_name(delivery.name)
    if found is not None:
        return found
    names = {period_of_name(posixpath.basename(path)) for path in delivery.files}
    return names.pop() if len(names) == 1 else None


def _no_period(error: NotLandable) -> Period:
    raise RuleBroken(
        _(
            "Neither the file's heading nor its name says its period. Put it into the name, as in "
            "2023-10-20 or 20231020-20231026, and put the file into the folder again."
        )
    ) from error


def _chunks(inbox: SubTreeFileSystem, path: str) -> Iterator[bytes]:
    with inbox.open_input_stream(path) as file:
        yield from iter(lambda: file.read(PIECE), b"")


# --- Moving ----------------------------------------------------------------------------------


def _refuse(inbox: SubTreeFileSystem, source: Source, delivery: Delivery, why: str) -> None:
    """Say why beside the place a delivery goes to, then move it there."""
    place = _free(inbox, f"{source.key}/{REFUSED}", delivery.name)
    here = stores.local_folder(inbox)
    if here is not None:
        make_folder((here / place).parent)
    with inbox.open_output_stream(f"{place}{WHY}") as file:
        # With the sign by which Windows knows the letters.
        file.write(f"{why}\r\n".encode("utf-8-sig"))
    if delivery.mark and here is None and len(delivery.files) > 1:
        # What is left of a folder, should this process die, is no report by itself.
        inbox.delete_file(delivery.mark)
        delivery = replace(delivery, mark="")
    _put_aside(inbox, delivery, place)


def _put_aside(inbox: SubTreeFileSystem, delivery: Delivery, place: str) -> None:
    """Give a delivery another place: by one rename, or in an S3-compatible store file by file."""
    here = stores.local_folder(inbox)
    if here is not None:
        make_folder((here / place).parent)
        (here / delivery.path).rename(here / place)
        flush_folder((here / place).parent)
    else:
        for path in delivery.files:
            inbox.move(path, place + path.removeprefix(delivery.path))
    if delivery.mark:
        inbox.delete_file(delivery.mark)


def _free(inbox: SubTreeFileSystem, folder: str, name: str) -> str:
    """A place in a folder that nothing has yet, with a number behind a name that is taken."""
    taken = {info.base_name for info in _listed(inbox, folder)}
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    numbered = (f"{stem} ({number}){dot}{ending}" for number in range(2, len(taken) + 3))
    return next(f"{folder}/{each}" for each in (name, *numbered) if each not in taken)
