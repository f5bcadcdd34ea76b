"""Telling people, and marking what they have read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from portal import clock
from portal.audit.domain import ActorLike
from portal.jobs.domain import Progress, enqueue
from portal.notices.adapters import sms_adapter
from portal.notices.models import Message, Notice

SMS_KIND = "notices.sms"
LONGEST_TEXT = 500


@transaction.atomic
def notify(
    *,
    recipients: Iterable[Any],
    event: str,
    msgid: str,
    params: Mapping[str, Any] | None = None,
    url: str = "",
    sms: bool = False,
    actor: ActorLike | None = None,
    tell_actor: bool = False,
) -> list[Notice]:
    """Tell each recipient once, in the caller's transaction; return the notices.

    `msgid` is an English message marked with `gettext_noop`, `params` its named values (text and
    numbers, kept as they are now). `url` is a page of the portal. With `sms`, those with a
    mobile number get a text as well. Who acts is not told what they just did, unless
    `tell_actor`; who has left is not told at all.
    """
    if url and not is_local(url):
        raise ValueError(f"A notice leads to a page of the portal, not to {url!r}.")
    values = dict(params or {})
    msgid % values  # a missing value must fail here, not on the reader's page
    acting = actor.user if actor is not None and not tell_actor else None
    people = {
        person.pk: person
        for person in recipients
        if person.is_active and (acting is None or person.pk != acting.pk)
    }
    notices = Notice.objects.bulk_create(
        Notice(recipient=person, event=event, msgid=msgid, params=values, url=url)
        for person in people.values()
    )
    if sms:
        body = _in_chinese(msgid, values)
        for person in people.values():
            if person.phone:
                send_text(phone=person.phone, body=body)
    return notices


def is_local(url: str) -> bool:
    """True for an address of this portal without a host: `/path`."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def _in_chinese(msgid: str, values: Mapping[str, Any]) -> str:
    """The sentence as a text: in Chinese, whatever the language of the page that caused it."""
    with translation.override(settings.LANGUAGE_CODE):
        return translation.gettext(msgid) % values


@transaction.atomic
def send_text(*, phone: str, body: str) -> Message:
    """Write a text for a phone in the caller's transaction; a worker sends it.

    What is longer than 500 characters is cut, with a mark at the end.
    """
    if len(body) > LONGEST_TEXT:
        body = body[: LONGEST_TEXT - 1] + "…"
    message = Message.objects.create(phone=phone, body=body)
    enqueue(kind=SMS_KIND, key=str(message.pk), payload={"message": message.pk})
    return message


def deliver_text(*, message_id: int, progress: Progress) -> None:
    """Hand one text to the gateway and note it.

    A worker that dies between the two sends the text again: better twice than never. The gateway
    gets the same reference and may leave the second one out.
    """
    message = Message.objects.get(pk=message_id)
    if message.sent_at is None:
        sms_adapter().send(phone=message.phone, body=message.body, reference=str(message.pk))
    with transaction.atomic():
        # Codes and password links must not stay readable; the demonstration shows what was sent.
        kept = {} if settings.DEMONSTRATION else {"body": ""}
        Message.objects.filter(pk=message_id, sent_at__isnull=True).update(
            sent_at=clock.now(), **kept
        )
        progress.finish()


@transaction.atomic
def mark_read(*, notice: Notice) -> None:
    """Note when the reader opened a notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=clock.now())


@transaction.atomic
def mark_all_read(*, reader: Any) -> int:
    """Mark everything addressed to `reader` as read; return how many were unread."""
    return Notice.objects.visible_to(reader).unread().update(read_at=clock.now())
