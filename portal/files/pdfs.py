"""PDF scans: only documents that show pages, and are nothing else besides.

The bytes are kept as they came. The look for active parts is one of several walls: a PDF is sent
as a download, with its own type and a policy that runs nothing (see `views`).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HEADER = re.compile(rb"%PDF-[12]\.\d")
# Names of parts that act, carry other files or load them. Bare /JS is not among them: three bytes
# occur by chance in a scan, and a script needs /JavaScript or /Rendition beside it.
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|SubmitForm|ImportData|GoToE)\b"
    rb"|/XFA[\s\[(<\d]"
)
ENCRYPTED = re.compile(rb"/Encrypt\b")
OTHER_LANGUAGES = re.compile(rb"<script|<html|<!doctype\s+html|<\?php|<svg", re.IGNORECASE)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# An object stream begins with pairs of numbers: object and offset.
OBJECTS = re.compile(rb"(?:\s|%[^\r\n]*[\r\n])*\d+\s+\d+\s")
GLANCE = 1024
PIECE = 4096
# Object streams of a scan are small; one that unpacks to more hides something.
LARGEST_OBJECT_STREAM = 8 * 1024 * 1024
LARGEST_TOGETHER = 64 * 1024 * 1024


def check_pdf(data: bytes, *, name: str) -> None:
    """Accept a plain PDF.

    Raises: ValidationError with a sentence that names the file and what to do.
    """
    if not HEADER.match(data):
        raise _refused(
            _("“%(name)s” is not a PDF: scan the paper as a PDF and upload that."),
            "not_a_pdf",
            name,
        )
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data:
        raise _refused(
            _("“%(name)s” is incomplete: its end is missing. Save it again and upload it."),
            "incomplete",
            name,
        )
    if data[end + 5 :].strip(b"\r\n\t \x00") or _is_something_else(data):
        raise _refused(
            _(
                "“%(name)s” contains something else besides the PDF. Print it to a new PDF and "
                "upload that."
            ),
            "polyglot",
            name,
        )
    if ENCRYPTED.search(_unescaped(data)):
        raise _refused(
            _("“%(name)s” is protected by a password: save it without one and upload that."),
            "encrypted",
            name,
        )
    if any(ACTIVE.search(_unescaped(text)) for text in _texts(data, name)):
        raise _refused(
            _(
                "“%(name)s” contains scripts, attached files or forms that act by themselves. "
                "Print it to a new PDF and upload that."
            ),
            "active",
            name,
        )


def _refused(sentence: StrOrPromise, code: str, name: str) -> ValidationError:
    return ValidationError(sentence, code=code, params={"name": name})


def _is_something_else(data: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(data)) or OTHER_LANGUAGES.search(data) is not None


def _unescaped(data: bytes) -> bytes:
    """Names may be written with #xx for any character: /J#61vaScript."""
    return ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data)


def _texts(data: bytes, name: str) -> Iterator[bytes]:
    """Yield the file itself, then every object stream in it, unpacked."""
    yield data
    together = 0
    for match in STREAM.finditer(data):
        glance = _unpacked(data, match.end(), GLANCE)
        if not OBJECTS.match(glance):
            continue
        text = _unpacked(data, match.end(), LARGEST_OBJECT_STREAM + 1)
        together += len(text)
        if len(text) > LARGEST_OBJECT_STREAM or together > LARGEST_TOGETHER:
            raise _refused(
                _("“%(name)s” unpacks to far too much. Print it to a new PDF and upload that."),
                "bomb",
                name,
            )
        yield text


def _unpacked(data: bytes, start: int, limit: int) -> bytes:
    """Return at most `limit` bytes of the deflated stream at `start`; nothing if it is not one."""
    unpacker = zlib.decompressobj()
    text = bytearray()
    view = memoryview(data)
    # Piece by piece: the unpacker copies what it did not use of its input.
    for offset in range(start, len(data), PIECE):
        try:
            text += unpacker.decompress(view[offset : offset + PIECE], limit - len(text))
        except zlib.error:
            break
        if unpacker.eof or len(text) >= limit:
            break
    return bytes(text)
