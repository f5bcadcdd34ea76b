"""Telling people, and marking what they have read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext

from portal import clock
from portal.audit.domain import ActorLike
from portal.jobs.domain import Progress, enqueue
from portal.notices import events, queries, rules
from portal.notices.adapters import send_mail, sms_adapter
from portal.notices.enums import Channel
from portal.notices.models import Message, Notice, Preferences
from portal.registry import Task

SMS_KIND = "notices.sms"
EMAIL_KIND = "notices.email"
KINDS = {Channel.SMS: SMS_KIND, Channel.EMAIL: EMAIL_KIND}
LONGEST_TEXT = 500


@transaction.atomic
def notify(
    *,
    recipients: Iterable[Any],
    event: str,
    msgid: str,
    params: Mapping[str, Any] | None = None,
    url: str = "",
    more: Iterable[tuple[str, str]] = (),
    actor: ActorLike | None = None,
    tell_actor: bool = False,
) -> list[Notice]:
    """Tell each recipient once, in the caller's transaction; return the notices.

    `msgid` is an English message marked with `gettext_noop`, `params` its named values (text and
    numbers, kept as they are now). `url` is a page of the portal; `more` are others (a word, marked
    like `msgid`, and the address) that texts and mails name beside it, for who is not in the portal
    and sees no buttons. What else carries the message is up to the event and to what the reader
    chose. Who acts is not told what they just did, unless `tell_actor`; who has left is not told
    at all.
    Raises: LookupError when no room registers the event.
    """
    kind = events.get(event)
    links = list(more)
    for address in [url, *(address for _word, address in links)]:
        if address and not is_local(address):
            raise ValueError(f"A notice leads to a page of the portal, not to {address!r}.")
    values = dict(params or {})
    msgid % values  # a missing value must fail here, not on the reader's page
    acting = actor.user if actor is not None and not tell_actor else None
    people = {
        person.pk: person
        for person in recipients
        if person.is_active and (acting is None or person.pk != acting.pk)
    }
    chosen = queries.preferences_by_person(people.values())
    notices = Notice.objects.bulk_create(
        Notice(
            recipient=person,
            event=event,
            msgid=msgid,
            params=values,
            url=url,
            quiet=rules.is_quiet(kind, chosen[pk]),
        )
        for pk, person in people.items()
    )
    for notice in notices:
        _send_on(notice, kind, chosen[notice.recipient_id], links)
    return notices


def is_local(url: str) -> bool:
    """True for an address of this portal without a host: `/path`."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def link_to(path: str) -> str:
    """A page of the portal as people outside of it reach it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _send_on(
    notice: Notice, event: events.Event, chosen: Preferences, more: list[tuple[str, str]]
) -> None:
    """Write the messages that carry a notice out of the portal: in Chinese, whatever the
    language of the page that caused it."""
    reach = queries.reach_of(notice.recipient, chosen)
    words: dict[str, Any] = {"event": event.code, "recipient": notice.recipient, "notice": notice}
    with translation.override(settings.LANGUAGE_CODE):
        leads = [_lead(notice.act, notice.url)] if notice.url else []
        leads += [_lead(gettext(word), address) for word, address in more]
        go = " ".join(leads)
        for channel in rules.channels(event, chosen):
            if channel == Channel.SMS and channel in reach:
                # The link is worth more than the end of a long reason.
                said = _cut(notice.text, LONGEST_TEXT - len(go))
                send_text(phone=reach[channel], body=said + go, **words)
            elif channel in reach:
                subject = str(event.label)
                lines = [notice.text, *leads]
                send_email(email=reach[channel], subject=subject, lines=lines, **words)


def _lead(act: str, path: str) -> str:
    return gettext("%(act)s: %(link)s") % {"act": act, "link": link_to(path)}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


# --- Out of the portal -----------------------------------------------------------------------


@transaction.atomic
def send_text(
    *,
    phone: str,
    body: str,
    event: str = "",
    recipient: Any = None,
    notice: Notice | None = None,
    once: str | None = None,
) -> Message:
    """Write a text for a phone in the caller's transaction; a worker sends it.

    What is longer than 500 characters is cut, with a mark at the end. `recipient` is the person
    whose number it is, where there is one; a second message with the same `once` is refused by
    the database.
    """
    message = Message(channel=Channel.SMS, phone=phone, body=_cut(body, LONGEST_TEXT))
    return _queue(message, event=event, recipient=recipient, notice=notice, once=once)


@transaction.atomic
def send_email(
    *,
    email: str,
    subject: str,
    lines: Iterable[str],
    event: str,
    recipient: Any,
    notice: Notice | None = None,
    once: str | None = None,
) -> Message:
    """Write a mail in the caller's transaction; a worker sends it.

    Each line becomes a paragraph, empty ones are left out; who sends it and how to change that
    stands below.
    """
    foot = gettext("Sent by %(site)s. Choose what you receive: %(link)s") % {
        "site": settings.SITE_PROFILE["name"],
        "link": link_to(reverse("notice-preferences")),
    }
    body = "\n\n".join([*filter(None, lines), "—\n" + foot])
    message = Message(channel=Channel.EMAIL, email=email, subject=subject, body=body)
    return _queue(message, event=event, recipient=recipient, notice=notice, once=once)


def _queue(message: Message, **facts: Any) -> Message:
    """Write the message with the row of work that will deliver it."""
    if facts["event"]:
        events.get(facts["event"])
    for name, value in facts.items():
        setattr(message, name, value)
    message.save(force_insert=True)
    kind = KINDS[Channel(message.channel)]
    message.work = enqueue(kind=kind, key=str(message.pk), payload={"message": message.pk})
    message.save(update_fields=["work"])
    return message


def deliver(*, message_id: int, progress: Progress) -> None:
    """Hand one message to its gateway and note it.

    A worker that dies between the two sends it again: better twice than never. The gateway
    gets the same reference and may leave the second one out.
    """
    message = Message.objects.get(pk=message_id)
    if message.sent_at is None:
        reference = str(message.pk)
        if message.channel == Channel.EMAIL:
            send_mail(
                email=message.email,
                subject=message.subject,
                body=message.body,
                reference=reference,
            )
        else:
            sms_adapter().send(phone=message.phone, body=message.body, reference=reference)
    with transaction.atomic():
        # Codes and password links must not stay readable; the demonstration shows what was sent.
        kept = {} if settings.DEMONSTRATION else {"body": ""}
        Message.objects.filter(pk=message_id, sent_at__isnull=True).update(
            sent_at=clock.now(), **kept
        )
        progress.finish()


# --- The digest ------------------------------------------------------------------------------


@transaction.atomic
def send_digest(*, person: Any, tasks: Iterable[Task], day: date) -> Message | None:
    """Tell `person` in one message what waits; None when nothing does or it was told today.

    It goes to the confirmed e-mail address, else to the confirmed number. The database holds one
    digest per person and day, whoever asks and how often.
    """
    once = f"{events.DIGEST}:{person.pk}:{day.isoformat()}"
    waiting = list(tasks)
    reach = queries.reach_of(person, queries.preferences_of(person))
    if not waiting or not reach or not person.is_active or queries.left_already(once):
        return None
    facts = {"event": events.DIGEST, "recipient": person, "once": once}
    with translation.override(settings.LANGUAGE_CODE):
        n = sum(task.count for task in waiting)
        head = ngettext("Today %(n)s thing waits for you", "Today %(n)s things wait for you", n) % {
            "n": n
        }
        counts = [
            gettext("%(task)s: %(n)s") % {"task": task.label, "n": task.count} for task in waiting
        ]
        go = _lead(events.act_of(events.DIGEST), reverse("home"))
        if Channel.EMAIL in reach:
            lines = [head, "\n".join(counts), go]
            return send_email(email=reach[Channel.EMAIL], subject=head, lines=lines, **facts)
        said = gettext("%(head)s (%(counts)s). ") % {"head": head, "counts": "、".join(counts)}
        return send_text(
            phone=reach[Channel.SMS], body=_cut(said, LONGEST_TEXT - len(go)) + go, **facts
        )


# --- Reading ---------------------------------------------------------------------------------


@transaction.atomic
def mark_read(*, notice: Notice) -> None:
    """Note when the reader opened a notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())


@transaction.atomic
def mark_all_read(*, reader: Any) -> int:
    """Mark everything addressed to `reader` as read; return how many were unread."""
    return Notice.objects.visible_to(reader).unread().update(read_at=clock.now())
