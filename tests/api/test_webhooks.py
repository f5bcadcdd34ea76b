"""Webhooks: subscribed, sent once the act is done, signed, tried again, logged, replayed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.api import domain, sending, targets
from portal.api.models import Delivery, Subscription
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.regions.models import County
from portal.verdict import RuleBroken
from tests import dossiers
from tests.answers import content, signed_in
from tests.api.receiver import Receiver, listening
from tests.api.test_feed import live
from tests.api.world import Machine, issue, machine, platform
from tests.factories import RUYUAN, XINFENG, UserFactory

pytestmark = pytest.mark.django_db
HOOKS = "/api/v1/webhooks/products/"


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_TARGETS = True
    with listening() as there:
        yield there


def subscribed(receiver, client=None, **wish):
    answer = (client or machine(owner=platform())).post(HOOKS, {"url": receiver.url, **wish})
    assert answer.status_code == 201, answer.content
    return answer.json()


def send_all():
    return run_due(kinds=[domain.DELIVER])


def test_what_is_published_is_told_and_signed(receiver):
    secret = subscribed(receiver)["secret"]
    row = dossiers.product_in("published")
    assert receiver.received == []
    assert send_all() == 1

    ((headers, body),) = receiver.received
    delivery = Delivery.objects.get()
    message = json.loads(body)
    row.refresh_from_db()
    assert message["id"] == headers["webhook-id"] == str(delivery.pk)
    assert (message["type"], message["data"]["code"]) == ("product.changed", row.code)
    assert message["data"]["version"] == row.version
    assert dossiers.PRODUCT["contact_phone"] not in body.decode()
    assert headers["path"] == "/hooks?from=portal"
    assert headers["content-type"] == "application/json"
    # As the Standard Webhooks say, computed here by hand.
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert (delivery.state, delivery.tries) == ("delivered", 1)
    assert delivery.attempts.get().status == 204
    assert secret.removeprefix("whsec_") not in str(list(Subscription.objects.values()))


def test_the_signature_is_that_of_the_published_example():
    # https://github.com/standard-webhooks/standard-webhooks: the example of the specification.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert (
        sending.signature(
            secret,
            number="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_an_act_that_is_undone_sends_nothing(receiver):
    subscribed(receiver)
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    send_all()
    with transaction.atomic():
        live(row, owner, stock=1)
        assert Delivery.objects.count() == 2
        transaction.set_rollback(True)
    assert (send_all(), len(receiver.received)) == (0, 1)


def test_what_fails_is_tried_again_later_and_later_then_stands_in_the_log(receiver):
    subscribed(receiver)
    dossiers.product_in("published")
    receiver.statuses = [500, 302, 404, 500, 500, 500, 500]
    now = timezone.now()
    waits = []
    with time_machine.travel(now, tick=False) as clock:
        while True:
            send_all()
            delivery = Delivery.objects.get()
            if delivery.next_at is None:
                break
            waits.append(round((delivery.next_at - timezone.now()).total_seconds()))
            assert send_all() == 0
            clock.move_to(delivery.next_at)
    assert waits == list(sending.PAUSES)
    assert (delivery.state, delivery.tries) == ("failed", 7)
    assert [a.status for a in delivery.attempts.all()] == [500, 302, 404, 500, 500, 500, 500]
    # Always the same message.
    assert len({(h["webhook-id"], body) for h, body in receiver.received}) == 1
    # Nobody of the office has to look at a stranger's server.
    assert not Work.objects.filter(state="parked").exists()


def test_a_replay_brings_the_same_bytes_under_the_same_id_and_a_new_timestamp(receiver):
    client = machine(owner=platform())
    subscribed(receiver, client)
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    send_all()
    live(row, owner, stock=1)
    delivery = Delivery.objects.earliest("created_at")
    admin = UserFactory(admin=True)
    page = signed_in(admin)
    url = reverse("webhook-delivery", args=[delivery.pk])
    assert "再次发送" in content(page.get(url))

    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert page.post(reverse("webhook-replay", args=[delivery.pk])).status_code == 302
        with pytest.raises(RuleBroken):
            domain.replay(delivery=delivery, actor=Actor.of(admin))
        send_all()

    same = [(h, b) for h, b in receiver.received if h["webhook-id"] == str(delivery.pk)]
    assert len(same) == 2
    assert same[0][1] == same[1][1]
    times = [int(headers["webhook-timestamp"]) for headers, _body in same]
    assert times[1] - times[0] >= 600
    assert same[0][0]["webhook-signature"] != same[1][0]["webhook-signature"]
    assert delivery.attempts.count() == 2


def test_a_subscriber_hears_of_its_events_and_its_region_alone(receiver):
    _key, secret = issue(owner=platform(), county=County.objects.get(pk=XINFENG))
    subscribed(receiver, Machine(secret))
    subscribed(receiver, events=["deleted"])
    office = dossiers.staff()
    row = dossiers.product_in("published", office=office)
    send_all()
    assert receiver.received == []
    assert [d.state for d in Delivery.objects.all()] == ["superseded"]
    dossiers.move(row, "suspend", office, "标签不合格")
    send_all()
    ((_headers, body),) = receiver.received
    row.refresh_from_db()
    assert json.loads(body)["data"] == {
        "type": "deleted",
        "code": row.code,
        "version": row.version,
        "reason": "suspended",
    }


def test_nothing_is_sent_after_the_webhook_or_its_key_has_ended(receiver):
    key, secret = issue(owner=platform())
    client = Machine(secret)
    first, second = subscribed(receiver, client), subscribed(receiver, client)
    dossiers.product_in("published")
    assert client.send("DELETE", f"/api/v1/webhooks/{first['id']}/").status_code == 204
    assert client.get(f"/api/v1/webhooks/{first['id']}/").status_code == 404
    assert [row["id"] for row in client.get(HOOKS).json()] == [second["id"]]
    domain.revoke_key(key=key, actor=Actor.of(key.owner))
    send_all()
    assert receiver.received == []
    assert {d.state for d in Delivery.objects.all()} == {"cancelled"}
    with pytest.raises(RuleBroken):
        domain.replay(delivery=Delivery.objects.first(), actor=Actor.of(UserFactory(admin=True)))
    dossiers.product_in("published")
    assert Delivery.objects.count() == 2


def test_webhooks_of_another_key_do_not_exist(receiver):
    made = subscribed(receiver)
    other = machine(owner=platform())
    assert other.get(f"/api/v1/webhooks/{made['id']}/").status_code == 404
    assert other.send("DELETE", f"/api/v1/webhooks/{made['id']}/").status_code == 404
    assert Subscription.objects.get().ended_at is None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://name:word@8.8.8.8/",
        "https://8.8.8.8:99999/",
        "https://8.8.8.8/\r\nX: y",
        "https:///",
        "ftp://8.8.8.8/",
        "https://[::1/",
        "nonsense",
        "https://名.example/",
        "https://8.8.8.8/" + "a" * 490,
    ],
)
def test_addresses_inside_our_own_network_are_never_called(url):
    with pytest.raises(ValidationError) as refused:
        targets.check(url)
    assert list(refused.value.message_dict) == ["url"]
    with pytest.raises(ValueError, match=r"\S"):
        targets.post(url, b"", {})


def test_such_an_address_is_refused_by_its_field_and_nothing_is_kept():
    answer = machine(owner=platform()).post(HOOKS, {"url": "https://10.1.2.3/"})

    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"url"})
    assert not Subscription.objects.exists()


def test_an_address_that_turned_private_is_not_called_either(receiver, settings):
    subscribed(receiver)
    dossiers.product_in("published")
    settings.WEBHOOK_PRIVATE_TARGETS = False
    Subscription.objects.update(url=receiver.url.replace("http:", "https:"))
    send_all()
    assert receiver.received == []
    assert Delivery.objects.get().attempts.get().fault == (
        "This address lies inside a private network: the portal does not call it."
    )


def test_a_public_address_passes():
    targets.check("https://8.8.8.8/hooks")


def test_a_server_that_is_away_is_an_error_in_the_log(receiver):
    made = subscribed(receiver)
    Subscription.objects.filter(pk=made["id"]).update(url="http://127.0.0.1:1/")
    dossiers.product_in("published")
    send_all()
    attempt = Delivery.objects.get().attempts.get()
    assert (attempt.status, attempt.fault) == (None, "ConnectionRefusedError")


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"url": 5},
        {"url": "https://8.8.8.8/", "events": []},
        {"url": "https://8.8.8.8/", "events": ["x"]},
        {"url": "https://8.8.8.8/", "event": ["changed"]},
    ],
)
def test_a_wish_that_has_not_the_shape_is_refused(wish):
    assert machine(owner=platform()).post(HOOKS, wish).status_code == 400
    assert not Subscription.objects.exists()


def test_a_key_has_at_most_ten_webhooks(receiver):
    client = machine(owner=platform())
    for _number in range(10):
        subscribed(receiver, client)
    assert client.post(HOOKS, {"url": receiver.url}).status_code == 409
    assert Subscription.objects.count() == 10


def test_the_log_shows_each_message_to_the_keys_owner_and_administrators(receiver):
    key, secret = issue(owner=platform())
    subscribed(receiver, Machine(secret))
    row = dossiers.product_in("published")
    send_all()
    delivery = Delivery.objects.get()
    urls = [
        reverse("webhook-log"),
        reverse("webhook-log-export"),
        reverse("webhook-delivery", args=[delivery.pk]),
    ]
    for user in (key.owner, UserFactory(admin=True)):
        for url in urls:
            assert row.code in content(signed_in(user).get(url)), url
        assert row.code in content(signed_in(user).get(f"{urls[0]}?q={row.code}&state=delivered"))
    stranger = signed_in(UserFactory(official=RUYUAN))
    assert row.code not in content(stranger.get(urls[0])) + content(stranger.get(urls[1]))
    assert stranger.get(urls[2]).status_code == 404
    assert stranger.post(reverse("webhook-replay", args=[delivery.pk])).status_code == 404
