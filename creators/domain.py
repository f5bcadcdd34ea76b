"""The acts on tasks and taken tasks."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from creators import queries, rules
from creators.models import Creator, Take, Task
from portal import clock, once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.moves.domain import lock, log_move, refuse_if_older, transition
from portal.submissions import kinds
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require


@transaction.atomic
def publish_task(
    *,
    submission: Submission,
    name: str,
    wishes: str,
    due_on: date,
    actor: Actor,
    form_key: uuid.UUID | None = None,
) -> Task:
    """Publish a task about a published dossier that is ready to be promoted today.

    The brief is its facts as they are now, in Chinese. The same form sent again gives the task it
    made. Locks the dossier. Raises: RuleBroken; ValidationError by field.
    """
    require(rules.may_publish_task(actor))
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    row = Task(submission=submission, name=name, wishes=wishes, due_on=due_on)
    first = once.first_of(row, form_key=form_key)
    if first is not None:
        return first
    require(rules.is_promotable(submission, clock.today()))
    if due_on < clock.today():
        raise RuleBroken(_("The day to hand in lies in the past."))
    row.brief = _brief(submission)
    row.published_by, row.published_at = actor.person, clock.now()
    row = once.insert(row, form_key=form_key)
    record(actor=actor, act="task.publish", subject=row, dossier=submission.code)
    return row


def _brief(submission: Submission) -> list[list[str]]:
    """Creators read Chinese, whatever language its publisher's pages are in."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = kinds.get(submission.kind).facts(submission.record)
        return [[str(fact.label), str(fact.value)] for fact in facts]


@transaction.atomic
def mark_verified(*, creator: Creator) -> None:
    """Note that a creator is verified; called by the moves that publish the dossier.

    Raises: RuleBroken when another verified creator has the same account number.
    """
    creator.verified = True
    try:
        with transaction.atomic():
            creator.save(update_fields=["verified"])
    except IntegrityError:
        other = queries.verified_with(creator.handle, but=creator)
        raise RuleBroken(
            _("“%(other)s” is verified with this account number already. Ask who it belongs to.")
            % {"other": other and f"{other} {other.submission.code}"}
        ) from None


@transaction.atomic
def take_task(*, task: Task, actor: Actor) -> Take:
    """Put a task into the hands of the acting creator; taking twice takes once.

    Raises: RuleBroken when the creator is not verified or the time is over.
    """
    creator = queries.own_creator(actor)
    require(rules.may_take(task, creator))
    assert creator is not None  # noqa: S101 - may_take has asked
    try:
        with transaction.atomic():
            row = Take.objects.create(task=task, creator=creator, taken_at=clock.now())
    except IntegrityError:
        known = queries.open_take(task, creator)
        if known is None:
            raise
        return known
    log_move(row, name="create", from_state="", actor=actor)
    return row


@transaction.atomic
def hand_in(*, take: Take, link: str, work_id: str, actor: Actor, seen: int) -> Take:
    """Hand in the work by its link and number; a work counts for one task. Locks the taken task.

    Raises: SeenTooOld; RuleBroken, with the field's name as its code when the work is at fault.
    """
    row = lock(take)
    refuse_if_older(row, seen=seen)
    require(rules.is_taker(row, actor))
    row.link, row.work_id = link, work_id
    try:
        with transaction.atomic():
            row.save(update_fields=["link", "work_id"])
    except IntegrityError:
        raise RuleBroken(
            _("This work was handed in already, for this or for another task."), code="work_id"
        ) from None
    moved: Take = transition(row, "hand_in", actor=actor, seen=seen)
    return moved


def follow_merge(loser: Submission, survivor: Submission, actor: Actor) -> None:
    """Let tasks about a dossier that was merged be about the other one; called by the merge.

    A brief keeps the facts it was published with.
    """
    for row in Task.objects.select_for_update().filter(submission=loser).order_by("pk"):
        row.submission = survivor
        row.save(update_fields=["submission"])
        record(actor=actor, act="task.follow", subject=row, loser=loser.code)
