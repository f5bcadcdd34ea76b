"""What makes a form's act happen once, though its button is pressed twice."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest


def form_key(request: HttpRequest) -> uuid.UUID:
    """Return the key of the opened form: out of its address, or a new one."""
    try:
        return uuid.UUID(request.GET.get("form_key", ""))
    except ValueError:
        return uuid.uuid4()


def own_key(form_key: uuid.UUID, user: Any) -> uuid.UUID:
    """Return the person's own form of a key: an address may be passed on to a colleague."""
    return uuid.uuid5(form_key, str(user.pk))
