"""People who are told something."""

from __future__ import annotations

import pytest
from django.conf import settings

from portal.accounts.models import User

AGREED = {"privacy_version": settings.PRIVACY_VERSION}


@pytest.fixture
def reader(db: None) -> User:
    return User.objects.create_user(
        username="reader", full_name="李读", phone="13800138000", phone_verified=True, **AGREED
    )


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user(
        username="other", full_name="王他", phone="13900139000", phone_verified=True, **AGREED
    )


@pytest.fixture
def phoneless(db: None) -> User:
    return User.objects.create_user(username="phoneless", full_name="赵无", **AGREED)
