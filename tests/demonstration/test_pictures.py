"""Pictures and papers say of themselves that they are drawn."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from portal.demonstration import pictures

TITLES = ("清远鸡", "莲麻村", "茶叶冷藏库")


def box_of_mark(image: Image.Image) -> tuple[int, ...]:
    """Where the mark stands, as the font draws it."""
    font = pictures._font(pictures.MARK_SIZE)
    box = ImageDraw.Draw(image).textbbox(pictures.MARK_PLACE, pictures.MARK, font=font)
    return tuple(map(round, box))


@pytest.mark.parametrize("title", TITLES)
def test_every_picture_says_that_it_is_a_drawing(title):
    assert pictures.MARK.startswith("示意图")
    marked, bare = pictures._canvas(title), pictures._canvas(title, mark="")
    changed = ImageChops.difference(marked, bare).getbbox()
    assert changed is not None
    assert all(
        abs(here - there) <= 2 for here, there in zip(changed, box_of_mark(marked), strict=True)
    )


@pytest.mark.parametrize("title", TITLES)
def test_the_photo_that_is_filed_is_that_picture(title):
    photo = Image.open(io.BytesIO(pictures.photo(title).read())).convert("RGB")
    marked, bare = pictures._canvas(title), pictures._canvas(title, mark="")
    box = box_of_mark(marked)

    def apart(other: Image.Image) -> float:
        found = ImageChops.difference(photo.crop(box), other.crop(box))
        return sum(ImageStat.Stat(found).mean)

    # JPEG is not exact, but the mark is no noise.
    assert apart(marked) < 30 < 60 < apart(bare)


def test_every_paper_says_so_too():
    assert pictures.PAPER_MARK.startswith(pictures.MARK)
    for make in (pictures.certificate, pictures.quotation):
        assert make("清远鸡").read().startswith(b"%PDF")
    paper = pictures._paper("报价单", "项目：冷库", "x.pdf").read()
    bare = pictures._paper("报价单", "项目：冷库", "x.pdf", mark="").read()
    assert paper != bare


def test_a_paper_is_drawn_alike_whenever_it_is_drawn():
    first, again = (pictures.certificate("清远鸡").read() for _time in range(2))
    assert first == again
    assert b"D:20230923" in first
