"""Files that are there after a power cut: their bytes, and their names; and a disk that is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from portal.verdict import RuleBroken

# No room, no more of it for this user, and a file longer than the process may write.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskFull(RuleBroken):
    """There is no room for a file; what was there stands, and nothing half-written stays."""


@contextmanager
def full_said() -> Iterator[None]:
    """Say in words that there is no room. Raises: DiskFull instead of the error of the disk."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        sentence = _("The disk is full. Nothing was stored; make room, then try again.")
        raise DiskFull(sentence, code="disk_full") from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; there already is fine. New names are on the disk."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in new:
        flush_folder(each.parent)


def move_into_place(part: Path, place: Path) -> None:
    """Give a file that is flushed its name, in place of what has it now.

    The name stands in the folder, which is flushed as well: without that a power cut may leave
    the bytes and lose the name.
    """
    part.replace(place)
    flush_folder(place.parent)


def flush_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
