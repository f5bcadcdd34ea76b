"""People of the record."""

from __future__ import annotations

import pytest

from portal.accounts.actor import Actor
from portal.accounts.models import User
from tests.factories import UserFactory


@pytest.fixture
def auditor(db: None) -> User:
    return UserFactory(auditor=True, username="shen", full_name="审计员")


@pytest.fixture
def official(db: None) -> User:
    return UserFactory(official="440232", username="pan", full_name="盘小英", phone="13812345678")


@pytest.fixture
def official_actor(official: User) -> Actor:
    return Actor.of(official, address="10.1.2.3")
