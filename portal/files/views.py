"""Sending files to those who may open them."""

from __future__ import annotations

import logging
import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.files.models import FileKind, StoredFile
from portal.files.queries import file_open_to

log = logging.getLogger(__name__)

CONTENT_TYPES = {FileKind.PHOTO.value: "image/jpeg", FileKind.PDF.value: "application/pdf"}
# A photo never changes under its address, so a phone need not fetch it twice in a day. A document
# is asked for each time: whoever lost the right to it gets it no more.
CACHING = {FileKind.PHOTO.value: "private, max-age=86400", FileKind.PDF.value: "private, no-cache"}
# Nothing in a file may run or load anything, even if a browser takes it for a page.
POLICY = "default-src 'none'; sandbox"


@login_not_required
@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file itself; open to its owner and to whom a gate lets in, also without signing in."""
    return _send(request, pk, small=False)


@login_not_required
@require_safe
def thumb(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The small copy of a photo, at most 30 KB."""
    return _send(request, pk, small=True)


def _send(request: HttpRequest, pk: uuid.UUID, *, small: bool) -> HttpResponseBase:
    stored = file_open_to(request.user, pk)
    path = "" if stored is None else stored.thumb_path if small else stored.path
    if stored is None or not path:
        raise Http404
    etag = f'"{stored.sha256}{"-thumb" if small else ""}"'
    response = get_conditional_response(request, etag=etag) or _content(stored, path)
    response["ETag"] = etag
    response["Cache-Control"] = CACHING[stored.kind]
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def _content(stored: StoredFile, path: str) -> HttpResponseBase:
    try:
        content = default_storage.open(path)
    except FileNotFoundError as error:
        log.error("The bytes of file %s are missing at %s.", stored.pk, path)
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=stored.kind == FileKind.PDF,
        filename=stored.name,
        content_type=CONTENT_TYPES[stored.kind],
    )
