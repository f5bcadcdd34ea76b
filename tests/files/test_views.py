import logging
import uuid
from pathlib import Path

import pytest
from django.urls import reverse

from portal.files.domain import store_upload
from portal.files.models import StoredFile
from tests.factories import UserFactory
from tests.files.pictures import pdf, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(actor) -> StoredFile:
    return store_upload(upload=upload(picture(), "茶园 一.jpg"), kind="photo", actor=actor)


@pytest.fixture
def document(actor) -> StoredFile:
    return store_upload(upload=upload(pdf(), "licence.pdf"), kind="pdf", actor=actor)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_owner_gets_photo_and_small_copy(client, owner, photo, storage_folder):
    client.force_login(owner)

    for name, path in (("file", photo.path), ("file-thumb", photo.thumb_path)):
        response = client.get(reverse(name, args=[photo.pk]))
        assert body(response) == (storage_folder / path).read_bytes()
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"] == (
            "inline; filename*=utf-8''%E8%8C%B6%E5%9B%AD%20%E4%B8%80.jpg"
        )
        assert response["Cache-Control"] == "private, max-age=86400"


def test_a_document_is_a_download_in_which_nothing_runs(client, owner, document):
    client.force_login(owner)

    response = client.get(reverse("file", args=[document.pk]))

    assert body(response) == pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="licence.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("name", ["file", "file-thumb"])
@pytest.mark.parametrize("trait", ["staff", "admin", "auditor", "creator"])
def test_nobody_else_gets_it_whatever_they_are(client, photo, name, trait):
    client.force_login(UserFactory(**{trait: True}))

    assert client.get(reverse(name, args=[photo.pk])).status_code == 404


def test_neighbour_and_visitor_get_404_as_for_a_file_that_never_was(client, stranger, photo):
    nowhere = reverse("file", args=[uuid.uuid4()])
    there = reverse("file", args=[photo.pk])

    assert [client.get(url).status_code for url in (there, nowhere)] == [404, 404]
    client.force_login(stranger)
    assert [client.get(url).status_code for url in (there, nowhere)] == [404, 404]


def test_a_gate_opens_its_files_alone_also_to_visitors(client, photo, document, gate):
    asked = []

    def public_photos(user, file):
        asked.append((user.is_authenticated, file))
        return file == photo

    gate(public_photos)

    assert client.get(reverse("file-thumb", args=[photo.pk])).getvalue() != b""
    assert client.get(reverse("file", args=[document.pk])).status_code == 404
    assert asked == [(False, photo), (False, document)]


def test_the_owner_needs_no_gate_and_a_second_refusal_changes_nothing(client, owner, photo, gate):
    gate(lambda _user, _file: False)
    gate(lambda _user, _file: False)
    client.force_login(owner)

    assert client.get(reverse("file", args=[photo.pk])).getvalue() != b""


def test_what_the_browser_has_is_not_sent_again_but_only_to_who_may_see_it(
    client, owner, stranger, photo
):
    client.force_login(owner)
    url = reverse("file", args=[photo.pk])
    first = client.get(url)
    assert body(first) != b""
    etag = first["ETag"]
    assert etag == f'"{photo.sha256}"'

    response = client.get(url, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response["Cache-Control"] == "private, max-age=86400"
    assert client.get(url, headers={"if-none-match": '"other"'}).getvalue() != b""

    client.force_login(stranger)
    assert client.get(url, headers={"if-none-match": etag}).status_code == 404


def test_a_document_has_no_small_copy(client, owner, document):
    client.force_login(owner)

    assert client.get(reverse("file-thumb", args=[document.pk])).status_code == 404


def test_bytes_that_are_gone_are_not_found_and_logged(
    client, owner, photo, storage_folder: Path, caplog
):
    client.force_login(owner)
    (storage_folder / photo.path).unlink()

    with caplog.at_level(logging.ERROR, logger="portal.files.views"):
        assert client.get(reverse("file", args=[photo.pk])).status_code == 404

    assert f"The bytes of file {photo.pk} are missing at {photo.path}." in caplog.messages


def test_files_are_only_read(client, owner, photo):
    client.force_login(owner)

    for method in (client.post, client.put, client.delete):
        assert method(reverse("file", args=[photo.pk])).status_code == 405


def test_a_file_takes_one_query_besides_session_and_person(
    client, owner, photo, django_assert_num_queries
):
    client.force_login(owner)
    url = reverse("file", args=[photo.pk])
    client.get(url).getvalue()

    with django_assert_num_queries(3):
        client.get(url).getvalue()
