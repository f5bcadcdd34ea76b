"""Pictures and print of a product: QR, share image, poster; made once for each version."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont, ImageOps

from portal.regions.models import place_name
from portal.typesetting import font_path, typeset
from products.public.structured import product_url

if TYPE_CHECKING:
    from products.models import Product

SHARE_SIZE = (1200, 630)
PHOTO_WIDTH = 600
MARGIN, TEXT_WIDTH = 48, 504
INK, SOFT, ACCENT, PAPER = "#16262b", "#4d5f65", "#b3261e", "#ffffff"
# Of the collection's faces the one for simplified Chinese.
SIMPLIFIED = 2
POSTER = Path(__file__).with_name("poster.typ")


def qr_svg(product: Product) -> bytes:
    """The QR of the product's page, dark on light with its quiet zone."""
    target = io.BytesIO()
    segno.make(product_url(product.submission.code), error="m", micro=False).save(
        target, kind="svg", scale=8, border=4, light="#fff"
    )
    return target.getvalue()


def made_once(product: Product, suffix: str, make: Callable[[Product], bytes]) -> bytes:
    """The file of the product's present version: read, or made and kept in place of older ones."""
    folder = f"public/{product.submission.code}"
    name = f"{product.submission.version}{suffix}"
    path = f"{folder}/{name}"
    try:
        with default_storage.open(path) as file:
            return file.read()
    except FileNotFoundError:
        # One picture for everybody: in the language of the portal, whoever asks first.
        with translation.override(settings.LANGUAGE_CODE):
            data = make(product)
    for older in _files(folder):
        if older.endswith(suffix) and older != name:
            default_storage.delete(f"{folder}/{older}")
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))
    return data


def _files(folder: str) -> list[str]:
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path()), size, index=SIMPLIFIED)


def share_image(product: Product) -> bytes:
    """What chats and social networks show of the page: photo, name, county and price."""
    image = Image.new("RGB", SHARE_SIZE, PAPER)
    image.paste(_photo(product), (0, 0))
    draw = ImageDraw.Draw(image)
    left, top = PHOTO_WIDTH + MARGIN, 84
    for line in _wrapped(product.name, _font(64), lines=3):
        draw.text((left, top), line, font=_font(64), fill=INK)
        top += 84
    dossier = product.submission
    place = place_name(dossier.city, dossier.county, between="")
    for line in _wrapped(place, _font(36), lines=2):
        draw.text((left, top + 12), line, font=_font(36), fill=SOFT)
        top += 50
    if product.price is not None:
        price = _price(product)
        draw.text((left, SHARE_SIZE[1] - 190), price, font=_fitting(price, 56), fill=ACCENT)
    site = settings.SITE_PROFILE["name"]
    draw.text((left, SHARE_SIZE[1] - 90), site, font=_fitting(site, 28), fill=SOFT)
    target = io.BytesIO()
    image.quantize(256).save(target, "PNG", optimize=True)
    return target.getvalue()


def _price(product: Product) -> str:
    return _("¥%(price)s per %(unit)s") % {
        "price": product.price,
        "unit": product.get_unit_display(),
    }


def _photo(product: Product) -> Image.Image:
    """The first photo, cut to its half of the picture; a plain field when there is none."""
    size = (PHOTO_WIDTH, SHARE_SIZE[1])
    data = _photo_bytes(product)
    if data is None:
        return Image.new("RGB", size, "#dfe9e4")
    with Image.open(io.BytesIO(data)) as photo:
        return ImageOps.fit(photo.convert("RGB"), size)


def _photo_bytes(product: Product) -> bytes | None:
    from products.queries import first_photo

    path = first_photo(product)
    if not path:
        return None
    try:
        with default_storage.open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _fitting(text: str, size: int) -> ImageFont.FreeTypeFont:
    """The largest font up to `size` in which the text stands on one line."""
    while size > 16 and _font(size).getlength(text) > TEXT_WIDTH:
        size -= 4
    return _font(size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, *, lines: int) -> list[str]:
    """The text in lines that fit; what is too long ends in dots."""
    found, line = [], ""
    for character in text:
        if font.getlength(line + character) > TEXT_WIDTH:
            found.append(line)
            line = ""
        line += character
    found.append(line)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{found[lines - 1][:-1]}…"]
    return found


def poster(product: Product) -> bytes:
    """A sheet in A6 for the farm's stall: photo, name, county, price and the QR."""
    dossier = product.submission
    photo = _photo_bytes(product)
    files = {"qr.svg": qr_svg(product)}
    if photo is not None:
        files["photo.jpg"] = photo
    inputs = {
        "name": product.name,
        "place": place_name(dossier.city, dossier.county, between=""),
        "price": _price(product) if product.price is not None else "",
        "package": product.package,
        "say": _("Scan to see where it grows and where to buy it"),
        "site": settings.SITE_PROFILE["name"],
        "photo": "photo.jpg" if photo is not None else "",
    }
    return typeset(POSTER, inputs, files)
