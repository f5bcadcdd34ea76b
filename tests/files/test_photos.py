import io

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image

from portal.files.photos import THUMB_BYTES, read_photo
from tests.files.pictures import bomb_png, noise, phone_photo, picture


def refusal(data: bytes, name: str = "photo.jpg") -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused, translation.override("en"):
        read_photo(data, name=name)
    with translation.override("en"):
        return refused.value.code, refused.value.messages[0]


def test_a_phone_photo_is_turned_upright_made_smaller_and_forgets_where_it_was_taken():
    original = phone_photo()
    assert b"Telltale-Phone" in original

    photo = read_photo(original, name="photo.jpg")

    assert (photo.width, photo.height) == (1200, 1600)
    image = Image.open(io.BytesIO(photo.data))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1200, 1600))
    red, blue = image.getpixel((600, 100)), image.getpixel((600, 1500))
    assert red[0] > 240
    assert red[2] < 15
    assert blue[2] > 240
    assert blue[0] < 15
    for stored in (photo.data, photo.thumb):
        image = Image.open(io.BytesIO(stored))
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {
            "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
        }  # fmt: skip
        assert b"Exif" not in stored
        assert b"Telltale" not in stored
    assert Image.open(io.BytesIO(photo.thumb)).size == (240, 320)


@pytest.mark.parametrize("side", [2000, 320, 100])
def test_the_small_copy_of_the_worst_picture_is_at_most_30_kb(side):
    photo = read_photo(noise(side), name="noise.png")

    assert 0 < len(photo.thumb) <= THUMB_BYTES == 30 * 1024


def test_a_small_photo_is_not_blown_up():
    photo = read_photo(picture(size=(40, 30)), name="small.jpg")

    assert (photo.width, photo.height) == (40, 30)
    assert Image.open(io.BytesIO(photo.thumb)).size == (40, 30)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "1"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_every_colour_mode_becomes_an_rgb_jpeg(kind, mode):
    photo = read_photo(picture(kind, mode=mode), name="any")

    image = Image.open(io.BytesIO(photo.data))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (40, 30))


def test_what_is_transparent_becomes_white():
    photo = read_photo(picture("PNG", mode="RGBA"), name="clear.png")

    assert Image.open(io.BytesIO(photo.data)).getpixel((20, 15)) == (255, 255, 255)


def test_a_16_bit_scan_keeps_its_grey():
    target = io.BytesIO()
    Image.new("I;16", (40, 30), 0x8000).save(target, "PNG")

    photo = read_photo(target.getvalue(), name="scan.png")

    assert Image.open(io.BytesIO(photo.data)).getpixel((20, 15)) == (128, 128, 128)


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (10_000, 9_500), (7_100, 7_100)])
def test_a_bomb_is_refused_by_its_header(width, height):
    data = bomb_png(width=width, height=height)
    assert len(data) < 200

    code, sentence = refusal(data, "bomb.png")

    assert code == "too_many_pixels"
    assert sentence == (
        "“bomb.png” has too many pixels: at most 50 million. Choose a smaller size in the "
        "camera's settings or upload a screenshot of the photo."
    )


def test_a_heic_photo_is_refused_with_the_way_to_switch_the_phone():
    code, sentence = refusal(b"\0\0\0\x18ftypheic" + b"\0" * 100, "IMG_1.heic")

    assert code == "heic"
    assert sentence.startswith("“IMG_1.heic” is a HEIC photo, which most computers cannot open.")
    assert "Most Compatible" in sentence


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 something",
        b"PK\x03\x04 a zip",
        b"GIF89a" + b"\0" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ program",
        b"x",
    ],
)
def test_another_kind_of_file_named_jpg_is_refused(data):
    assert refusal(data) == (
        "not_a_photo",
        "“photo.jpg” is not a photo: upload a JPEG, PNG or WebP picture.",
    )


def test_a_gif_and_a_bmp_are_not_on_the_list():
    assert refusal(picture("GIF"))[0] == "not_a_photo"
    assert refusal(picture("BMP"))[0] == "not_a_photo"


def test_half_a_photo_is_refused():
    whole = noise(200)

    assert refusal(whole[: len(whole) // 2], "half.png") == (
        "broken",
        "“half.png” is incomplete or damaged: open it on your phone, then upload it again.",
    )


def test_what_hides_behind_a_photo_is_gone():
    photo = read_photo(picture() + b"<script>alert(1)</script>PK\x03\x04", name="photo.jpg")

    assert b"script" not in photo.data
    assert b"PK\x03\x04" not in photo.data
