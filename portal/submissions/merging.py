"""Merging two dossiers of one thing. It is final: nothing takes a merged dossier apart again.

What points at the one that ends is moved by who owns it: a room above registers a follower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts.actor import Actor
from portal.files.fields import FilesField
from portal.moves.domain import log_move, refuse_if_older, transition
from portal.notices.domain import notify
from portal.submissions import kinds, rules
from portal.submissions.enums import LIVING, Purpose, State
from portal.submissions.models import Attachment, Submission, SubmissionQuerySet
from portal.verdict import RuleBroken, Verdict, no, require

Follower = Callable[[Submission, Submission, Actor], None]
ABSORBED = gettext_noop("“%(title)s” (%(code)s) was merged into your “%(survivor)s”.")

_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Let `follower(loser, survivor, actor)` move what points at the dossier that ends, in the
    merge's transaction, under the lock of both; called once from an AppConfig."""
    if follower not in _followers:
        _followers.append(follower)


def may_merge(loser: Submission, survivor: Submission, actor: Actor) -> Verdict:
    """The office, for two living dossiers of one kind; what is public goes on in public."""
    if loser.pk == survivor.pk or loser.kind != survivor.kind or not kinds.get(loser.kind).merges:
        return no(_("These two cannot be merged."))
    if loser.state not in LIVING or survivor.state not in LIVING:
        return no(_("One of the two has come to its end already."))
    if loser.state == State.PUBLISHED and survivor.state != State.PUBLISHED:
        return no(_("What is published goes on in what is published: merge the other way round."))
    if loser.revisions.filter(decided_at__isnull=True).exists():
        return no(_("A change of the one that ends waits for review: decide it first."))
    return rules.is_office(loser, actor) & rules.is_office(survivor, actor)


def room_for_photos(survivor: Submission) -> int:
    """How many more photos the dossier that goes on can take."""
    field = kinds.get(survivor.kind).form.base_fields.get(Purpose.PHOTO)
    if not isinstance(field, FilesField):
        return 0
    return max(0, field.max_files - survivor.attachments.filter(purpose=Purpose.PHOTO).count())


@transaction.atomic
def merge(
    *,
    loser: Submission,
    survivor: Submission,
    photos: Iterable[str],
    note: str,
    actor: Actor,
    seen: int,
    seen_survivor: int,
) -> Submission:
    """End one dossier in another and return the one that goes on; final.

    `photos` are ids of the loser's that the survivor takes over too; the loser keeps its own, its
    history and its record. What was merged into the loser before goes on in the survivor.
    Locks both in the order of their ids. Raises: SeenTooOld; RuleBroken.
    """
    both = Submission.objects.select_for_update().filter(pk__in=[loser.pk, survivor.pk])
    rows = {row.pk: row for row in both.order_by("pk")}
    loser, survivor = rows[loser.pk], rows[survivor.pk]
    refuse_if_older(loser, seen=seen)
    refuse_if_older(survivor, seen=seen_survivor)
    verdict = require(may_merge(loser, survivor, actor))
    loser.merged_into = survivor
    loser.save(update_fields=["merged_into"])
    ended: Submission = transition(loser, "merge", actor=actor, seen=seen, note=note)
    _take_photos(ended, survivor, photos)
    Submission.objects.filter(merged_into=ended).update(merged_into=survivor)
    survivor.version += 1
    survivor.save(update_fields=["version"])
    log_move(
        survivor,
        name="absorb",
        from_state=survivor.state,
        actor=actor,
        note=f"{ended.code} {ended.title}",
        role=verdict.role,
    )
    for follow in _followers:
        follow(ended, survivor, actor)
    notify(
        recipients=[survivor.owner],
        event="submission.absorb",
        msgid=ABSORBED,
        params={"title": ended.title, "code": ended.code, "survivor": survivor.title},
        url=survivor.get_absolute_url(),
        actor=actor,
    )
    return survivor


def _take_photos(loser: Submission, survivor: Submission, photos: Iterable[str]) -> None:
    """Attach the chosen photos of the loser after the survivor's own. Raises: RuleBroken."""
    wanted = set(photos)
    own = set(survivor.attachments.filter(purpose=Purpose.PHOTO).values_list("file", flat=True))
    offered = loser.attachments.filter(purpose=Purpose.PHOTO).order_by("position")
    chosen = [
        row.file_id for row in offered if str(row.file_id) in wanted and row.file_id not in own
    ]
    if len(chosen) > room_for_photos(survivor):
        raise RuleBroken(_("There is no room for so many photos: choose fewer."))
    start = survivor.attachments.filter(purpose=Purpose.PHOTO).count()
    Attachment.objects.bulk_create(
        Attachment(submission=survivor, file_id=key, purpose=Purpose.PHOTO, position=position)
        for position, key in enumerate(chosen, start=start)
    )


def survivor_of(code: str) -> Submission | None:
    """The published dossier in which the one of that code goes on, or None; one query."""
    rows = Submission.objects.published().filter(merged__code=code, merged__state=State.MERGED)
    return rows.first()


def gone_on(
    rows: Iterable[Submission], found: SubmissionQuerySet, actor: Actor
) -> dict[int, Submission]:
    """Number of each of `rows` that was merged → the dossier in which it goes on, out of `found`,
    where `actor` may change that one; no query when none was merged."""
    merged = {row.pk: row.merged_into_id for row in rows if row.state == State.MERGED}
    if not merged:
        return {}
    survivors = found.in_bulk(merged.values())
    return {
        pk: survivors[survivor]
        for pk, survivor in merged.items()
        if survivor in survivors and rules.may_change(survivors[survivor], actor)
    }
