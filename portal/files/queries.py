"""Reads of files."""

from __future__ import annotations

import uuid
from typing import Any

from portal.files import gates
from portal.files.models import StoredFile


def file_open_to(user: Any, pk: uuid.UUID) -> StoredFile | None:
    """Return the file when `user` may open it; None for a stranger, as for a file that is not."""
    file = StoredFile.objects.filter(pk=pk).first()
    return file if file is not None and gates.may_open(user, file) else None
