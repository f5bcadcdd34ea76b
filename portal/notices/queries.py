"""Reads of notices and texts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portal.notices.models import Message, Notice, NoticeQuerySet


def notices_of(user: Any) -> NoticeQuerySet:
    """What `user` was told, newest first."""
    return Notice.objects.visible_to(user).order_by("-pk")


def unread_count(user: Any) -> int:
    """How many notices `user` has not opened; one query."""
    return notices_of(user).unread().count()


def sent_messages() -> QuerySet[Message]:
    """Every text, newest first; for the demonstration, which has no phones."""
    return Message.objects.order_by("-pk")
