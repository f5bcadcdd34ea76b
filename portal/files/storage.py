"""Where bytes lie: under their own hash, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from portal.disk import make_folder, move_into_place


class WholeFileStorage(FileSystemStorage):
    """A folder in which a file appears under its name only when all of it is on the disk.

    Django's own writes into place, so that a killed process leaves half a file under the name.
    """

    def _save(self, name: str, content: File) -> str:
        place = Path(self.path(name))
        make_folder(place.parent)
        descriptor, part = tempfile.mkstemp(dir=place.parent, prefix=".part-")
        try:
            with os.fdopen(descriptor, "wb") as target:
                for chunk in content.chunks():
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            move_into_place(Path(part), place)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return name


def put_once(name: str, data: bytes) -> str:
    """Store `data` under `name`, which is made of its hash, and return the name it stands under.

    What stands there already is the same bytes and is left alone.
    """
    if default_storage.exists(name):
        return name
    return default_storage.save(name, ContentFile(data))
