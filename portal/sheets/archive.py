"""Photos and papers out of a zip: checked and stored, and given to rows by their names."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from portal.accounts.actor import Actor
from portal.files.domain import store_upload
from portal.files.models import FileKind

KINDS = dict.fromkeys(
    (".jpg", ".jpeg", ".png", ".webp", ".heic", ".bmp", ".gif"), FileKind.PHOTO
) | {".pdf": FileKind.PDF}
# What a phone or an operating system adds by itself.
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")
# In a name that was not marked as UTF-8, as Windows writes it in China.
UTF8_NAME = 0x800
MOST_ENTRIES = 2_000
# “name-2”, “name (2)”, “name2”: one of several photos of the same thing.
NUMBERED = re.compile(r"[\s_(（-]*\d{1,2}[)）]?$")


class BadArchive(Exception):
    """A zip that is not opened, with the sentence for its reader."""


def store_all(file: IO[bytes], *, actor: Actor, step: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Store every file of the archive; `step(done, total)` is called after each.

    Returns path in the archive → id of the stored file, and path → why it was refused. Raises:
    BadArchive, with nothing stored.
    """
    stored: dict[str, str] = {}
    refused: dict[str, str] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            entries = _entries(archive)
            for done, (name, entry) in enumerate(entries, start=1):
                try:
                    kind = _kind(name)
                    upload = SimpleUploadedFile(
                        PurePosixPath(name).name, _read(archive, entry, kind)
                    )
                    row = store_upload(upload=upload, kind=kind, actor=actor)
                    stored[name] = str(row.pk)
                except ValidationError as error:
                    refused[name] = " ".join(error.messages)
                step(done, len(entries))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadArchive(
            _("The zip is damaged or locked: pack the files once more, without a password.")
        ) from error
    return stored, refused


def _entries(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    entries = [(_name(entry), entry) for entry in archive.infolist() if not entry.is_dir()]
    wanted = [(name, entry) for name, entry in entries if not name.startswith(CLUTTER)]
    wanted = [(name, entry) for name, entry in wanted if not name.endswith(CLUTTER[1:])]
    if len(wanted) > MOST_ENTRIES:
        raise BadArchive(
            _("The zip holds %(count)d files; at most %(limit)d are taken at once.")
            % {"count": len(wanted), "limit": MOST_ENTRIES}
        )
    return wanted


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def _kind(path: str) -> str:
    try:
        return KINDS[PurePosixPath(path).suffix.lower()]
    except KeyError:
        raise ValidationError(
            _("“%(name)s” is neither a photo nor a PDF."), params={"name": path}
        ) from None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: str) -> bytes:
    """One file, never more of it than it may have, whatever the archive says of its size."""
    name = _name(entry)
    limit = settings.PHOTO_MAX_BYTES if kind == FileKind.PHOTO else settings.PDF_MAX_BYTES
    with archive.open(entry) as packed:
        data = packed.read(limit + 1)
    if len(data) > limit:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)d MB."),
            params={"name": name, "limit": limit >> 20},
        )
    return data


def folded(name: str) -> str:
    """A name without what differs between two people who mean the same: width, blanks, case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def plain_name(text: str) -> str:
    """A name as files and rows are compared by it: no path, no extension, no blanks."""
    path = PurePosixPath(text.replace("\\", "/"))
    return folded(path.stem if path.suffix.lower() in KINDS else path.name)


class Files:
    """The stored files of one kind out of an archive; remembers which were given to a row."""

    def __init__(self, stored: dict[str, str], *, kind: str) -> None:
        self._stored = {path: key for path, key in stored.items() if _kind(path) == kind}
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(self._stored):
            for name in dict.fromkeys(_names(path)):
                self._by_name.setdefault(name, []).append(path)
        self.given: set[str] = set()

    def of_title(self, title: str) -> list[str]:
        """Ids of the files named like the thing itself, or in a folder of its name."""
        return self._give(self._by_name.get(plain_name(title), []))

    def of_cell(self, text: str) -> tuple[list[str], list[str]]:
        """Ids of the files a cell names, and the names that match nothing."""
        ids: list[str] = []
        missing: list[str] = []
        for name in filter(None, (part.strip() for part in re.split(r"[,，;；、\n]", text))):
            paths = self._by_name.get(plain_name(name), [])
            ids += self._give(paths)
            missing += [] if paths else [name]
        return list(dict.fromkeys(ids)), missing

    def _give(self, paths: list[str]) -> list[str]:
        self.given.update(paths)
        return [self._stored[path] for path in paths]


def _names(path: str) -> Iterator[str]:
    """What a file answers to: its name, its name without a number, the folder it lies in."""
    name = plain_name(path)
    yield name
    yield NUMBERED.sub("", name)
    folder = PurePosixPath(path.replace("\\", "/")).parent.name
    if folder:
        yield plain_name(folder)
