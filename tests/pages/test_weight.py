"""What a page weighs on a slow line: compressed, as it goes out, with twenty real rows."""

from __future__ import annotations

import gzip
import io
import random
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from PIL import Image

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.notices.domain import notify
from portal.submissions import domain, kinds
from tests import dossiers, walk
from tests.factories import SHAOGUAN, OrganisationFactory, UserFactory
from tests.tourism import world as tourism

pytestmark = pytest.mark.django_db

FIRST_VIEW, LATER_PAGE, LIST_IMAGE = 60 * 1024, 25 * 1024, 30 * 1024
ROWS = 20
# Public addresses that answer with no page of their own: files, switches, and what machines ask.
NO_PAGES = {"healthz", "readyz", "freshz", "elder-mode", "set_language", "file", "file-thumb"}
NO_PAGES |= {"api-schema", "harvest-export", "product-qr", "product-poster", "product-share"}
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


@pytest.fixture
def side() -> walk.Side:
    """A county where every list is a page long."""
    side = walk.Side(dossiers.RUYUAN)
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


def fetch(user: User | None, address: str) -> HttpResponse:
    client = Client(headers={"accept-encoding": "gzip"})
    if user is not None:
        client.force_login(user)
    return client.get(address)


def shared_parts(page: str) -> int:
    """The stylesheet and the scripts of a page, as whitenoise sends them."""
    names = [address.removeprefix(settings.STATIC_URL) for address in PARTS.findall(page)]
    assert {"portal.css", "portal.js"} <= {*names}
    return sum(len(gzip.compress(Path(finders.find(name)).read_bytes(), 9)) for name in names)


def homes(side: walk.Side) -> dict[str, User]:
    return {
        "official": side.official,
        "city": UserFactory(official_of_city=SHAOGUAN),
        "office": side.office,
        "admin": side.admin,
        "auditor": UserFactory(auditor=True),
        "merchant": side.merchant,
        "creator": side.maker.user,
        "trainee": side.trainee,
        "nobody": UserFactory(),
    }


def pages(side: walk.Side) -> Iterator[tuple[str, User | None, str]]:
    for name, fill in walk.PUBLIC.items():
        yield name, None, reverse(name, kwargs=fill(side))
    yield "sign in", None, reverse("account_login")
    yield "sign up", None, reverse("account_signup")
    for role, user in homes(side).items():
        yield f"home of {role}", user, reverse("home")
    for name, stop in {**walk.ROWS, **walk.SHARED, **walk.OPEN, **walk.ADMIN_ROWS}.items():
        yield name, getattr(side, stop.who), walk.address(name, stop, side)
    for name, kwargs in walk.FORMS.items():
        yield name, side.official, reverse(name, kwargs=kwargs)
    for name in sorted(walk.LISTS):
        for user in (side.official, side.office, side.admin):
            yield f"{name} of {user}", user, reverse(name)


def test_pages_fit_a_slow_line_and_their_pictures_come_late_and_small(side: walk.Side) -> None:
    weighed, heavy, pictures = set(), {}, {}
    for name, user, address in pages(side):
        answer = fetch(user, address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # closes the file
            continue
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        assert answer["Content-Encoding"] == "gzip", name
        page = gzip.decompress(answer.content).decode()
        weight = len(answer.content)
        if weight > LATER_PAGE or weight + shared_parts(page) > FIRST_VIEW:
            heavy[name] = weight, shared_parts(page)
        weighed.add(name)
        for image in IMAGES.findall(page):
            assert 'loading="lazy"' in image, (name, image)
            assert ' width="' in image, (name, image)
            pictures[re.search(r'src="([^"]+)"', image)[1]] = user
    assert heavy == {}
    assert set(walk.PUBLIC) - weighed == NO_PAGES
    assert {f"home of {role}" for role in homes(side)} <= weighed
    assert {"sign in", "sign up", "dossier", "dossier-new", "desk-review", "placement"} <= weighed
    assert len(weighed) >= 170
    assert len(pictures) > ROWS
    sizes = {
        src: sum(map(len, fetch(user, src).streaming_content))
        for src, user in pictures.items()
        if "thumb" in src
    }
    assert {src: size for src, size in sizes.items() if size > LIST_IMAGE} == {}
