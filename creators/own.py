"""What the creator matrix keeps of a person: the file itself is one; and tasks in hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from creators.enums import TakeState
from creators.models import Creator, Take
from portal import personal
from portal.moves.domain import lock, log_move
from portal.personal import Kept, Obligation
from portal.privacy.erasing import FULL_NAME

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.actor import Actor
    from portal.accounts.models import User

IN_HAND = (TakeState.TAKEN, TakeState.HANDED_IN, TakeState.RETURNED)


def _takes(user: User) -> QuerySet[Take]:
    rows = Take.objects.filter(creator__submission__owner=user)
    return rows.select_related("task").order_by("-pk")


KEPT = Kept(
    _("Tasks you took"),
    (
        (_("Task"), lambda row: row.task.name),
        (_("State"), lambda row: row.get_state_display()),
        (_("Link to the work"), lambda row: row.link),
        (_("Taken"), lambda row: row.taken_at),
    ),
    _takes,
)


def tasks_in_hand(user: User) -> Iterator[Obligation]:
    """A task that somebody counts on."""
    for row in _takes(user).filter(state__in=IN_HAND):
        text = gettext("“%(task)s”: finish the task or give it back.") % {"task": row.task.name}
        yield Obligation(text, reverse("take", args=[row.pk]))


def forget_creator(user: User, actor: Actor) -> None:
    """Take name, account, number and words of a creator out of the file; the public page goes
    with the account (`queries.creators`)."""
    for record in Creator.objects.filter(submission__owner=user).order_by("pk"):
        row = lock(record.submission)
        blank = {"name": f"{FULL_NAME}{user.pk}"}
        blank |= dict.fromkeys(("handle", "introduction", "contact_phone"), "")
        Creator.objects.filter(pk=record.pk).update(**blank)
        row.title, row.version = blank["name"], row.version + 1
        row.save(update_fields=["title", "version"])
        log_move(row, name="forget", from_state=row.state, actor=actor)
        for snapshot in row.snapshots.order_by("pk"):
            snapshot.values |= blank
            snapshot.save(update_fields=["values"])
        for revision in row.revisions.order_by("pk"):
            revision.changes |= {k: ["", v] for k, v in blank.items() if k in revision.changes}
            revision.save(update_fields=["changes"])


def register() -> None:
    """Say all this to the registries of personal data."""
    personal.register_kept(KEPT)
    personal.register_obligations(tasks_in_hand)
    personal.register_forgetting(forget_creator)
