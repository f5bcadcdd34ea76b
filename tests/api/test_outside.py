"""An outside client keeps a copy of the pool in step, whatever is lost or comes twice."""

from __future__ import annotations

import json
import random
import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portal.accounts.actor import Actor
from portal.api import domain
from portal.api.models import Delivery
from portal.jobs.domain import run_due
from portal.submissions.models import Submission
from products.lines import packed
from tests import dossiers
from tests.api.outside import Outside
from tests.api.receiver import Receiver, listening
from tests.api.test_feed import live
from tests.api.world import issue, platform
from tests.factories import UserFactory
from tests.products.test_variants import typed

pytestmark = pytest.mark.django_db
SCHEMA = "/api/v1/schema/"
Copy = dict[str, tuple[int, str, int, list[Any]]]


def over_the_wire(method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
    text = "" if body is None else json.dumps(body)
    return Client().generic(method, path, text, content_type="application/json", headers=headers)


class Pool:
    """The portal's side: products that come, change and go."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.owner, self.office = dossiers.official(), dossiers.staff()
        self.rows: list[Submission] = [self._publish(n) for n in range(4)]

    def _publish(self, number: int) -> Submission:
        return dossiers.product_in(
            "published",
            owner=self.owner,
            office=self.office,
            name=f"山货{number}号",
            **typed(("礼盒", "2.5", "kilogram", "39.80", "100"), ("散装", "1", "jin", "8.5", "")),
        )

    def act(self) -> None:
        """One act on one product, as its state allows."""
        row = self.dice.choice(self.rows)
        row.refresh_from_db()
        if row.state == "suspended":
            dossiers.move(row, "resume", self.office)
        elif self.dice.random() < 0.3:
            dossiers.move(row, "suspend", self.office, "抽检")
        elif self.dice.random() < 0.1:
            self.rows.append(self._publish(len(self.rows)))
        elif self.dice.random() < 0.5:
            live(row, self.owner, stock=self.dice.randrange(1_000))
        else:
            price = f"{self.dice.randrange(1, 100)}.50"
            lines = [
                packed("礼盒", "2.5", "kilogram", price, self.dice.randrange(100)),
                packed("散装", "1", "jin", "8.50", self.dice.choice(["", 0, 5])),
            ]
            live(row, self.owner, variants=lines)

    def truth(self) -> Copy:
        """Code → version, name, stock and variants of what is published now, from the rows."""
        published = Submission.objects.filter(state="published").select_related("product")
        return {
            row.code: (
                row.version,
                row.product.name,
                row.product.stock,
                [
                    (v.name, v.amount.normalize(), v.unit, v.price, v.stock)
                    for v in row.product.variants.order_by("position")
                ],
            )
            for row in published.order_by("pk")
        }


def copied(client: Outside) -> Copy:
    return {
        code: (
            item["version"],
            item["fields"]["name"],
            item["fields"]["stock"],
            [
                (v["name"], Decimal(v["amount"]), v["unit"], Decimal(v["price"]), v["stock"])
                for v in item["fields"]["variants"]
            ],
        )
        for code, item in client.pool.items()
    }


def hand_over(receiver: Receiver, client: Outside, dice: random.Random) -> int:
    """Give the client what came in: out of order, some of it lost, some of it twice."""
    came, receiver.received = receiver.received, []
    dice.shuffle(came)
    taken = 0
    for headers, body in came:
        fate = dice.random()
        if fate < 0.3:
            continue
        taken += client.take(headers, body, now=time.time())
        if fate > 0.7:
            assert not client.take(headers, body, now=time.time())
    return taken


def test_a_copy_is_equal_at_the_end_with_drops_and_duplicates(settings):
    seed = 2
    settings.WEBHOOK_PRIVATE_TARGETS = True
    dice = random.Random(seed)
    pool = Pool(seed)
    _key, secret = issue(owner=platform())
    with listening() as receiver:
        client = Outside(over_the_wire, SCHEMA, secret)
        client.subscribe(receiver.url)
        taken = 0
        for _round in range(25):
            pool.act()
            if dice.random() < 0.5:
                # Some tries fail: the message comes again, later, or only by the feed.
                receiver.statuses = dice.choices([204, 500], [3, 1], k=3)
                run_due(kinds=[domain.DELIVER])
                taken += hand_over(receiver, client, dice)
            if dice.random() < 0.2:
                client.poll(lose=dice.random() < 0.3)
        client.poll()

    assert copied(client) == pool.truth()
    assert len(pool.truth()) >= 3
    # It was kept in step by both, and messages were lost indeed.
    assert taken > 5
    assert Delivery.objects.exclude(state="delivered").exists()
    packs = [pack for row in pool.truth().values() for pack in row[3]]
    assert len({price for _name, _amount, _unit, price, _stock in packs}) > 2
    # A copy begun now from nothing is the same.
    other = Outside(over_the_wire, SCHEMA, secret)
    other.poll()
    assert copied(other) == copied(client)


def test_the_copy_is_right_by_webhooks_alone_when_none_is_lost(settings):
    settings.WEBHOOK_PRIVATE_TARGETS = True
    pool = Pool(3)
    _key, secret = issue(owner=platform())
    with listening() as receiver:
        client = Outside(over_the_wire, SCHEMA, secret)
        client.subscribe(receiver.url)
        client.poll()
        for _act in range(8):
            pool.act()
        run_due(kinds=[domain.DELIVER])
        for headers, body in reversed(receiver.received):
            assert client.take(headers, body, now=time.time())
    assert copied(client) == pool.truth()


def test_a_replayed_or_forged_message_is_refused_by_who_follows_the_file(settings):
    settings.WEBHOOK_PRIVATE_TARGETS = True
    pool = Pool(4)
    _key, secret = issue(owner=platform())
    with listening() as receiver:
        client = Outside(over_the_wire, SCHEMA, secret)
        client.subscribe(receiver.url)
        live(pool.rows[0], pool.owner, stock=7)
        run_due(kinds=[domain.DELIVER])
        headers, body = receiver.received[0]
        # Caught on the way and sent again an hour later; or changed; or under a new time.
        assert not client.take(headers, body, now=time.time() + 3_600)
        assert not client.take(headers, body.replace(b"7", b"8"), now=time.time())
        later = headers | {"webhook-timestamp": str(int(time.time()) + 60)}
        assert not client.take(later, body, now=time.time())
        assert client.take(headers, body, now=time.time())
        # The portal's own replay is the same message: taken once.
        admin = Actor.of(UserFactory(admin=True))
        domain.replay(delivery=Delivery.objects.get(), actor=admin)
        run_due(kinds=[domain.DELIVER])
        assert receiver.received[1][1] == body
        assert not client.take(*receiver.received[1], now=time.time())
