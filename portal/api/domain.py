"""The acts on keys and webhooks. Times are real ones: this is security, not programme."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules import is_administrator
from portal.api import rules, secrecy, targets
from portal.api.enums import DeliveryState, Event, Scope
from portal.api.models import Delivery, Key, Subscription
from portal.audit.domain import record
from portal.jobs.domain import enqueue
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.regions.models import City, County

# What a secret begins with: one that leaked into a repository is found by it.
MARK = "bqw_"
SHOWN = 12
# A key's use is written at most once in so long.
USE_NOTED = timedelta(minutes=1)
DELIVER = "api.deliver"
MOST_SUBSCRIPTIONS = 10


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_key(
    *,
    name: str,
    owner: User,
    scopes: Sequence[str],
    expires_at: datetime,
    actor: Actor,
    city: City | None = None,
    county: County | None = None,
) -> tuple[Key, str]:
    """Make a key and return it with its secret, which nobody can read again.

    Raises: RuleBroken when `actor` is no administrator or the owner's office does not reach as
    far; ValidationError by field for a wrong value.
    """
    require(is_administrator(actor))
    require(rules.may_hold(owner=owner, city=city, county=county))
    now = timezone.now()
    if not scopes or not set(scopes) <= set(Scope.values):
        raise ValidationError({"scopes": _("Choose what the key is for.")})
    if not now < expires_at <= now + timedelta(days=rules.MOST_DAYS):
        raise ValidationError({"expires_on": _("Choose a day within a year from now.")})
    secret = MARK + secrets.token_urlsafe(32)
    key = Key(
        name=name.strip(),
        owner=owner,
        scopes=list(scopes),
        city=city,
        county=county,
        prefix=secret[:SHOWN],
        digest=digest_of(secret),
        created_at=now,
        created_by=actor.person,
        expires_at=expires_at,
    )
    key.full_clean()
    key.save()
    record(
        actor=actor,
        act="api.issue_key",
        subject=key,
        prefix=key.prefix,
        owner=owner.pk,
        scopes=key.scopes,
        city=key.city_id,
        county=key.county_id,
        expires_at=expires_at.isoformat(),
    )
    return key, secret


@transaction.atomic
def revoke_key(*, key: Key, actor: Actor) -> Key:
    """End a key at once, and what was subscribed with it. Locks the key. Raises: RuleBroken."""
    row: Key = Key.objects.select_for_update().get(pk=key.pk)
    require(rules.may_revoke(row, actor))
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    row.subscriptions.filter(ended_at__isnull=True).update(ended_at=row.revoked_at)
    record(actor=actor, act="api.revoke_key", subject=row, prefix=row.prefix)
    return row


def note_use(key: Key) -> None:
    """Write when the key was used last; a minute's uses are one."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - USE_NOTED:
        Key.objects.filter(pk=key.pk).update(last_used_at=now)


def subscribe(
    *, key: Key, kind: str, url: str, events: Sequence[str], actor: Actor
) -> tuple[Subscription, str]:
    """Tell an address of changes from now on; return the secret to check signatures with, once.

    Locks the key, whose subscriptions are counted; the name is looked up before.
    Raises: ValidationError by field when the address is none to call or the events are unknown;
    RuleBroken when the key has too many.
    """
    targets.check(url)
    if not events or not set(events) <= set(Event.values):
        raise ValidationError({"events": _("Choose at least one event.")})
    raw = secrets.token_bytes(32)
    with transaction.atomic():
        Key.objects.select_for_update().get(pk=key.pk)
        if key.subscriptions.filter(ended_at__isnull=True).count() >= MOST_SUBSCRIPTIONS:
            raise RuleBroken(_("This key has ten webhooks already: end one of them first."))
        row = Subscription.objects.create(
            key=key,
            kind=kind,
            url=url,
            events=sorted(set(events)),
            secret=secrecy.seal(raw),
            created_at=timezone.now(),
        )
        record(actor=actor, act="api.subscribe", subject=row, host=targets.host_of(url))
    return row, f"whsec_{base64.b64encode(raw).decode()}"


@transaction.atomic
def end_subscription(*, subscription: Subscription, actor: Actor) -> None:
    """Tell the address nothing any more; what waits is not sent. Locks the subscription."""
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(actor=actor, act="api.end_subscription", subject=row, host=targets.host_of(row.url))


@transaction.atomic
def replay(*, delivery: Delivery, actor: Actor) -> Delivery:
    """Send a message again, the same bytes under the same id. Locks the delivery.

    Raises: RuleBroken when it waits already, or its subscription has ended.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state == DeliveryState.WAITING:
        raise RuleBroken(_("This message waits already to be sent."))
    if row.subscription.ended_at is not None or not is_open(row.subscription):
        raise RuleBroken(_("This webhook has ended: subscribe anew."))
    row.state, row.tries, row.next_at = DeliveryState.WAITING, 0, None
    row.save(update_fields=["state", "tries", "next_at"])
    record(actor=actor, act="api.replay", subject=row)
    ask_delivery(row)
    return row


def ask_delivery(delivery: Delivery) -> None:
    """Ask a worker to send the message when it is time."""
    enqueue(kind=DELIVER, key=str(delivery.pk), run_after=delivery.next_at)


def is_open(subscription: Subscription) -> bool:
    """Whether messages still go to a subscriber: its key opens something now."""
    return (
        subscription.ended_at is None
        and Key.objects.valid(timezone.now()).filter(pk=subscription.key_id).exists()
        and bool(rules.hats_of(subscription.key))
    )
