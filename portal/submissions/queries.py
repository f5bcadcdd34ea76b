"""Composed reads of dossiers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q, QuerySet, prefetch_related_objects

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.files.fields import FilesField
from portal.files.models import StoredFile
from portal.moves.models import MoveLog
from portal.submissions import kinds, values
from portal.submissions.enums import IN_REVIEW, Purpose, RevisionState, State
from portal.submissions.models import (
    Attachment,
    Conflict,
    Revision,
    Snapshot,
    Submission,
    SubmissionQuerySet,
)
from portal.submissions.moves import county_acts

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.forms import DossierForm

Read = TypeVar("Read")


def dossiers(user: User) -> SubmissionQuerySet:
    """Everything `user` may see, with what a list shows; one query."""
    return Submission.objects.visible_to(user).select_related(
        "county", "city", "owner", "organisation"
    )


def of_records(records: QuerySet[Any]) -> SubmissionQuerySet:
    """The dossiers of records that were found by what stands in them."""
    return Submission.objects.filter(pk__in=records.order_by().values("pk"))


def place_of(actor: Actor) -> dict[str, Any]:
    """Return county, city and organisation of what `actor` files: of the organisation first
    joined, else of the county office."""
    hats = sorted(actor.memberships, key=lambda hat: hat.pk)
    for hat in hats:
        if hat.role == Role.MERCHANT and hat.organisation is not None:
            county = hat.organisation.county
            return {"organisation": hat.organisation, "county": county, "city": county.city}
    for hat in hats:
        if hat.role == Role.OFFICIAL and hat.county is not None:
            return {"county": hat.county, "city": hat.county.city}
    return {}


def under_review() -> Q:
    """Dossiers of which somebody owes the next step; what is never published has none once it is
    approved."""
    ends = [kind.code for kind in kinds.every() if kind.code not in _kinds_with("publish")]
    return Q(state__in=IN_REVIEW) & ~Q(state=State.APPROVED, kind__in=ends)


def is_under_review(row: Submission) -> bool:
    """Ask the same of one dossier."""
    ends = row.state == State.APPROVED and row.kind not in _kinds_with("publish")
    return row.state in IN_REVIEW and not ends


def waiting_for(rows: SubmissionQuerySet, actor: Actor) -> SubmissionQuerySet:
    """Narrow `rows` to those whose next step is `actor`'s."""
    own = Q(owner=actor.user, state__in=[State.DRAFT, State.RETURNED])
    return rows.filter(own | _to_decide(actor))


def to_decide(rows: SubmissionQuerySet, actor: Actor) -> SubmissionQuerySet:
    """Narrow `rows`, all under review, to those that wait for `actor`'s decision."""
    return rows.filter(_to_decide(actor))


def _to_decide(actor: Actor) -> Q:
    turn = Q(pk__in=[])
    endorsed_kinds, direct_kinds = _kinds_by_first_step()
    for hat in actor.memberships:
        if hat.role == Role.STAFF:
            office = Q()
            # Each desk beside each state, so that an index finds every part by itself.
            for desk in _desks_of(actor):
                office |= Q(desk, state=State.ENDORSED)
                office |= Q(desk, state=State.APPROVED, kind__in=_kinds_with("publish"))
                office |= Q(desk, state=State.SUBMITTED, kind__in=direct_kinds)
            turn |= office & ~_barred(actor)
        elif hat.role == Role.OFFICIAL and hat.county_id:
            turn |= Q(
                ~Q(last_submitter=actor.user),
                ~_barred(actor),
                state=State.SUBMITTED,
                county_id=hat.county_id,
                kind__in=endorsed_kinds,
            )
    return turn


def _desks_of(actor: Actor) -> list[Q]:
    """What nobody has been given, what `actor` has, and what those have who are away and whom
    `actor` stands in for; one query."""
    away = accounts.away(clock.today()).filter(deputy=actor.user).values_list("absent", flat=True)
    return [Q(reviewer__isnull=True), Q(reviewer__in=[actor.person.pk, *away.order_by("absent")])]


def _barred(actor: Actor) -> Q:
    """What `actor` may not decide: own dossiers, those of own organisations, and those with a
    declared interest."""
    own = [hat.organisation_id for hat in actor.memberships if hat.role == Role.MERCHANT]
    declared = Conflict.objects.filter(user=actor.user).values("submission")
    return (
        Q(owner=actor.user)
        | Q(organisation__isnull=False, organisation__in=own)
        | Q(pk__in=declared)
    )


def _kinds_by_first_step() -> tuple[list[str], list[str]]:
    at_county = [kind.code for kind in kinds.every() if county_acts(kind.moves)]
    return at_county, [kind.code for kind in kinds.every() if kind.code not in at_county]


def _kinds_with(move: str) -> list[str]:
    return [kind.code for kind in kinds.every() if move in {m.name for m in kind.moves}]


def pending_revisions(user: User) -> QuerySet[Revision]:
    """Proposed changes `user` may see that wait for review."""
    return Revision.objects.filter(
        state=RevisionState.PENDING, submission__in=Submission.objects.visible_to(user)
    ).select_related("submission", "submission__county", "proposed_by")


def pending_revision(row: Submission) -> Revision | None:
    """The proposed change of a dossier that waits for review; one query, none where they were
    read with it."""
    waiting = (each for each in row.revisions.all() if each.state == RevisionState.PENDING)
    return next(waiting, None)


def snapshots(row: Submission) -> list[Snapshot]:
    """What was submitted, the newest first; one query, none where they were read with it."""
    return sorted(row.snapshots.all(), key=lambda each: each.version, reverse=True)


def revisions(user: User) -> QuerySet[Revision]:
    """Every proposed change `user` may see."""
    return Revision.objects.filter(
        submission__in=Submission.objects.visible_to(user)
    ).select_related("submission", "submission__county", "proposed_by", "decided_by")


def files_for_form(*, user: User | None, attached: list[str]) -> QuerySet[StoredFile]:
    """Files a form may hold: those of the record and those `user` uploaded."""
    return StoredFile.objects.filter(Q(pk__in=attached) | Q(owner=user))


def files_by_id(keys: Collection[str]) -> dict[str, StoredFile]:
    """Stored files by their id as text; one query, none without keys."""
    rows = StoredFile.objects.filter(pk__in=keys) if keys else StoredFile.objects.none()
    return {str(file.pk): file for file in rows}


def form_of(row: Submission) -> DossierForm:
    """The kind's form over what a record says, for a page that shows it.

    The record stays with its dossier as it was read, for whoever shows single values of it.
    """
    kind = kinds.get(row.kind)
    return kind.form(instance=copy(getattr(row, kind.accessor)))


def read_records(rows: Iterable[Submission]) -> None:
    """Read with each dossier its record and what its kind's readiness reads beside it.

    For each kind among them one query, and one for each of those relations.
    """
    by_kind: dict[str, list[Submission]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for code, own in by_kind.items():
        kind = kinds.get(code)
        beside = [f"{kind.accessor}__{name}" for name in kind.ready_beside]
        prefetch_related_objects(own, kind.accessor, *beside)


def once_read(row: Submission, name: str, read: Callable[[], Read]) -> Read:
    """Return what `read` gave the first time for a dossier as it was read: several parts of its
    page need it, and none knows of the others."""
    kept = row.__dict__
    if name not in kept:
        kept[name] = read()
    found: Read = kept[name]
    return found


def photos(row: Submission) -> list[str]:
    """Ids of a dossier's photos in their order; one query."""
    return attached(row, Purpose.PHOTO)


def attached(row: Submission, purpose: str) -> list[str]:
    """Ids of a dossier's files of one purpose, in their order; one query."""
    rows = row.attachments.filter(purpose=purpose).order_by("position")
    return [str(key) for key in rows.values_list("file", flat=True)]


def may_open_file(user: Any, file: StoredFile) -> bool:
    """Gate of the files room: attached to a dossier `user` may see, or a photo of a published
    one."""
    attached = Attachment.objects.filter(file=file)
    if attached.filter(submission__in=Submission.objects.visible_to(user)).exists():
        return True
    if attached.filter(submission__state=State.PUBLISHED, purpose=Purpose.PHOTO).exists():
        return True
    # A file of a proposed change hangs on no record yet.
    pending = pending_revisions(user).filter(proposed_by=file.owner)
    return any(str(file.pk) in json.dumps(row.changes) for row in pending)


def files_of_changes(changes: dict[str, list[Any]], form: DossierForm) -> QuerySet[StoredFile]:
    """Return the files a proposed change would add."""
    added = [
        key
        for name, (before, after) in changes.items()
        if isinstance(form.fields.get(name), FilesField)
        for key in after or []
        if key not in (before or [])
    ]
    return StoredFile.objects.filter(pk__in=added)


# The moves of a dossier that goes well, in their order; a kind has some of them.
FORWARD = ("submit", "endorse", "verify", "approve", "publish")


@dataclass(frozen=True)
class History:
    """The way of a dossier: its moves, what is still ahead, what the last submission changed."""

    moves: list[MoveLog]
    ahead: list[str]
    changed_since_return: list[values.Difference]


def history(row: Submission, form: DossierForm, *, clear: bool = False) -> History:
    """Return the moves of a dossier and the difference between its last two submissions, in the
    words of its `form`, with contacts masked unless `clear`."""
    moves = list(MoveLog.objects.of(row).select_related("user"))
    # What was submitted once cannot have changed since.
    again = sum(move.move == "submit" for move in moves) > 1
    kept = snapshots(row) if again else []
    if len(kept) < 2:
        return History(moves, ahead(row), [])
    new, old = kept[:2]
    changed = values.changes(old.values, new.values)
    return History(moves, ahead(row), values.differences(form, changed, clear=clear))


def ahead(row: Submission) -> list[str]:
    """The steps still to come if all goes well; none once it has come to an end."""
    moves = {move.name: move for move in kinds.get(row.kind).moves}
    state, steps = row.state, []
    for name in FORWARD:
        if (move := moves.get(name)) is not None and state in move.from_:
            steps.append(str(move.label))
            state = move.to
    return steps
