"""The acts on tasks and taken tasks."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from creators import queries, rules
from creators.models import Take, Task
from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.moves.domain import lock, log_move, refuse_if_older, transition
from portal.submissions import kinds
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require


@transaction.atomic
def publish_task(
    *, submission: Submission, name: str, wishes: str, due_on: date, actor: Actor
) -> Task:
    """Publish a task about a published dossier; the brief is its facts as they are now.

    Raises: RuleBroken.
    """
    require(rules.may_publish_task(actor))
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    require(rules.is_promotable(submission))
    if due_on < clock.today():
        raise RuleBroken(_("The day to hand in lies in the past."))
    facts = kinds.get(submission.kind).facts(submission.record)
    row = Task.objects.create(
        submission=submission,
        name=name,
        brief=[[str(fact.label), str(fact.value)] for fact in facts],
        wishes=wishes,
        due_on=due_on,
        published_by=actor.person,
        published_at=clock.now(),
    )
    record(actor=actor, act="task.publish", subject=row, dossier=submission.code)
    return row


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
        return queries.open_take(task, creator)
    log_move(row, name="create", from_state="", actor=actor)
    return row


@transaction.atomic
def hand_in(*, take: Take, link: str, work_id: str, actor: Actor, seen: int) -> Take:
    """Hand in the work by its link and number. Locks the taken task.

    Raises: SeenTooOld; RuleBroken.
    """
    row = lock(take)
    refuse_if_older(row, seen=seen)
    require(rules.is_taker(row, actor))
    row.link, row.work_id = link, work_id
    row.save(update_fields=["link", "work_id"])
    moved: Take = transition(row, "hand_in", actor=actor, seen=seen)
    return moved
