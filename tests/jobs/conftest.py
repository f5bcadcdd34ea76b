"""A kind of work for tests, and the people who ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from portal.accounts.actor import Actor
from portal.accounts.models import Membership, User
from portal.jobs.handlers import HANDLERS, Run, handles

KIND = "tests.count"


@pytest.fixture
def handled() -> Iterator[Callable[..., None]]:
    """Register the function that does work of kind `tests.count` in this test."""
    kinds: list[str] = []

    def register(run: Run, kind: str = KIND, **options: Any) -> None:
        handles(kind, **options)(run)
        kinds.append(kind)

    yield register
    for kind in kinds:
        del HANDLERS[kind]


def _person(username: str, role: str) -> User:
    user = User.objects.create_user(
        username=username, full_name=username, privacy_version=settings.PRIVACY_VERSION
    )
    Membership.objects.create(user=user, role=role)
    return user


@pytest.fixture
def staff(db: None) -> User:
    return _person("staff", "staff")


@pytest.fixture
def asker(db: None) -> User:
    return _person("asker", "creator")


@pytest.fixture
def stranger(db: None) -> User:
    return _person("stranger", "creator")


@pytest.fixture
def staff_actor(staff: User) -> Actor:
    return Actor.of(staff)
