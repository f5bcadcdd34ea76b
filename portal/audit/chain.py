"""The hash of one link: what it covers, and in which form."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from portal.audit.models import Entry

# What the first link follows.
BEGINNING = "0" * 64


def canonical(entry: Entry) -> str:
    """Return the entry as the one JSON text its hash is taken of: every column, keys sorted."""
    content = {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "user": entry.user_id,
        "role": entry.role,
        "on_behalf_of": entry.on_behalf_of,
        "address": entry.address,
        "act": entry.act,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "data": entry.data,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def link(previous: str, entry: Entry) -> str:
    """Return the hash of `entry` as the one that follows the hash `previous`."""
    return hashlib.sha256((previous + canonical(entry)).encode()).hexdigest()
