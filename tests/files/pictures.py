"""Pictures and documents the tests upload, made here so that what is in them is known."""

from __future__ import annotations

import io
import random
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS_INFO, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
ROTATED_RIGHT = 6


def phone_photo(*, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A 12 MP photo as a phone held upright writes it: lying on its side, with place and maker.

    Red above, blue below, once it is turned upright.
    """
    image = Image.new("RGB", size, "blue")
    # Turned right by 90 degrees, the left half of the stored picture is its upper half.
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED_RIGHT
    exif[MAKE] = "Telltale-Phone"
    exif.get_ifd(GPS_INFO).update({1: "N", 2: (24.0, 46.0, 30.0), 3: "E", 4: (113.0, 16.0, 40.0)})
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, quality=90, comment=b"Telltale-Comment")
    return target.getvalue()


def picture(kind: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> bytes:
    """A small picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, size).save(target, kind)
    return target.getvalue()


def noise(side: int) -> bytes:
    """The picture that packs worst: every pixel at random, the same each time."""
    pixels = random.Random(20231023).randbytes(side * side * 3)
    target = io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(target, "PNG")
    return target.getvalue()


def bomb_png(*, width: int, height: int) -> bytes:
    """A PNG of some hundred bytes whose header promises any number of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checked = name + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def pdf(*objects: bytes) -> bytes:
    """A one-page PDF with further objects."""
    body = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        *objects,
    ]
    written = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(body, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(body) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(written))
    )


def stream(content: bytes, *, entries: bytes = b"/Type /ObjStm /N 1 /First 4") -> bytes:
    """A deflated stream object."""
    packed = zlib.compress(content)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        entries,
        len(packed),
        packed,
    )


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    """An upload as the browser sends it."""
    return SimpleUploadedFile(name, data)
