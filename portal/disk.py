"""Files that are there after a power cut: their bytes, and their names."""

from __future__ import annotations

import os
from pathlib import Path


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
