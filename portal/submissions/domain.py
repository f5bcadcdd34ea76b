"""The acts on a dossier."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.bulk import overwrite, reserve_numbers
from portal.moves.domain import lock, log_each, log_move, refuse_if_older, transition
from portal.moves.models import MoveLog
from portal.submissions import completeness, kinds, queries, rules, values
from portal.submissions.enums import Purpose
from portal.submissions.models import Attachment, Remark, Revision, Snapshot, Submission
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from portal.submissions.forms import DossierForm

# Changes that a form saves by itself within so long of the last one are one change.
SITTING = timedelta(minutes=30)


@transaction.atomic
def file_draft(
    *, kind: kinds.Kind, form: DossierForm, actor: Actor, form_key: uuid.UUID
) -> Submission:
    """Make a dossier and its record from a valid form.

    A cadre may name the villager it is filed for; dossier, log and record keep it.
    The same `form_key` again returns the dossier made the first time (a double click).
    Raises: RuleBroken when `actor` may not file this kind.
    """
    require(kind.may_file(actor))
    actor = actor.for_villager(form.cleaned_data.get("filed_for", actor.on_behalf_of))
    try:
        with transaction.atomic():
            row = Submission.objects.create(
                code=form_key.hex,
                kind=kind.code,
                title=form.cleaned_data[form.title_field],
                owner=actor.user,  # type: ignore[misc]  # may_file refuses the system
                form_key=form_key,
                filed_for=actor.on_behalf_of,
                created_at=clock.now(),
                **_place(kind, form, actor),
            )
    except IntegrityError:
        return Submission.objects.get(form_key=form_key, owner=actor.user)
    row.code = _code(kind, row.pk)
    row.save(update_fields=["code", "words"])
    form.instance.submission = row
    form.save()
    _attach(row, form)
    log_move(row, name="create", from_state="", actor=actor)
    return row


def _code(kind: kinds.Kind, number: int) -> str:
    """The code is made of the row's own number: no counter to lock, no gap to explain."""
    return f"{kind.prefix}{number:06d}"


@transaction.atomic
def file_drafts(
    *,
    kind: kinds.Kind,
    forms: Sequence[DossierForm],
    actor: Actor,
    form_keys: Sequence[uuid.UUID] = (),
) -> list[Submission]:
    """Make many dossiers as `file_draft` makes one, in a number of queries that does not grow.

    Valid forms may leave what only the database can say to it: all are made, or none.
    Raises: RuleBroken when `actor` may not file this kind; IntegrityError when the database
    refuses one of them.
    """
    require(kind.may_file(actor))
    numbers = reserve_numbers(Submission, len(forms))
    keys = form_keys or [uuid.uuid4() for _form in forms]
    # Where the place follows from who files, it is worked out once.
    shared = queries.place_of(actor) if kind.place is None else None
    rows = [
        Submission(
            pk=number,
            code=_code(kind, number),
            kind=kind.code,
            title=form.cleaned_data[form.title_field],
            owner=actor.user,
            form_key=form_key,
            filed_for=actor.on_behalf_of,
            created_at=clock.now(),
            **(shared if shared is not None else _place(kind, form, actor)),
        )
        for number, form, form_key in zip(numbers, forms, keys, strict=True)
    ]
    Submission.objects.bulk_create(rows)
    for row, form in zip(rows, forms, strict=True):
        form.instance.submission = row
    kind.model._default_manager.bulk_create([form.instance for form in forms])
    kind.form.write_parts(forms)
    Attachment.objects.bulk_create(
        attachment
        for row, form in zip(rows, forms, strict=True)
        for attachment in _attachments(row, form)
    )
    log_each(rows, name="create", from_state="", actor=actor)
    return rows


def _place(kind: kinds.Kind, form: DossierForm, actor: Actor) -> dict[str, Any]:
    """Return county, city and organisation of what `actor` files."""
    return queries.place_of(actor) if kind.place is None else kind.place(form, actor)


@transaction.atomic
def save_draft(
    *,
    submission: Submission,
    form: DossierForm,
    actor: Actor,
    seen: int,
    by_itself: bool = False,
) -> Submission:
    """Write a valid form into a draft or a returned dossier.

    Locks the dossier. A form that saves itself (`by_itself`) leaves one line in the history for
    each sitting, not for each breath. Raises: SeenTooOld, RuleBroken.
    """
    row = lock(submission)
    refuse_if_older(row, seen=seen)
    role = require(rules.may_edit(row, actor)).role
    before = values.of_form(kinds.get(row.kind).form(instance=row.record))
    before["filed_for"] = row.filed_for
    if values.changes(before, values.cleaned(form)):
        if "filed_for" in form.fields:
            actor = actor.for_villager(form.cleaned_data["filed_for"])
            row.filed_for = actor.on_behalf_of
        _write(row, form, actor)
        if not (by_itself and _goes_on(row, actor)):
            log_move(row, name="edit", from_state=row.state, actor=actor, role=role)
    return row


@transaction.atomic
def save_drafts(
    *, kind: kinds.Kind, forms: Sequence[DossierForm], actor: Actor, seen: Sequence[int]
) -> list[Submission]:
    """Write valid forms into drafts or returned dossiers as `save_draft` writes one, in a number
    of queries that grows with those alone whose files change; return the dossiers as they then
    stand, in the order of the forms.

    Each form changes something, and none asks for whom it is filed; what only the database can say
    may be left to it. All are written, or none. Locks the dossiers in the order of their ids.
    Raises: SeenTooOld, RuleBroken; IntegrityError when the database refuses one of them.
    """
    locked = Submission.objects.select_for_update(of=("self",)).select_related("county")
    found = locked.order_by("pk").in_bulk([form.instance.pk for form in forms])
    rows = [found[form.instance.pk] for form in forms]
    alike: dict[tuple[str, str], list[Submission]] = {}
    for row, form, version in zip(rows, forms, seen, strict=True):
        refuse_if_older(row, seen=version)
        role = require(rules.may_edit(row, actor)).role
        alike.setdefault((row.state, role), []).append(row)
        _follow(row, form, actor)
    overwrite(rows)
    overwrite([form.instance for form in forms])
    kind.form.write_parts(forms)
    for row, form in zip(rows, forms, strict=True):
        files = {name: [str(file.pk) for file in form.cleaned_data[name]] for name in _held(form)}
        if any(form.initial[name] != keys for name, keys in files.items()):
            _attach(row, form)
    for (state, role), some in alike.items():
        log_each(some, name="edit", from_state=state, actor=actor, role=role)
    return rows


def _goes_on(row: Submission, actor: Actor) -> bool:
    """Whether the last thing that happened is the same person's, within this sitting."""
    last = MoveLog.objects.of(row).order_by("-pk").first()
    return (
        last is not None
        and last.move in {"create", "edit"}
        and last.user_id == actor.person.pk
        and clock.now() - last.at < SITTING
    )


def _write(row: Submission, form: DossierForm, actor: Actor) -> None:
    _follow(row, form, actor)
    form.save()
    _attach(row, form)
    row.save()


def _follow(row: Submission, form: DossierForm, actor: Actor) -> None:
    """Let the dossier say what its record now says, as its next version."""
    kind = kinds.get(row.kind)
    # A record that names its own county takes the dossier along: its scope must never lag behind.
    for name, value in (kind.place(form, actor) if kind.place else {}).items():
        setattr(row, name, value)
    row.title = form.cleaned_data[form.title_field]
    row.version += 1


def _held(form: DossierForm) -> list[str]:
    """Which files the form holds."""
    return [purpose for purpose in Purpose.values if purpose in form.fields]


def _attach(row: Submission, form: DossierForm) -> None:
    """Make the attachments those the form holds, in its order."""
    row.attachments.filter(purpose__in=_held(form)).delete()
    Attachment.objects.bulk_create(_attachments(row, form))


def _attachments(row: Submission, form: DossierForm) -> list[Attachment]:
    return [
        Attachment(submission=row, file=file, purpose=purpose, position=position)
        for purpose in _held(form)
        for position, file in enumerate(form.cleaned_data[purpose])
    ]


def keep_snapshot(*, submission: Submission, at: datetime) -> None:
    """Keep the values as they are being submitted; called by the submit move under its lock."""
    form = kinds.get(submission.kind).form(instance=submission.record)
    Snapshot.objects.create(
        submission=submission, version=submission.version, values=values.of_form(form), at=at
    )


@transaction.atomic
def return_submission(
    *,
    submission: Submission,
    remarks: list[tuple[str, str, str]],
    note: str,
    actor: Actor,
    seen: int,
) -> Submission:
    """Send a dossier back with all its defects at once: (field, reason code, text) of each.

    Locks the dossier. Raises: SeenTooOld; RuleBroken also when nothing is remarked.
    """
    if not remarks and not note.strip():
        raise RuleBroken(_("Mark at least one field or write a general remark."))
    row = transition(submission, "return", actor=actor, seen=seen, note=note)
    Remark.objects.bulk_create(
        Remark(
            submission=row,
            version=row.version,
            field=field,
            reason=reason,
            text=text,
            author=actor.user,
            created_at=clock.now(),
        )
        for field, reason, text in remarks
    )
    return row


@transaction.atomic
def change_published(
    *, submission: Submission, form: DossierForm, actor: Actor, seen: int
) -> tuple[list[str], Revision | None]:
    """Change a published record from a valid form.

    Live fields change at once and are logged; everything else becomes a revision that waits for
    review while the live record stays. Locks the dossier.
    Returns the names of the live fields changed, and the revision or None.
    Raises: SeenTooOld; RuleBroken, also when another revision is waiting.
    """
    row = lock(submission)
    refuse_if_older(row, seen=seen)
    role = require(rules.may_revise(row, actor)).role
    before = values.of_form(kinds.get(row.kind).form(instance=row.record))
    changed = values.changes(before, values.cleaned(form))
    live = {name: pair for name, pair in changed.items() if _is_live(row, form, name, pair)}
    other = {name: pair for name, pair in changed.items() if name not in live}
    if live:
        _apply(row, live, actor)
        log_move(row, name="live", from_state=row.state, actor=actor, role=role)
    return list(live), _propose(row, other, actor, role) if other else None


def _is_live(row: Submission, form: DossierForm, name: str, pair: list[Any]) -> bool:
    """Whether the kind lets this field change at once, or the field itself this change of it.

    A field of several rows waits while a change of it is looked at: that one would put back what
    changed meanwhile.
    """
    if name in kinds.get(row.kind).live_fields:
        return True
    judge = getattr(form.fields[name], "is_live", None)
    if judge is None or not judge(*pair):
        return False
    pending = row.revisions.filter(decided_at__isnull=True).first()
    return pending is None or name not in pending.changes


def _apply(row: Submission, changed: dict[str, list[Any]], actor: Actor) -> None:
    """Write what `actor` changed into the live record, under the full check."""
    after = {name: pair[1] for name, pair in changed.items()}
    form = completeness.full_form(row, after, actor)
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        raise RuleBroken(str(first))
    _write(row, form, actor)


def _propose(row: Submission, changed: dict[str, list[Any]], actor: Actor, role: str) -> Revision:
    if row.revisions.filter(decided_at__isnull=True).exists():
        raise RuleBroken(_("A change is already waiting for review: take it back first."))
    revision = Revision.objects.create(
        submission=row,
        changes=changed,
        proposed_by=actor.user,  # type: ignore[misc]  # the rules refuse the system
        proposed_at=clock.now(),
    )
    log_move(revision, name="create", from_state="", actor=actor, role=role)
    row.version += 1
    row.save(update_fields=["version"])
    log_move(row, name="propose", from_state=row.state, actor=actor, role=role)
    return revision


def apply_revision(*, revision: Revision, actor: Actor) -> None:
    """Write an approved revision into its record; called by its approve move.

    Locks the dossier after the revision.
    """
    row = lock(revision.submission)
    _apply(row, revision.changes, Actor.of(revision.proposed_by))
    log_move(row, name="revise", from_state=row.state, actor=actor)
