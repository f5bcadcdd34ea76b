"""Photos: checked before they are decoded, turned upright, encoded anew without metadata."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

# MPO is what many phones write: a JPEG with a second picture behind it; only the first is kept.
FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 1600
QUALITY = 82
THUMB_BYTES = 30 * 1024
# Tried in turn until the small picture fits into THUMB_BYTES; the last always does.
THUMB_TRIES = ((320, 78), (320, 60), (320, 42), (240, 42), (160, 42), (80, 30))
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
# What Pillow raises over a broken or hostile file, by format.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, zlib.error)
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Photo:
    """A photo as it is stored: JPEG bytes, its small copy, and its size in pixels."""

    data: bytes
    thumb: bytes
    width: int
    height: int


def read_photo(data: bytes, *, name: str) -> Photo:
    """Return the photo in `data`, upright, sRGB, at most 1600 pixels a side, with no metadata.

    Raises: ValidationError with a sentence that names the file and what to do.
    """
    image = _open(data, name)
    try:
        # For a JPEG this decodes at a fraction of the size: a 50 MP photo never fills memory.
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        upright = _clean(ImageOps.exif_transpose(image))
    except BOMB as error:
        raise _too_many_pixels(name) from error
    except BROKEN as error:
        raise ValidationError(
            _("“%(name)s” is incomplete or damaged: open it on your phone, then upload it again."),
            code="broken",
            params={"name": name},
        ) from error
    return Photo(_jpeg(upright, QUALITY), _thumb(upright), upright.width, upright.height)


def _open(data: bytes, name: str) -> Image.Image:
    """Read the header only; refuse what is no photo or holds too many pixels."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise ValidationError(
            _(
                "“%(name)s” is a HEIC photo, which most computers cannot open. On an iPhone choose "
                "Settings, Camera, Formats, Most Compatible; on other phones switch off “HEIF” or "
                "“High-efficiency photos” in the camera's settings. Then take the photo again, or "
                "send it to yourself as a JPEG."
            ),
            code="heic",
            params={"name": name},
        )
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except BOMB as error:
        raise _too_many_pixels(name) from error
    except BROKEN as error:
        raise ValidationError(
            _("“%(name)s” is not a photo: upload a JPEG, PNG or WebP picture."),
            code="not_a_photo",
            params={"name": name},
        ) from error
    if image.width * image.height > settings.PHOTO_MAX_PIXELS:
        raise _too_many_pixels(name)
    return image


def _too_many_pixels(name: str) -> ValidationError:
    return ValidationError(
        _(
            "“%(name)s” has too many pixels: at most %(limit)d million. Choose a smaller size in "
            "the camera's settings or upload a screenshot of the photo."
        ),
        code="too_many_pixels",
        params={"name": name, "limit": settings.PHOTO_MAX_PIXELS // 1_000_000},
    )


def _clean(image: Image.Image) -> Image.Image:
    """Return the bare pixels in sRGB on white: what is pasted brings no metadata along."""
    clean = Image.new("RGB", image.size, "white")
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        image = image.convert("RGBA")
        clean.paste(_to_srgb(image), mask=image.getchannel("A"))
    else:
        clean.paste(_to_srgb(image))
    return clean


def _to_srgb(image: Image.Image) -> Image.Image:
    """Return the picture in the colours every screen knows, by its own profile if it has one."""
    if image.mode.startswith("I;16"):
        # A 16-bit scan; converting would cut the bright half off.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            converted = ImageCms.profileToProfile(
                image.convert("RGB") if image.mode == "RGBA" else image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError):
            # A profile that does not fit its picture: colours a little off are better than none.
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def _thumb(image: Image.Image) -> bytes:
    encoded = b""
    for side, quality in THUMB_TRIES:
        small = image.copy()
        small.thumbnail((side, side))
        encoded = _jpeg(small, quality)
        if len(encoded) <= THUMB_BYTES:
            break
    return encoded
