"""Pictures drawn for the demonstration, each marked 示意图."""

from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 960, 720
# What every picture and paper says of itself.
MARK = "示意图 · 演示数据"
MARK_PLACE, MARK_SIZE = (60, 170), 34
PAPER_MARK = f"{MARK}，不具效力"
# The programme's first day: a paper that said when it was drawn would be another one each time.
DRAWN = datetime(2023, 9, 23, tzinfo=UTC).timetuple()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_PATH), size)


def _canvas(title: str, mark: str = MARK) -> Image.Image:
    """Hills in tones of the background, the title and the mark on them."""
    background = _background(title)
    image = Image.new("RGB", (WIDTH, HEIGHT), background)
    draw = ImageDraw.Draw(image)
    seed = zlib.crc32(title.encode())
    for layer in range(3):
        tone = tuple(max(0, part - 28 * (layer + 1)) for part in background)
        peak = 180 + (seed >> (layer * 5)) % 140
        base = HEIGHT - 40 - layer * 10
        left = (seed >> (layer * 3)) % 300 - 150
        draw.polygon(
            [(left - 200, base + 200), (left + 350, HEIGHT - peak), (left + 1000, base + 200)],
            fill=tone,
        )
    draw.ellipse((720, 70, 850, 200), fill=(250, 236, 200))
    draw.text((60, 70), title, font=_font(72), fill="white")
    draw.text(MARK_PLACE, mark, font=_font(MARK_SIZE), fill="white")
    return image


def _background(title: str) -> tuple[int, int, int]:
    seed = zlib.crc32(title.encode())
    return (70 + seed % 70, 95 + (seed >> 8) % 60, 70 + (seed >> 16) % 70)


def photo(title: str) -> SimpleUploadedFile:
    """Return a photo-like picture of `title` as an upload."""
    data = io.BytesIO()
    _canvas(title).save(data, "JPEG", quality=82)
    return SimpleUploadedFile(f"{title}.jpg", data.getvalue(), "image/jpeg")


def certificate(title: str) -> SimpleUploadedFile:
    """Return a one-page certificate about `title` as an upload."""
    return _paper("承诺达标合格证", f"产品：{title}", f"{title}-合格证.pdf")


def quotation(title: str) -> SimpleUploadedFile:
    """Return a one-page quotation for `title` as an upload."""
    return _paper("报价单", f"项目：{title}", f"{title}-报价单.pdf")


def _paper(heading: str, line: str, name: str, mark: str = PAPER_MARK) -> SimpleUploadedFile:
    page = Image.new("RGB", (800, 1100), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, 760, 1060), outline=(150, 30, 30), width=4)
    draw.text((200, 140), heading, font=_font(56), fill=(150, 30, 30))
    draw.text((110, 320), line, font=_font(36), fill="black")
    draw.text((110, 960), mark, font=_font(32), fill=(90, 90, 90))
    data = io.BytesIO()
    page.save(data, "PDF", resolution=100, creationDate=DRAWN, modDate=DRAWN)
    return SimpleUploadedFile(name, data.getvalue(), "application/pdf")
