import hashlib
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.files.domain import store_upload
from portal.files.models import FileKind, StoredFile
from tests.files.pictures import bomb_png, pdf, phone_photo, picture, upload

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def stored_names(folder) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_phone_photo_is_stored_under_the_hash_of_what_is_kept(actor, owner, storage_folder):
    row = store_upload(
        upload=upload(phone_photo(), "IMG_茶园.JPG"), kind=FileKind.PHOTO, actor=actor
    )

    row.refresh_from_db()
    kept = (storage_folder / row.path).read_bytes()
    assert row.sha256 == hashlib.sha256(kept).hexdigest()
    assert row.path == f"{row.sha256[:2]}/{row.sha256}.jpg"
    assert row.thumb_path == f"{row.sha256[:2]}/{row.sha256}.thumb.jpg"
    assert (row.kind, row.name, row.owner) == ("photo", "IMG_茶园.jpg", owner)
    assert (row.width, row.height, row.size) == (1200, 1600, len(kept))
    assert 0 < (storage_folder / row.thumb_path).stat().st_size <= 30 * 1024
    assert stored_names(storage_folder) == {row.path, row.thumb_path}
    assert b"Telltale" not in kept


def test_an_upload_is_on_record_without_its_name(actor, owner):
    row = store_upload(upload=upload(picture(), "邓阿婆身份证.jpg"), kind="photo", actor=actor)

    entry = Entry.objects.get()
    assert (entry.user, entry.act, entry.address) == (owner, "file.upload", "10.1.2.3")
    assert (entry.subject_type, entry.subject_id) == ("files.storedfile", str(row.pk))
    assert entry.data == {"kind": "photo", "sha256": row.sha256}


def test_a_pdf_is_kept_as_it_came(actor, storage_folder):
    row = store_upload(upload=upload(pdf(), "执照.pdf"), kind=FileKind.PDF, actor=actor)

    assert (storage_folder / row.path).read_bytes() == pdf()
    assert (row.kind, row.name, row.thumb_path) == ("pdf", "执照.pdf", "")
    assert (row.width, row.height, row.size) == (None, None, len(pdf()))
    assert stored_names(storage_folder) == {row.path}


def test_the_same_upload_again_is_the_same_row(actor, storage_folder):
    first = store_upload(upload=upload(picture()), kind="photo", actor=actor)
    again = store_upload(upload=upload(picture()), kind="photo", actor=actor)

    assert again == first
    assert (StoredFile.objects.count(), Entry.objects.count()) == (1, 1)
    assert stored_names(storage_folder) == {first.path, first.thumb_path}


def test_another_name_or_owner_is_a_row_of_its_own_over_the_same_bytes(
    actor, stranger, storage_folder
):
    first = store_upload(upload=upload(picture(), "a.jpg"), kind="photo", actor=actor)
    second = store_upload(upload=upload(picture(), "b.jpg"), kind="photo", actor=actor)
    third = store_upload(upload=upload(picture(), "a.jpg"), kind="photo", actor=Actor.of(stranger))

    assert len({first.pk, second.pk, third.pk}) == 3
    assert {first.path} == {second.path, third.path}
    assert stored_names(storage_folder) == {first.path, first.thumb_path}


@pytest.mark.parametrize(
    ("data", "name", "kind", "code"),
    [
        (b"", "empty.jpg", "photo", "empty"),
        (b"", "empty.pdf", "pdf", "empty"),
        (pdf(), "scan.jpg", "photo", "not_a_photo"),
        (picture(), "photo.pdf", "pdf", "not_a_pdf"),
        (b"<script>alert(1)</script>", "page.jpg", "photo", "not_a_photo"),
        (bomb_png(width=60_000, height=60_000), "bomb.png", "photo", "too_many_pixels"),
        (pdf(b"<< /S /JavaScript >>"), "acts.pdf", "pdf", "active"),
        (pdf() + b"PK\x03\x04", "both.pdf", "pdf", "polyglot"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(actor, storage_folder, data, name, kind, code):
    with pytest.raises(ValidationError) as refused:
        store_upload(upload=upload(data, name), kind=kind, actor=actor)

    assert refused.value.code == code
    assert name in refused.value.messages[0]
    assert (StoredFile.objects.count(), Entry.objects.count()) == (0, 0)
    assert stored_names(storage_folder) == set()


@pytest.mark.parametrize(
    ("kind", "setting"), [("photo", "PHOTO_MAX_BYTES"), ("pdf", "PDF_MAX_BYTES")]
)
def test_too_large_is_said_with_both_sizes(actor, settings, storage_folder, kind, setting):
    setattr(settings, setting, 2 * 1024 * 1024)

    with pytest.raises(ValidationError) as refused, translation.override("en"):
        store_upload(upload=upload(b"x" * 2_700_000, "big.jpg"), kind=kind, actor=actor)

    with translation.override("en"):
        assert refused.value.messages == [
            "“big.jpg” is too large: 2.6 MB, at most 2 MB. Make it smaller first."
        ]
    assert stored_names(storage_folder) == set()


def test_the_limits_are_those_a_phone_needs(settings):
    assert settings.PHOTO_MAX_BYTES == 15 * 1024 * 1024
    assert settings.PHOTO_MAX_PIXELS == 50_000_000
    assert settings.PDF_MAX_BYTES == 20 * 1024 * 1024


def test_a_name_that_deceives_is_made_safe_in_row_and_message(actor):
    row = store_upload(
        upload=upload(picture(), "../../营业执照\u202egpj.exe"), kind="photo", actor=actor
    )
    assert row.name == "营业执照gpj.jpg"

    with pytest.raises(ValidationError) as refused:
        store_upload(upload=upload(b"x", "\u202egpj.exe"), kind="photo", actor=actor)
    assert "“gpj.exe”" in refused.value.messages[0]


def test_the_system_owns_no_files(storage_folder):
    with pytest.raises(ValueError, match="owner"):
        store_upload(upload=upload(picture()), kind="photo", actor=Actor.system())


def test_a_crash_after_the_bytes_leaves_no_row_and_the_next_try_succeeds(
    actor, owner, storage_folder
):
    ghost = Actor(type(owner)(pk=10**9, username="ghost"))
    with pytest.raises(IntegrityError):
        _store_and_check(ghost)
    assert StoredFile.objects.count() == 0
    orphans = stored_names(storage_folder)
    assert len(orphans) == 2

    row = store_upload(upload=upload(picture()), kind="photo", actor=actor)

    assert stored_names(storage_folder) == orphans == {row.path, row.thumb_path}


def _store_and_check(actor) -> None:
    with transaction.atomic():
        store_upload(upload=upload(picture()), kind="photo", actor=actor)
        connection.check_constraints()


def test_ids_are_not_to_be_guessed(actor):
    row = store_upload(upload=upload(picture()), kind="photo", actor=actor)

    assert isinstance(row.pk, uuid.UUID)
    assert row.pk.version == 4
