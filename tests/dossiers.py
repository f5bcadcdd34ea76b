"""Dossiers for tests, brought to any state through the portal's own acts."""

from __future__ import annotations

import io
import itertools
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from PIL import Image

from portal.accounts.actor import Actor
from portal.moves.domain import transition
from portal.submissions import domain, kinds, merging
from portal.submissions.models import Submission
from tests.factories import UserFactory

RUYUAN, XINFENG = "440232", "440233"

PRODUCT = {
    "name": "乳源彩石萝卜",
    "category": "vegetable",
    "description": "高山冷凉菜，脆甜少渣。",
    "unit": "box",
    "package": "5斤/箱",
    "price": "39.90",
    "stock": "500",
    "daily_capacity": "80",
    "season_start": "10",
    "season_end": "2",
    "contact_name": "盘阿妹",
    "contact_phone": "13800138000",
}


_photos = itertools.count()


def photo_upload(name: str = "萝卜.jpg") -> SimpleUploadedFile:
    """A small real JPEG; no two are alike, since equal bytes are stored once."""
    number = next(_photos)
    data = io.BytesIO()
    Image.new("RGB", (320, 240), (number * 8 % 256, number // 32 * 8 % 256, 90)).save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def pdf_upload(name: str = "检测报告.pdf") -> SimpleUploadedFile:
    """A small real PDF; no two are alike."""
    number = next(_photos)
    data = io.BytesIO()
    Image.new("RGB", (200 + number % 200, 200), "white").save(data, "PDF")
    return SimpleUploadedFile(name, data.getvalue(), "application/pdf")


def official(county: str = RUYUAN) -> Actor:
    """A county official as an actor."""
    return Actor.of(UserFactory(official=county))


def staff() -> Actor:
    """A member of the programme office as an actor."""
    return Actor.of(UserFactory(staff=True))


def as_post(values: dict[str, Any]) -> QueryDict:
    """Values as a browser posts them."""
    data = QueryDict(mutable=True)
    data.update(values)
    return data


def draft_product(actor: Actor, **changes: Any) -> Submission:
    """A draft product with a photo and a certificate; `changes` overlay its fields."""
    kind = kinds.get("product")
    files = MultiValueDict({"photos-new": [photo_upload()], "certificates-new": [pdf_upload()]})
    form = kind.form(as_post({**PRODUCT, **changes}), files, actor=actor)
    assert form.is_valid(), form.errors
    return domain.file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())


def move(row: Submission, name: str, actor: Actor, note: str = "") -> Submission:
    """Make one move as somebody who sees the present version."""
    row.refresh_from_db()
    return transition(row, name, actor=actor, seen=row.version, note=note)


# The shortest way to each state: who makes which move.
WAYS: dict[str, list[tuple[str, str]]] = {
    "draft": [],
    "submitted": [("submit", "owner")],
    "returned": [("submit", "owner"), ("return", "office")],
    "endorsed": [("submit", "owner"), ("endorse", "colleague")],
    "approved": [("submit", "owner"), ("endorse", "colleague"), ("approve", "office")],
    "refused": [("submit", "owner"), ("endorse", "colleague"), ("refuse", "office")],
    "published": [
        ("submit", "owner"),
        ("endorse", "colleague"),
        ("approve", "office"),
        ("publish", "office"),
    ],
    "suspended": [
        ("submit", "owner"),
        ("endorse", "colleague"),
        ("approve", "office"),
        ("publish", "office"),
        ("suspend", "office"),
    ],
    "withdrawn": [("withdraw", "owner")],
    "merged": [("submit", "owner"), ("endorse", "colleague")],
}


def product_in(
    state: str, *, owner: Actor | None = None, office: Actor | None = None, **changes: Any
) -> Submission:
    """A product of 乳源 in `state`, with as many people as that takes."""
    people = {"owner": owner or official()}
    row = draft_product(people["owner"], **changes)
    for name, who in WAYS[state]:
        if who not in people:
            people[who] = office or staff() if who == "office" else official(row.county_id)
        row = move(row, name, people[who], note="理由")
    if state == "merged":
        merge(row, product_in("endorsed", owner=people["owner"]), office or staff())
        row.refresh_from_db()
    return row


def merge(loser: Submission, survivor: Submission, office: Actor, **words: Any) -> Submission:
    """End one dossier in another as somebody who sees both as they are."""
    loser.refresh_from_db()
    survivor.refresh_from_db()
    values = {"photos": [], "note": "同一产品", **words}
    return merging.merge(
        loser=loser,
        survivor=survivor,
        actor=office,
        seen=loser.version,
        seen_survivor=survivor.version,
        **values,
    )


def copies(row: Submission, number: int) -> list[Submission]:
    """`number` further rows like `row`, each with a record like its own but without files."""
    made, record = [], row.record
    for _copy in range(number):
        again = Submission.objects.get(pk=row.pk)
        again.pk, again.form_key = None, uuid.uuid4()
        again.code = again.form_key.hex
        made.append(again)
    Submission.objects.bulk_create(made)
    records = []
    for again in made:
        copied = type(record)._default_manager.get(pk=record.pk)
        copied.submission = again
        records.append(copied)
    type(record)._default_manager.bulk_create(records)
    return made
