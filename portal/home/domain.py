"""The digest: “my tasks” once each working morning, for those who asked for it.

Its day is the real one. Beat wakes up by real time, and the demonstration's day stands still.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from portal import workdays
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.jobs.domain import Progress, enqueue
from portal.notices.domain import send_digest
from portal.notices.queries import digest_readers
from portal.registry import tasks_of

DIGEST_KIND = "home.digest"


def ask_digests(*, day: date) -> int:
    """Ask for the digest of everybody who wants one; return how many were asked for.

    Nothing on days off. Each person is a row of work of its own, so that one who cannot be told
    keeps nobody else waiting.
    """
    if not workdays.is_workday(day):
        return 0
    readers = list(digest_readers())
    for reader in readers:
        payload = {"user": reader.pk, "day": day.isoformat()}
        enqueue(kind=DIGEST_KIND, key=f"{reader.pk} {day.isoformat()}", payload=payload)
    return len(readers)


def tell_what_waits(*, user_id: int, day: date, progress: Progress) -> None:
    """Send one person's digest, if something waits and the day is not over.

    The message and the end of the work are one commit; the message itself leaves after it.
    """
    person = User.objects.get(pk=user_id)
    with transaction.atomic():
        if day == timezone.localdate():
            send_digest(person=person, tasks=tasks_of(Actor.of(person)), day=day)
        progress.finish()
