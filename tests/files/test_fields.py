import uuid

import pytest
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from portal.accounts.actor import Actor
from portal.files.domain import store_upload
from portal.files.fields import FilesField, absorb_uploads
from portal.files.models import StoredFile
from tests.files.pictures import pdf, picture, upload

pytestmark = pytest.mark.django_db


class RecordForm(forms.Form):
    title = forms.CharField(max_length=5)
    photos = FilesField(kind="photo", max_files=3)
    papers = FilesField(kind="pdf", max_files=1, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("photos", "papers"):
            if user is not None:
                self.fields[name].allowed = StoredFile.objects.visible_to(user)


def file_fields() -> dict[str, FilesField]:
    return {name: RecordForm.base_fields[name] for name in ("photos", "papers")}


@pytest.fixture
def photos(actor) -> list[StoredFile]:
    return [
        store_upload(
            upload=upload(picture(size=(40 + n, 30)), f"{n}.jpg"), kind="photo", actor=actor
        )
        for n in range(4)
    ]


def posted(**values) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def errors(form) -> dict[str, list[str]]:
    with translation.override("en"):
        return {name: list(map(str, found)) for name, found in form.errors.items()}


def test_the_ticked_files_are_the_value_in_their_order_each_once(owner, photos):
    ids = [str(photos[2].pk), str(photos[0].pk), str(photos[2].pk)]

    form = RecordForm(posted(title="茶", photos=ids), user=owner)

    assert form.is_valid()
    assert form.cleaned_data == {"title": "茶", "photos": [photos[2], photos[0]], "papers": []}


def test_none_is_refused_where_one_is_needed(owner):
    form = RecordForm(posted(title="茶"), user=owner)

    assert errors(form) == {"photos": ["Upload at least one file."]}


def test_without_allowed_files_none_may_be_attached(photos):
    form = RecordForm(posted(title="茶", photos=str(photos[0].pk)))

    assert list(errors(form)) == ["photos"]


@pytest.mark.parametrize("alien", ["", "x", "1", "00000000-0000-4000-8000-000000000000"])
def test_what_is_no_file_is_refused(owner, photos, alien):
    form = RecordForm(posted(title="茶", photos=[str(photos[0].pk), alien]), user=owner)

    assert errors(form) == {
        "photos": ["A file is no longer there or is not yours: untick it and upload it again."]
    }


def test_another_persons_file_is_refused_and_not_shown(owner, stranger, photos):
    form = RecordForm(posted(title="茶", photos=str(photos[0].pk)), user=stranger)

    assert errors(form) == {
        "photos": ["A file is no longer there or is not yours: untick it and upload it again."]
    }
    assert str(photos[0].pk) not in str(form["photos"])


def test_a_document_is_no_photo(owner, actor):
    paper = store_upload(upload=upload(pdf(), "a.pdf"), kind="pdf", actor=actor)

    form = RecordForm(posted(title="茶", photos=str(paper.pk)), user=owner)

    assert list(errors(form)) == ["photos"]


def test_too_many_are_refused_and_all_stay_ticked(owner, photos):
    form = RecordForm(posted(title="茶", photos=[str(row.pk) for row in photos]), user=owner)

    assert errors(form) == {"photos": ["At most 3 files: you have 4. Untick those to leave out."]}
    assert str(form["photos"]).count("checked") == 4


def test_forms_do_not_share_what_is_allowed(owner, photos):
    RecordForm(user=owner)

    assert list(RecordForm().fields["photos"].allowed) == []
    assert list(RecordForm.base_fields["photos"].allowed) == []


def test_the_input_shows_each_file_with_its_small_copy_and_a_tick(owner, photos):
    with translation.override("en"):
        html = str(RecordForm(user=owner, initial={"photos": [photos[1]]})["photos"])

    assert f'name="photos" value="{photos[1].pk}" checked' in html
    assert reverse("file-thumb", args=[photos[1].pk]) in html
    assert "Keep 1.jpg" in html
    assert 'name="photos-new" accept="image/jpeg,image/png,image/webp" multiple' in html
    assert 'id="id_photos"' in html
    assert "capture" not in html
    assert "required" not in html
    assert str(photos[0].pk) not in html


def test_the_input_for_one_document_takes_one(owner):
    html = str(RecordForm(user=owner)["papers"])

    assert 'name="papers-new" accept="application/pdf"' in html
    assert "multiple" not in html
    assert RecordForm().is_multipart()


def test_names_are_escaped_in_the_input(owner, actor):
    row = store_upload(upload=upload(picture(), "a&amp'b.jpg"), kind="photo", actor=actor)
    html = str(RecordForm(user=owner, initial={"photos": [row.pk]})["photos"])

    assert "a&amp;amp&#x27;b.jpg" in html


@pytest.mark.parametrize(
    ("initial", "data", "changed"),
    [([], [], False), ([0], [0], False), ([0], [1], True), ([0, 1], [1, 0], True), ([0], [], True)],
)
def test_a_change_is_other_files_or_another_order(photos, initial, data, changed):
    field = RecordForm().fields["photos"]

    assert (
        field.has_changed([photos[n] for n in initial], [str(photos[n].pk) for n in data])
        is changed
    )


def test_uploads_survive_a_mistake_in_another_field(owner, actor, photos):
    data = posted(title="太长的标题了", photos=str(photos[0].pk))
    files = MultiValueDict({"photos-new": [upload(picture(size=(90, 90)), "new.jpg")]})

    filled, refused = absorb_uploads(data=data, files=files, fields=file_fields(), actor=actor)
    form = RecordForm(filled, user=owner)

    new = StoredFile.objects.get(name="new.jpg")
    assert refused == {}
    assert filled.getlist("photos") == [str(photos[0].pk), str(new.pk)]
    assert data.getlist("photos") == [str(photos[0].pk)]
    assert list(errors(form)) == ["title"]
    assert f'value="{new.pk}" checked' in str(form["photos"])

    filled["title"] = "茶"
    again = RecordForm(filled, user=owner)
    assert again.is_valid()
    assert again.cleaned_data["photos"] == [photos[0], new]


def test_good_uploads_are_kept_beside_bad_ones(actor):
    files = MultiValueDict(
        {
            "photos-new": [
                upload(picture(size=(50, 50)), "good.jpg"),
                upload(b"nothing", "bad.jpg"),
                upload(pdf(), "scan.jpg"),
            ],
            "papers-new": [upload(pdf(), "paper.pdf")],
            "other-new": [upload(picture(size=(60, 60)), "unasked.jpg")],
        }
    )

    with translation.override("en"):
        filled, refused = absorb_uploads(
            data=posted(), files=files, fields=file_fields(), actor=actor
        )

    rows = {row.name: str(row.pk) for row in StoredFile.objects.all()}
    assert set(rows) == {"good.jpg", "paper.pdf"}
    assert filled.getlist("photos") == [rows["good.jpg"]]
    assert filled.getlist("papers") == [rows["paper.pdf"]]
    assert refused == {
        "photos": [
            "“bad.jpg” is not a photo: upload a JPEG, PNG or WebP picture.",
            "“scan.jpg” is not a photo: upload a JPEG, PNG or WebP picture.",
        ]
    }


def test_one_request_stores_no_more_than_fit(actor):
    uploads = [upload(picture(size=(70 + n, 70)), f"{n}.jpg") for n in range(5)]

    with translation.override("en"):
        filled, refused = absorb_uploads(
            data=posted(),
            files=MultiValueDict({"photos-new": uploads}),
            fields=file_fields(),
            actor=actor,
        )

    assert StoredFile.objects.count() == len(filled.getlist("photos")) == 3
    assert refused == {
        "photos": [
            "“3.jpg” was not taken: at most 3 files.",
            "“4.jpg” was not taken: at most 3 files.",
        ]
    }


def test_the_same_upload_twice_is_chosen_once(actor):
    def twice():
        return MultiValueDict({"photos-new": [upload(picture()), upload(picture())]})

    fields = file_fields()
    filled, _refused = absorb_uploads(data=posted(), files=twice(), fields=fields, actor=actor)
    filled, _refused = absorb_uploads(data=filled, files=twice(), fields=fields, actor=actor)

    assert filled.getlist("photos") == [str(StoredFile.objects.get().pk)]


def test_ids_of_others_are_not_made_ones_own_by_posting_them(stranger, photos):
    data = posted(title="茶", photos=str(photos[0].pk))

    filled, refused = absorb_uploads(
        data=data,
        files=MultiValueDict(),
        fields=file_fields(),
        actor=Actor.of(stranger),
    )

    assert (filled, refused) == (data, {})
    assert not RecordForm(filled, user=stranger).is_valid()
    assert uuid.UUID(filled["photos"]) == photos[0].pk
