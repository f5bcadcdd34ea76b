"""What a page weighs on a slow line: compressed, as it goes out, with twenty real rows.

`test_exports.py` walks every page once and hands each answer to `Weighed`.
"""

from __future__ import annotations

import gzip
import io
import random
import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from PIL import Image

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.jobs.domain import run as run_work
from portal.notices.domain import notify
from portal.submissions import domain, kinds
from tests import dossiers, walk
from tests.factories import OrganisationFactory
from tests.tourism import world as tourism

FIRST_VIEW, LATER_PAGE, LIST_IMAGE = 60 * 1024, 25 * 1024, 30 * 1024
ROWS = 20
PARTS = re.compile(r"<(?:link rel=\"stylesheet\" href|script src)=\"([^\"]+)\"")
IMAGES = re.compile(r"<img [^>]*>")
# Two thousand common characters: random sentences of them compress like real ones at worst.
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]


def sentence(length: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=length))


def noisy_photo(seed: int) -> SimpleUploadedFile:
    """A photo as full of detail as a field of tea: nothing compresses worse."""
    noise = Image.frombytes("RGB", (400, 300), random.Random(seed).randbytes(400 * 300 * 3))
    file = io.BytesIO()
    noise.resize((1200, 900)).save(file, "JPEG", quality=90)
    return SimpleUploadedFile(f"茶园{seed}.jpg", file.getvalue(), "image/jpeg")


def published_product(seed: int, owner: Actor, colleague: Actor, office: Actor) -> None:
    kind = kinds.get("product")
    files = MultiValueDict(
        {"photos-new": [noisy_photo(seed)], "certificates-new": [dossiers.pdf_upload()]}
    )
    values = {"name": sentence(12, seed), "description": sentence(120, seed)}
    form = kind.form(dossiers.as_post({**dossiers.PRODUCT, **values}), files, actor=owner)
    assert form.is_valid(), form.errors
    row = domain.file_draft(kind=kind, form=form, actor=owner, form_key=uuid.uuid4())
    for name, who in {
        "submit": owner,
        "endorse": colleague,
        "approve": office,
        "publish": office,
    }.items():
        row = dossiers.move(row, name, who, note="理由")


def crowded() -> walk.Side:
    """A county where every list is a page long."""
    side = walk.Side(dossiers.RUYUAN)
    run_work(work_id=side.bulk.pk)
    owner, colleague, office = map(Actor.of, (side.official, side.colleague, side.office))
    for seed in range(ROWS):
        published_product(seed, owner, colleague, office)
        tourism.draft_spot(owner, sentence(8, seed), description=sentence(120, seed))
        OrganisationFactory(county_id=dossiers.RUYUAN, name=sentence(16, seed))
        notify(
            recipients=[side.official, side.office],
            event="submission.approve",
            msgid="“%(title)s” was approved.",
            params={"title": sentence(12, seed)},
            url="/dossiers/",
        )
    return side


def shared_parts(page: str) -> int:
    """The stylesheet and the scripts of a page, as whitenoise sends them."""
    names = [address.removeprefix(settings.STATIC_URL) for address in PARTS.findall(page)]
    assert {"portal.css", "portal.js"} <= {*names}
    return sum(map(packed, names))


@cache
def packed(name: str) -> int:
    """A static file's bytes, compressed."""
    return len(gzip.compress(Path(finders.find(name)).read_bytes(), 9))


@dataclass
class Weighed:
    """What the pages of a walk weigh, and the pictures on them."""

    # Name of the page and who read it.
    pages: set[tuple[str, str]] = field(default_factory=set)
    # Those over a bound, with their own bytes and those of the parts all pages share.
    heavy: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    # Where a picture is → who saw it.
    pictures: dict[str, User | None] = field(default_factory=dict)
    # Those that come at once, or whose place is not kept.
    eager: set[tuple[str, str]] = field(default_factory=set)

    def note(self, name: str, user: User | None, answer: HttpResponse, page: str) -> None:
        """Weigh a page that was asked for as `name` by `user`, and look through its pictures."""
        where = name, str(user)
        assert answer["Content-Encoding"] == "gzip", where
        weight, shared = len(answer.content), shared_parts(page)
        if weight > LATER_PAGE or weight + shared > FIRST_VIEW:
            self.heavy[where] = weight, shared
        self.pages.add(where)
        for image in IMAGES.findall(page):
            if 'loading="lazy"' not in image or ' width="' not in image:
                self.eager.add((name, image))
            self.pictures[re.search(r'src="([^"]+)"', image)[1]] = user
