import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.files.pdfs import LARGEST_OBJECT_STREAM, check_pdf
from tests.files.pictures import pdf, stream


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        check_pdf(data, name="scan.pdf")
    with translation.override("en"):
        assert refused.value.messages[0].startswith("“scan.pdf” ")
    return refused.value.code


@pytest.mark.parametrize(
    "data",
    [
        pdf(),
        pdf().rstrip(),
        pdf() + b"\r\n \0",
        # A page's drawing, a scan's picture, an object stream that holds only objects.
        pdf(stream(b"1 0 0 1 72 720 cm BT /F1 12 Tf (JS) Tj ET", entries=b"")),
        pdf(stream(bytes(range(256)) * 100, entries=b"/Subtype /Image")),
        pdf(stream(b"5 0 << /Type /Font >>")),
        # Three bytes that a scan has by chance.
        pdf(b"<< >>\nstream\n\xff/JS \xfe\nendstream"),
    ],
)
def test_a_plain_pdf_is_accepted(data):
    assert check_pdf(data, name="scan.pdf") is None


@pytest.mark.parametrize(
    "data", [b"", b" " + pdf(), b"\xef\xbb\xbf" + pdf(), b"<html>" + pdf(), b"%PDF-x", b"MZ"]
)
def test_the_header_must_be_the_first_bytes(data):
    assert refusal(data) == "not_a_pdf"


def test_a_pdf_without_its_end_is_incomplete():
    assert refusal(pdf()[:-6]) == "incomplete"
    assert refusal(b"%PDF-1.7\nnothing\n%%EOF") == "incomplete"


def test_a_zip_behind_the_pdf_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    assert refusal(pdf() + target.getvalue()) == "polyglot"
    # Also when its comment ends as a PDF does.
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"\n%%EOF\n"
    assert refusal(pdf() + target.getvalue()) == "polyglot"


@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"alert(1)//", b"\n%%EOF <?php system($_GET[0]);"]
)
def test_anything_behind_the_end_is_refused(tail):
    assert refusal(pdf() + tail) == "polyglot"


@pytest.mark.parametrize("page", [b"<HTML>", b"<script src=x>", b"<!DOCTYPE html>", b"<?php "])
def test_a_page_inside_is_refused(page):
    assert refusal(pdf(b"(" + page + b")")) == "polyglot"


ACTIVE = [
    b"<< /S /JavaScript /JS (app.alert) >>",
    b"<</S/JavaScript/JS(app.alert)>>",
    b"<< /S /J#61v#61Script /JS (app.alert) >>",
    b"<< /S /Launch /F (cmd.exe) >>",
    b"<< /Type /EmbeddedFile >>",
    b"<< /Names << /EmbeddedFiles 9 0 R >> >>",
    b"<< /AcroForm << /XFA [1 0 R] >> >>",
    b"<< /S /SubmitForm >>",
    b"<< /S /GoToE >>",
    b"<< /Subtype /RichMedia >>",
]


@pytest.mark.parametrize("thing", ACTIVE)
def test_what_acts_is_refused(thing):
    assert refusal(pdf(thing)) == "active"


@pytest.mark.parametrize("thing", ACTIVE)
def test_what_acts_is_found_in_packed_objects(thing):
    assert refusal(pdf(stream(b"5 0 " + thing))) == "active"
    assert refusal(pdf(stream(b"% hidden\n 5 0 6 40\n" + thing))) == "active"


def test_a_pdf_with_a_password_is_refused():
    assert refusal(pdf(b"<< /Encrypt 9 0 R >>")) == "encrypted"


def test_packed_objects_that_unpack_to_far_too_much_are_refused():
    assert refusal(pdf(stream(b"5 0 " + b" " * LARGEST_OBJECT_STREAM))) == "bomb"
