"""What a page weighs on a slow line, as it goes out: compressed, with twenty rows of real length."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.notices.domain import notify
from tests import dossiers, walk
from tests.creators import world as creators
from tests.factories import OrganisationFactory, UserFactory
from tests.tourism import world as tourism

pytestmark = pytest.mark.django_db

FIRST_VIEW, LATER_PAGE, LIST_IMAGE = 60 * 1024, 25 * 1024, 30 * 1024
ROWS = 20
PARTS = re.compile(r"<(?:link rel=\"stylesheet\" href|script src)=\"([^\"]+)\"")
IMAGES = re.compile(r"<img [^>]*>")
# Two thousand common characters: random sentences of them compress like real ones at worst.
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]


def sentence(length: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=length))  # noqa: S311


def noisy_photo(seed: int):
    """A photo as full of detail as a field of tea: nothing compresses worse."""
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    noise = Image.frombytes("RGB", (400, 300), random.Random(seed).randbytes(400 * 300 * 3))  # noqa: S311
    data = io.BytesIO()
    noise.resize((1200, 900)).save(data, "JPEG", quality=90)
    return SimpleUploadedFile(f"茶园{seed}.jpg", data.getvalue(), "image/jpeg")
