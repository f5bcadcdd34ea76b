"""Writing the record and sealing it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models, transaction

from portal.audit.chain import BEGINNING, link
from portal.audit.models import Entry, Seal


class ActorLike(Protocol):
    """What the record needs to know of who acts; `portal.accounts.actor.Actor` fits."""

    # Properties: whoever acts is frozen, and a plain attribute would have to be settable.
    @property
    def user(self) -> Any:
        """The person, or None."""

    @property
    def on_behalf_of(self) -> str:
        """For whom the person acts, or nothing."""
        ...

    @property
    def address(self) -> str:
        """The network address the act came from, or nothing."""
        ...

    @property
    def key(self) -> str:
        """The name of the machine's key with which it was done, or nothing."""
        ...


def digest(value: str) -> str:
    """Return a keyed digest of a personal value: equal values compare equal, none can be read."""
    return hmac.new(settings.AUDIT_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


def record(
    *, actor: ActorLike, act: str, subject: models.Model, role: str = "", **data: Any
) -> Entry:
    """Write one entry in the caller's transaction.

    `data` holds JSON values; pass personal values through `digest` first.
    """
    return record_each(actor=actor, act=act, subjects=[(subject, data)], role=role)[0]


def record_each(
    *,
    actor: ActorLike,
    act: str,
    subjects: Sequence[tuple[models.Model, dict[str, Any]]],
    role: str = "",
) -> list[Entry]:
    """Write the same act of many subjects, each with its own data; one query."""
    machine = {"key": actor.key} if actor.key else {}
    return Entry.objects.bulk_create(
        Entry(
            user=actor.user,
            role=role,
            on_behalf_of=digest(actor.on_behalf_of) if actor.on_behalf_of else "",
            address=actor.address or None,
            act=act,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            data=data | machine,
        )
        for subject, data in subjects
    )


@transaction.atomic
def seal_committed_entries(*, limit: int = 1000) -> int:
    """Give up to `limit` committed entries without a seal their number and hash; return how many.

    Locks the table of seals against other sealers, so that the chain cannot fork; writers of
    entries never wait. The order is the order of entries; one that was committed late is sealed
    after those committed before it.
    """
    if connection.vendor == "postgresql":
        # SQLite needs none: there only one transaction writes at a time, from its very beginning.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Seal._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    last = Seal.objects.order_by("-number").first()
    number, previous = (last.number, last.hash) if last else (0, BEGINNING)
    seals = []
    for entry in Entry.objects.unsealed().order_by("pk")[:limit]:
        number, previous = number + 1, link(previous, entry)
        seals.append(Seal(number=number, entry=entry, hash=previous))
    Seal.objects.bulk_create(seals)
    return len(seals)
