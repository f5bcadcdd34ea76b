"""The platform's own system: a key that anybody who tries the demonstration may use, a webhook, and
what went out through it. No address of it exists, so that nothing is ever sent anywhere."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.api import domain, secrecy, shapes
from portal.api.enums import DeliveryState, Event, Scope
from portal.api.models import Delivery, Key, Subscription
from portal.demonstration import people
from portal.submissions.enums import State
from portal.submissions.models import Submission

USERNAME = "platform1"
# Printed in docs/api.md; the demonstration is refused in production.
SECRET = "bqw_demonstration-of-the-platform"  # noqa: S105 - public
ANSWERS = (204, 204, 503)


@transaction.atomic
def build() -> None:
    """Make the key and the log, unless they are there."""
    if User.objects.filter(username=USERNAME).exists():
        return
    admin = people.actor("admin")
    people.sign_up(names=[USERNAME], role=Role.PLATFORM, first=990, giver=admin)
    now = timezone.now()
    key = Key.objects.create(
        name="平台选品系统",
        owner=User.objects.get(username=USERNAME),
        scopes=[Scope.READ, Scope.FEED, Scope.WEBHOOKS],
        prefix=SECRET[: domain.SHOWN],
        digest=domain.digest_of(SECRET),
        created_at=now,
        created_by=admin.person,
        expires_at=now + timedelta(days=180),
    )
    subscription = Subscription.objects.create(
        key=key,
        kind="product",
        url="https://pool.example.com/hooks",
        events=Event.values,
        secret=secrecy.seal(b"demonstration"),
        created_at=now,
        # Ended: whatever is tried out here stays here.
        ended_at=now,
    )
    published = Submission.objects.filter(kind="product", state=State.PUBLISHED).order_by("pk")
    for row, status in zip(published[: len(ANSWERS)], ANSWERS, strict=True):
        item = shapes.feed_item(row)
        delivery = Delivery.objects.create(
            subscription=subscription,
            submission=row,
            event=item["type"],
            body=json.dumps({"type": "product.changed", "data": item}, ensure_ascii=False),
            state=DeliveryState.FAILED if status >= 500 else DeliveryState.DELIVERED,
            tries=1,
            created_at=now,
        )
        delivery.attempts.create(at=now, status=status, milliseconds=180)
