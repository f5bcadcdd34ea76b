"""An uploader, and a storage folder of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.files import gates
from tests.factories import UserFactory


@pytest.fixture
def storage_folder(settings, tmp_path: Path) -> Path:
    """Where the bytes of this test lie."""
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def owner(db: None, storage_folder: Path) -> User:
    return UserFactory(merchant=True, username="merchant")


@pytest.fixture
def actor(owner: User) -> Actor:
    return Actor.of(owner, address="10.1.2.3")


@pytest.fixture
def stranger(owner: User) -> User:
    return UserFactory(official="440233")


@pytest.fixture
def gate() -> Iterator:
    """Register a gate for this test alone."""
    added = []

    def register(answer):
        gates.register(answer)
        added.append(answer)

    yield register
    for answer in added:
        gates._gates.remove(answer)
