"""What changed of the published records, in an order in which nothing is ever skipped.

An act leaves a `Touched` row and messages to subscribers in its own transaction. Numbers are given
afterwards, to committed rows alone and by one giver at a time: so whoever has read up to a number
has read everything below it, however late another act commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.api import domain
from portal.api.models import Change, Delivery, Key, Numbering, Subscription, Touched
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from portal.moves.models import MoveLog

# So many are numbered in one transaction.
BATCH = 5_000


def note_change(row: Any, log: MoveLog) -> None:
    """Note, in the transaction of the act, what changes what the outside sees of a record."""
    if not isinstance(row, Submission) or not kinds.get(row.kind).api:
        return
    if State.PUBLISHED not in (log.from_state, log.to_state) and row.published_at is None:
        return
    Touched.objects.create(submission=row)
    now = timezone.now()
    reached = Q(key__county__isnull=True, key__city__isnull=True)
    if row.county_id:
        reached |= Q(key__county=row.county_id) | Q(key__city=row.city_id)
    subscribed = Subscription.objects.filter(
        reached,
        kind=row.kind,
        ended_at__isnull=True,
        key__in=Key.objects.valid(now),
    )
    # In one order, since two acts at once ask for work one after the other.
    for subscription in subscribed.order_by("pk"):
        domain.ask_delivery(
            Delivery.objects.create(subscription=subscription, submission=row, created_at=now)
        )


@transaction.atomic
def number_changes() -> int:
    """Give committed changes their numbers, and return how many were taken up.

    Of a dossier the latest change alone keeps a place. Locks the numbering against other givers of
    numbers; acts never wait.
    """
    if not Touched.objects.exists():
        return 0
    Numbering.objects.get_or_create(pk=1)
    numbering = Numbering.objects.select_for_update().get(pk=1)
    touched = list(Touched.objects.order_by("pk").values_list("pk", "submission")[:BATCH])
    latest = list(dict.fromkeys(submission for _pk, submission in reversed(touched)))[::-1]
    changes = [
        Change(number=number, submission_id=submission)
        for number, submission in enumerate(latest, start=numbering.last + 1)
    ]
    Change.objects.filter(submission__in=latest).delete()
    Change.objects.bulk_create(changes)
    Touched.objects.filter(pk__in=[pk for pk, _submission in touched]).delete()
    numbering.last += len(changes)
    numbering.save(update_fields=["last"])
    return len(touched)


def latest_number() -> int:
    """Number what is committed, and return the last number there is."""
    while number_changes() >= BATCH:
        pass
    last = Numbering.objects.values_list("last", flat=True).first()
    return last or 0
