"""Secrets that must be read again, encrypted at rest."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(secret: bytes) -> str:
    """Return the secret as it may stand in the database."""
    return _cipher().encrypt(secret).decode()


def unseal(text: str) -> bytes:
    """Return the secret."""
    return _cipher().decrypt(text)


def _cipher() -> MultiFernet:
    in_use = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"webhook:{key}".encode()).digest() for key in in_use]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
