"""What a person chooses: channels by event, a digest, and the address mails go to."""

from __future__ import annotations

import hmac
from typing import Any, Protocol

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.audit.domain import ActorLike, digest, record
from portal.notices import events, queries, rules
from portal.notices.domain import link_to, send_email
from portal.notices.enums import Channel, Digest, Way
from portal.notices.models import Preferences
from portal.verdict import RuleBroken, require

LINK_SALT = "portal.notices.email"
LINK_SECONDS = 24 * 3600
OLD_LINK = _("This link does not hold any more. Ask for a new one here.")


class Chooser(ActorLike, events.Wearer, Protocol):
    """Who chooses; `portal.accounts.actor.Actor` fits."""


def _locked(user: Any) -> Preferences:
    """The person's row under its lock, written now if there was none."""
    Preferences.objects.get_or_create(user=user)
    return Preferences.objects.select_for_update().get(user=user)


@transaction.atomic
def choose(*, ways: dict[str, str], digest_wanted: str, actor: Chooser) -> Preferences:
    """Keep how the actor wants to hear of events (code to way) and whether a digest is wanted.

    What is not named in `ways` stays as it was. Locks the person's row.
    Raises: RuleBroken when something is chosen that is not offered.
    """
    row = _locked(actor.user)
    require(
        rules.may_choose(
            ways=ways,
            digest=digest_wanted,
            offered=set(events.that_reach(actor, urgent=False)),
            reach=set(queries.reach_of(actor.user, row)),
            actor=actor,
        )
    )
    row.ways = row.ways | {code: str(Way(way)) for code, way in ways.items()}
    row.digest = Digest(digest_wanted)
    row.save(update_fields=["ways", "digest"])
    record(actor=actor, act="notices.choose", subject=row, digest=str(row.digest), ways=row.ways)
    return row


@transaction.atomic
def ask_email(*, email: str, actor: ActorLike) -> Preferences:
    """Note an address and send it a link that confirms it. Locks the person's row.

    Until the link is followed nothing else goes there; an address that stood before is dropped.
    """
    row = _locked(actor.user)
    row.email, row.email_confirmed_at = email, None
    row.save(update_fields=["email", "email_confirmed_at"])
    path = reverse("notice-email-confirm", args=[link_token(row)])
    event = events.get(events.CONFIRM_EMAIL)
    send_email(
        email=email,
        subject=str(event.label),
        lines=[
            # The mailbox may be a stranger's: of what the sender could write, one letter stays.
            gettext("%(name)s, you gave this address for messages of the portal.")
            % {"name": f"{str(actor.user)[:1]}**"},
            gettext("Open this link within 24 hours and confirm:"),
            link_to(path),
            gettext("If it was not you, leave this mail unanswered: nothing else will come."),
        ],
        event=event.code,
        recipient=actor.user,
    )
    record(actor=actor, act="notices.ask_email", subject=row, email=digest(email))
    return row


def link_token(row: Preferences) -> str:
    """What the link carries: whose it is and which address, that one not to be read."""
    return _signer().sign(_value(row))


def is_link_of(token: str, user: Any) -> bool:
    """True for a link that was sent for `user`, whether it still holds or not."""
    try:
        value = _signer().unsign(token)
    except signing.BadSignature:
        return False
    return value.partition("-")[0] == str(user.pk)


def still_holds(token: str, row: Preferences) -> bool:
    """True for a link of the last 24 hours about the address that stands in the row."""
    try:
        value = _signer().unsign(token, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return False
    return bool(row.email) and hmac.compare_digest(value, _value(row))


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=LINK_SALT)


def _value(row: Preferences) -> str:
    return f"{row.user_id}-{digest(row.email)[:20]}"


@transaction.atomic
def confirm_email(*, token: str, actor: ActorLike) -> Preferences:
    """Take the address as the actor's: who followed the link reads its mail.

    Locks the person's row. Raises: RuleBroken for a link that is old, not the actor's, or of an
    address that was changed meanwhile.
    """
    row = _locked(actor.user)
    if not still_holds(token, row):
        raise RuleBroken(OLD_LINK)
    if row.email_confirmed_at is None:
        row.email_confirmed_at = timezone.now()
        row.save(update_fields=["email_confirmed_at"])
        record(actor=actor, act="notices.confirm_email", subject=row, email=digest(row.email))
    return row


@transaction.atomic
def drop_email(*, actor: ActorLike) -> Preferences:
    """Forget the address; what went there stays in the portal. Locks the person's row.

    A digest that now leads nowhere ends too.
    """
    row = _locked(actor.user)
    if not row.email:
        return row
    record(actor=actor, act="notices.drop_email", subject=row, email=digest(row.email))
    row.email, row.email_confirmed_at = "", None
    row.ways = {code: str(Way.APP) if way == Way.EMAIL else way for code, way in row.ways.items()}
    if Channel.SMS not in queries.reach_of(actor.user, row):
        row.digest = Digest.OFF
    row.save(update_fields=["email", "email_confirmed_at", "ways", "digest"])
    return row
