"""Which masked values this session may read for a few minutes: after a reason was given."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from portal.personal import MaskedField

SESSION_KEY = "shown_values"
MINUTES = 10


def _name(field: MaskedField, row: Any) -> str:
    return f"{field.subject}:{row.pk}:{field.field}"


def grant(request: HttpRequest, *, field: MaskedField, row: Any) -> None:
    """Let this session read one value for ten minutes, and forget what is over."""
    now = time.time()
    held = {name: end for name, end in request.session.get(SESSION_KEY, {}).items() if end > now}
    request.session[SESSION_KEY] = held | {_name(field, row): now + MINUTES * 60}


def shown_until(request: HttpRequest, *, field: MaskedField, row: Any) -> datetime | None:
    """Until when this session reads the value; None while it is masked. Real time."""
    end = request.session.get(SESSION_KEY, {}).get(_name(field, row))
    if end is None or end <= time.time():
        return None
    return datetime.fromtimestamp(end, UTC)
