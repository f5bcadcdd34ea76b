"""Workbooks and archives that mean no good, or are twice as much as fits: said, and kept out."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.files.models import StoredFile
from portal.sheets import archive, forms
from portal.submissions.models import Submission
from tests import dossiers
from tests.answers import signed_in
from tests.files.pictures import bomb_png
from tests.sheets.books import HEADINGS, photo_zip, product_row, workbook
from tests.sheets.steps import act, upload, verdicts

pytestmark = pytest.mark.django_db
VBA = b'Sub AutoOpen(): Shell "calc": End Sub'


@pytest.fixture
def official() -> Actor:
    return dossiers.official()


@pytest.fixture
def browser(official: Actor) -> Client:
    return signed_in(official.person)


def refused(browser: Client, **files: SimpleUploadedFile) -> str:
    answer = browser.post(reverse("sheet-new", args=["product"]), files)
    assert answer.status_code == 200
    return str(answer.context["form"].errors.as_text())


def test_of_a_workbook_with_macros_the_rows_are_read_and_nothing_else_is_kept(browser):
    data = io.BytesIO(workbook([product_row(1)]).read())
    with zipfile.ZipFile(data, "a") as book:
        book.writestr("xl/vbaProject.bin", VBA)
    intake = upload(browser, SimpleUploadedFile("登记表.xlsm", data.getvalue()))
    assert verdicts(intake) == {"new": 1}
    kept = [path for path in settings.VAR_DIR.rglob("*") if path.is_file()]
    assert not any(VBA in path.read_bytes() for path in kept)


def test_groups_above_the_headings_and_headings_on_every_printed_page_are_no_rows(browser):
    groups = ["基本信息", *[""] * 5, "价格与库存", *[""] * (len(HEADINGS) - 7)]
    rows = [HEADINGS, product_row(1), product_row(2), HEADINGS, product_row(3)]
    intake = upload(browser, workbook(rows, headings=groups, units=None))
    assert verdicts(intake) == {"new": 3}
    assert [row["title"] for row in intake.checked] == ["乳源特产1", "乳源特产2", "乳源特产3"]


def test_more_rows_than_fit_are_refused_with_what_to_do(browser, monkeypatch):
    monkeypatch.setattr(forms, "MOST_ROWS", 2)
    said = refused(browser, file=workbook([product_row(n) for n in range(3)]))
    assert "拆" in said
    assert not Submission.objects.exists()


def test_a_bomb_of_a_workbook_is_refused(browser):
    data = io.BytesIO(workbook([product_row(1)]).read())
    with (
        zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/media/image1.png", "w", force_zip64=True) as part,
    ):
        for _megabyte in range(401):
            part.write(bytes(1 << 20))
    assert len(data.getvalue()) < 1 << 20
    bomb = SimpleUploadedFile("登记表.xlsx", data.getvalue())
    assert "登记表.xlsx" in refused(browser, file=bomb)


def test_an_archive_beyond_the_limit_is_refused_before_it_is_read(browser, monkeypatch):
    assert forms.MOST_ARCHIVE < 2 << 30
    monkeypatch.setattr(forms, "MOST_ARCHIVE", 1 << 20)
    large = SimpleUploadedFile("照片.zip", forms.ZIP + os.urandom(1 << 20))
    assert "压缩包超过1 MB" in refused(browser, file=workbook([product_row(1)]), archive=large)


def test_bombs_in_an_archive_are_named_and_everything_else_goes_in(browser):
    photos = photo_zip(
        ["乳源特产1.jpg"],
        **{
            "乳源特产2.jpg": bytes(settings.PHOTO_MAX_BYTES + 1),
            "乳源特产3.png": bomb_png(width=20_000, height=20_000),
            "run.exe": b"MZ",
        },
    )
    intake = upload(browser, workbook([product_row(n) for n in (1, 2, 3)]), photos)
    assert verdicts(intake) == {"new": 3}
    assert set(intake.files) == {"乳源特产1.jpg"}
    assert set(intake.refused_files) == {"乳源特产2.jpg", "乳源特产3.png", "run.exe"}
    assert StoredFile.objects.count() == 1
    page = act(browser, intake, "take_in").content.decode()
    assert Submission.objects.count() == 3
    for name, reason in intake.refused_files.items():
        assert name in page
        assert reason
    assert "像素" in intake.refused_files["乳源特产3.png"]


def test_an_archive_of_too_many_files_stores_none(browser, monkeypatch):
    monkeypatch.setattr(archive, "MOST_ENTRIES", 1)
    intake = upload(browser, workbook([product_row(1)]), photo_zip(["a.jpg", "b.jpg"]))
    assert "2" in intake.refused_files["zip"]
    assert (verdicts(intake), StoredFile.objects.count()) == ({"new": 1}, 0)


def test_an_archive_that_claims_another_size_is_damaged_and_the_rows_stand(browser):
    photos = photo_zip(["乳源特产1.jpg"]).read()
    # The size unpacked, as the directory at the end has it.
    at = photos.rindex(b"PK\x01\x02") + 24
    lying = photos[:at] + (2 << 30).to_bytes(4, "little") + photos[at + 4 :]
    intake = upload(browser, workbook([product_row(1)]), SimpleUploadedFile("照片.zip", lying))
    assert verdicts(intake) == {"new": 1}
    assert sum(file.size for file in StoredFile.objects.all()) < 1 << 20
