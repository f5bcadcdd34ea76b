"""Sending a webhook: the message, its signature, the call, and what comes of it.

Signed as the Standard Webhooks say (https://www.standardwebhooks.com): HMAC-SHA256 over
`id.timestamp.body` with the subscriber's secret, in the headers Webhook-Id, Webhook-Timestamp and
Webhook-Signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation

from portal.api import domain, secrecy, shapes, targets
from portal.api.enums import DeliveryState
from portal.api.models import Attempt, Delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.jobs.domain import Progress

# Seconds to wait after the first, second, … failure; after the last nothing is tried any more.
PAUSES = (30, 120, 600, 3_600, 6 * 3_600, 24 * 3_600)


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or what went wrong; and how long it took."""

    status: int | None
    fault: str
    milliseconds: int

    @property
    def accepted(self) -> bool:
        """True when the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def deliver(*, delivery_id: str, progress: Progress) -> None:
    """Send one message. The call runs outside of any transaction; what came of it, the next try
    and the end of the work are one commit, so that a killed worker's successor sends it again."""
    delivery = Delivery.objects.select_related("subscription__key__owner").get(pk=delivery_id)
    if delivery.state != DeliveryState.WAITING:
        return
    if not domain.is_open(delivery.subscription):
        _end(delivery, DeliveryState.CANCELLED)
    elif not _make_body(delivery):
        _end(delivery, DeliveryState.SUPERSEDED)
    else:
        answer = _send(delivery)
        with transaction.atomic():
            _note(delivery, answer)
            progress.finish({"status": answer.status})


def _make_body(delivery: Delivery) -> bool:
    """Write the message once, of what stands now; False when that is no event subscribed to: a
    later change has a message of its own."""
    if delivery.body:
        return True
    item = shapes.feed_item(delivery.submission)
    delivery.event = item["type"]
    if delivery.event not in delivery.subscription.events:
        return False
    message = {
        "id": str(delivery.pk),
        "type": f"{delivery.submission.kind}.{delivery.event}",
        "timestamp": delivery.created_at.isoformat(),
        "data": item,
    }
    delivery.body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    delivery.save(update_fields=["event", "body"])
    return True


def signature(secret: bytes, *, number: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message as its header holds it."""
    signed = f"{number}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"


def _send(delivery: Delivery) -> Answer:
    body, timestamp = delivery.body.encode(), int(time.time())
    secret = secrecy.unseal(delivery.subscription.secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "baiqianwan-portal",
        "Webhook-Id": str(delivery.pk),
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signature(
            secret, number=str(delivery.pk), timestamp=timestamp, body=body
        ),
    }
    return _timed(lambda: targets.post(delivery.subscription.url, body, headers))


def _timed(call: Callable[[], int]) -> Answer:
    begun = time.monotonic()
    status, fault = None, ""
    try:
        status = call()
    except ValueError as error:
        with translation.override(None):  # its English text: the log says it to each reader
            fault = str(error)
    except (OSError, http.client.HTTPException) as error:
        # The kind of the error: its text may hold what stands in the address.
        fault = type(error).__name__
    return Answer(status, fault, int((time.monotonic() - begun) * 1000))


def _note(delivery: Delivery, answer: Answer) -> None:
    """Write what came of a try, and ask for the next one where it failed."""
    Attempt.objects.create(
        delivery=delivery,
        at=timezone.now(),
        status=answer.status,
        fault=answer.fault[:120],
        milliseconds=answer.milliseconds,
    )
    delivery.tries += 1
    delivery.next_at = None
    if answer.accepted:
        delivery.state = DeliveryState.DELIVERED
    elif delivery.tries > len(PAUSES):
        delivery.state = DeliveryState.FAILED
    else:
        delivery.next_at = timezone.now() + timedelta(seconds=PAUSES[delivery.tries - 1])
    delivery.save(update_fields=["tries", "state", "next_at"])
    if delivery.next_at is not None:
        domain.ask_delivery(delivery)


def _end(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state, delivery.next_at = state, None
    delivery.save(update_fields=["state", "event", "next_at"])
