"""Taking an upload in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.audit.domain import ActorLike, record
from portal.files.models import FileKind, StoredFile
from portal.files.names import safe_name
from portal.files.pdfs import check_pdf
from portal.files.photos import read_photo
from portal.files.storage import put_once

EXTENSIONS = {FileKind.PHOTO: ".jpg", FileKind.PDF: ".pdf"}


@dataclass(frozen=True)
class Checked:
    """What is stored of an upload that was accepted."""

    data: bytes
    thumb: bytes = b""
    width: int | None = None
    height: int | None = None


class Uploader(ActorLike, Protocol):
    """Who uploads: a person, never the system."""


def store_upload(*, upload: UploadedFile, kind: str, actor: Uploader) -> StoredFile:
    """Check the upload, store its bytes, then its row.

    The bytes are written first and whole, outside of any transaction: a crash leaves at most
    bytes that no row names. The same bytes under the same name give the row that is there.
    Raises: ValidationError with a sentence that names the file and what to do.
    """
    if actor.user is None:
        raise ValueError("Uploads have an owner: the system owns none.")
    extension = EXTENSIONS[FileKind(kind)]
    name = safe_name(upload.name or "", extension=extension)
    checked = _checked(upload, kind, shown_name(upload))
    sha256 = hashlib.sha256(checked.data).hexdigest()
    stem = f"{sha256[:2]}/{sha256}"
    row = StoredFile(
        kind=kind,
        name=name,
        sha256=sha256,
        path=put_once(f"{stem}{extension}", checked.data),
        thumb_path=put_once(f"{stem}.thumb.jpg", checked.thumb) if checked.thumb else "",
        size=len(checked.data),
        width=checked.width,
        height=checked.height,
        owner=actor.user,
    )
    return _keep(row, actor=actor)


def shown_name(upload: UploadedFile) -> str:
    """Return the name by which a message calls the upload: its own, made safe."""
    _stem, dot, extension = (upload.name or "").rpartition(".")
    short = "".join(character for character in extension if character.isalnum())[:8]
    return safe_name(upload.name or "", extension=f".{short}" if dot and short else "")


def _checked(upload: UploadedFile, kind: str, name: str) -> Checked:
    limit = settings.PHOTO_MAX_BYTES if kind == FileKind.PHOTO else settings.PDF_MAX_BYTES
    if not upload.size:
        raise ValidationError(
            _("“%(name)s” is empty: choose the file again."), code="empty", params={"name": name}
        )
    if upload.size > limit:
        raise ValidationError(
            _("“%(name)s” is too large: %(size)s MB, at most %(limit)d MB. Make it smaller first."),
            code="too_large",
            params={
                "name": name,
                "size": f"{upload.size / 1024 / 1024:.1f}",
                "limit": limit // 1024 // 1024,
            },
        )
    upload.seek(0)
    data = upload.read()
    if kind == FileKind.PDF:
        check_pdf(data, name=name)
        return Checked(data)
    photo = read_photo(data, name=name)
    return Checked(photo.data, photo.thumb, photo.width, photo.height)


@transaction.atomic
def _keep(row: StoredFile, *, actor: Uploader) -> StoredFile:
    there = StoredFile.objects.filter(
        owner=row.owner, sha256=row.sha256, kind=row.kind, name=row.name
    ).first()
    if there is not None:
        return there
    row.save(force_insert=True)
    # The name may hold a person's; the hash says which file it was.
    record(actor=actor, act="file.upload", subject=row, kind=row.kind, sha256=row.sha256)
    return row
