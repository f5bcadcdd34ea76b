"""Composed reads of the creator matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from creators.enums import TakeState
from creators.models import Creator, Take, TakeQuerySet, Task
from portal.accounts.models import User
from portal.submissions.kinds import Fact
from portal.submissions.models import Submission, SubmissionQuerySet

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def creators() -> QuerySet[Creator]:
    """Verified creators; the public directory. Who closed the account is not in it."""
    return Creator.objects.filter(submission__in=directory()).select_related(
        "submission__county", "submission__city"
    )


def directory() -> SubmissionQuerySet:
    """The dossiers of the same with their records: they are counted by an index of dossiers."""
    # Who left is looked for among those who left, who are few; not each creator's own account.
    left = User.objects.filter(is_active=False).values("pk")
    rows = Submission.objects.published().filter(~Q(owner__in=left), kind="creator")
    return rows.select_related("creator", "county", "city")


def tasks() -> QuerySet[Task]:
    """Every task with what it is about; open to everyone signed in."""
    return Task.objects.select_related("submission__county", "submission__city")


def promotable(user: User) -> SubmissionQuerySet:
    """Published dossiers a task can be about."""
    return Submission.objects.visible_to(user).published().exclude(kind="creator")


def own_creator(actor: Actor) -> Creator | None:
    """The acting person's verified creator file, if there is one."""
    if actor.user is None:
        return None
    return creators().filter(submission__owner=actor.user).first()


def verified_with(handle: str, *, but: Creator) -> Creator | None:
    """The verified creator with that account number, `but` left out."""
    rows = Creator.objects.filter(verified=True, handle__iexact=handle).exclude(pk=but.pk)
    return rows.select_related("submission").first()


def open_take(task: Task, creator: Creator | None) -> Take | None:
    """The creator's take of a task that is not given back."""
    return (
        Take.objects.exclude(state=TakeState.CANCELLED).filter(task=task, creator=creator).first()
    )


def takes(user: User) -> TakeQuerySet:
    """Taken tasks `user` may see."""
    return Take.objects.visible_to(user).select_related(
        "task__submission", "creator__submission__county", "creator__submission__owner"
    )


def to_judge(user: User) -> TakeQuerySet:
    """Works that wait for the office, oldest first."""
    return takes(user).filter(state=TakeState.HANDED_IN).order_by("pk")


def to_hand_in(user: User) -> TakeQuerySet:
    """Works that `user` has still to make or to mend, due first."""
    return (
        takes(user)
        .filter(creator__submission__owner=user, state__in=[TakeState.TAKEN, TakeState.RETURNED])
        .order_by("task__due_on", "pk")
    )


def facts(record: Creator) -> list[Fact]:
    """What a list shows of a creator, empty lines left out."""
    lines = [
        Fact("topic", _("Topic"), record.get_topic_display()),
        Fact("handle", _("Account number"), record.handle),
        Fact("introduction", _("about you"), record.introduction),
    ]
    return [line for line in lines if line.value]
