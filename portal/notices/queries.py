"""Reads of notices, of preferences and of what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from portal.clock import SHANGHAI
from portal.notices.enums import Channel, Digest
from portal.notices.models import Message, MessageQuerySet, Notice, NoticeQuerySet, Preferences


def notices_of(user: Any) -> NoticeQuerySet:
    """What `user` was told, newest first."""
    return Notice.objects.visible_to(user).order_by("-pk")


def unread_count(user: Any) -> int:
    """How many notices `user` has not opened; one query."""
    return notices_of(user).unread().count()


def preferences_of(user: Any) -> Preferences:
    """What `user` chose; the defaults, unsaved, for who never chose."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def preferences_by_person(people: Iterable[Any]) -> dict[int, Preferences]:
    """The choices of several people by their id; one query. Who never chose has the defaults."""
    ids = [person.pk for person in people]
    known = Preferences.objects.in_bulk(ids)
    return {pk: known.get(pk) or Preferences(user_id=pk) for pk in ids}


def reach_of(user: Any, chosen: Preferences) -> dict[str, str]:
    """The channels that lead to `user`, with the confirmed number or address."""
    reach = {
        Channel.SMS: user.phone if user.phone_verified else "",
        Channel.EMAIL: chosen.confirmed_email,
    }
    return {str(channel): address for channel, address in reach.items() if address}


def digest_readers() -> QuerySet[Preferences]:
    """Those who asked for a digest and have not left, in the order of their ids."""
    wanted = Preferences.objects.exclude(digest=Digest.OFF).filter(user__is_active=True)
    return wanted.select_related("user").order_by("user_id")


def left_already(once: str) -> bool:
    """True when the message of that name was written, whether it is sent yet or not."""
    return Message.objects.filter(once=once).exists()


def messages_to(user: Any) -> MessageQuerySet:
    """What was sent to `user`, newest first, with how it went."""
    rows = Message.objects.visible_to(user).filter(recipient=user)
    return rows.select_related("work").order_by("-pk")


def message_log(
    user: Any, *, channel: str = "", state: str = "", day: date | None = None
) -> MessageQuerySet:
    """The messages `user` may see, narrowed; with their recipients and how they went."""
    rows = Message.objects.visible_to(user).select_related("work", "recipient", "notice")
    if channel:
        rows = rows.filter(channel=channel)
    if state:
        rows = rows.in_state(state)
    if day:
        begin = datetime.combine(day, time(), SHANGHAI)
        rows = rows.filter(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
    return rows


def sent_messages(channel: str) -> QuerySet[Message]:
    """Every text or mail, newest first; for the demonstration, which sends none."""
    return Message.objects.filter(channel=channel).order_by("-pk")
