"""Answers that are remembered: the same request with the same Idempotency-Key acts once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from portal.api.models import RememberedAnswer
from portal.api.problems import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

KEPT = timedelta(hours=24)
LONGEST = 255
HEADERS = ("ETag", "Location")


def once(act: Callable[[], Response], *, caller: str, token: str | None, body: Any) -> Response:
    """Do `act`, or give the answer it had when `caller` sent the same before.

    The act and its remembered answer are one commit; of two at the same moment the second waits
    for the first. What failed is not remembered: it may be tried again.
    Raises: Problem 409 when the token stood for something else.
    """
    if token is None:
        return act()
    if not token or len(token) > LONGEST or not token.isprintable():
        sentence = str(_("An Idempotency-Key has 1 to 255 printable characters."))
        raise Problem(400, sentence, {"Idempotency-Key": [sentence]})
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    now = timezone.now()
    older(now - KEPT).filter(caller=caller).delete()
    with transaction.atomic():
        row = RememberedAnswer(caller=caller, token=token, digest=digest, created_at=now)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return _again(RememberedAnswer.objects.get(caller=caller, token=token), digest)
        response = act()
        row.body = json.loads(json.dumps(response.data, default=str))
        row.headers = {name: response[name] for name in HEADERS if name in response}
        row.headers["status"] = response.status_code
        row.save(update_fields=["body", "headers"])
        return response


def _again(row: RememberedAnswer, digest: str) -> Response:
    if row.digest != digest:
        raise Problem(409, _("This Idempotency-Key was sent with another request: use a new one."))
    headers = {name: row.headers[name] for name in HEADERS if name in row.headers}
    return Response(
        row.body, status=row.headers["status"], headers={**headers, "Idempotency-Replayed": "true"}
    )


def older(moment: datetime) -> QuerySet[RememberedAnswer]:
    """What was remembered before that moment."""
    return RememberedAnswer.objects.filter(created_at__lt=moment)
