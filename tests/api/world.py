"""Keys for tests, and a machine that has one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.api import domain, secrecy, shapes
from portal.api.enums import DeliveryState, Event, Scope
from portal.api.models import Delivery, Key, Subscription
from portal.regions.models import County
from portal.submissions.models import Submission
from tests.factories import RUYUAN, MembershipFactory, UserFactory

PRODUCTS = "/api/v1/products/"
FEED = "/api/v1/feed/products/"
NEW = {
    "name": "乳源彩石萝卜",
    "category": "vegetable",
    "description": "高山冷凉菜，脆甜少渣。",
    "unit": "box",
    "price": "39.90",
    "stock": 500,
    "daily_capacity": 80,
    "season_start": 10,
    "season_end": 2,
    "cold_chain": False,
}


def platform() -> User:
    """Somebody who stands for the platform."""
    return MembershipFactory(user=UserFactory(full_name="抖音"), role=Role.PLATFORM).user


def issue(owner: User | None = None, **changes: Any) -> tuple[Key, str]:
    """A key of an official of 乳源 for everything there; `changes` overlay that."""
    wanted = {
        "name": "县农业系统",
        "owner": owner or UserFactory(official=RUYUAN),
        "scopes": Scope.values,
        "expires_at": timezone.now() + timedelta(days=30),
        "actor": Actor.of(UserFactory(admin=True)),
    } | changes
    if owner is None and "county" not in changes:
        wanted["county"] = County.objects.get(pk=RUYUAN)
    return domain.issue_key(**wanted)


def sent(key: Key, row: Submission) -> Delivery:
    """A message about a published dossier that went out to a webhook of the key."""
    subscription = Subscription.objects.create(
        key=key,
        kind=row.kind,
        url="https://hooks.example.com/portal",
        events=Event.values,
        secret=secrecy.seal(b"secret"),
        created_at=timezone.now(),
    )
    item = shapes.feed_item(row)
    delivery = Delivery.objects.create(
        subscription=subscription,
        submission=row,
        event=item["type"],
        body=json.dumps({"data": item}, ensure_ascii=False),
        state=DeliveryState.DELIVERED,
        tries=1,
        created_at=timezone.now(),
    )
    delivery.attempts.create(at=timezone.now(), status=204, milliseconds=35)
    return delivery


class Machine:
    """An outside system with its key: sends and gets JSON."""

    def __init__(self, secret: str, *, client: Client | None = None) -> None:
        self.client = client or Client()
        self.headers = {"Authorization": f"Bearer {secret}"}
        # Tests run within one minute of the clock: nobody's requests count for somebody else.
        cache.clear()

    def send(self, method: str, url: str, body: Any = None, **headers: str) -> Any:
        """The answer; `headers` with underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            url,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers | named,
        )

    def get(self, url: str, **headers: str) -> Any:
        return self.send("GET", url, **headers)

    def post(self, url: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", url, body, **headers)

    def patch(self, url: str, body: Any, **headers: str) -> Any:
        return self.send("PATCH", url, body, **headers)


def machine(**changes: Any) -> Machine:
    """A machine with a key like `issue` makes."""
    return Machine(issue(**changes)[1])
