"""The acts of the desk."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.domain import record
from portal.desk import rules
from portal.desk.models import Letter, SavedView
from portal.moves.domain import lock
from portal.submissions.models import Conflict, Submission
from portal.verdict import RuleBroken, require

MOST_VIEWS = 12


@transaction.atomic
def assign(*, submission: Submission, reviewer: User, actor: Actor) -> Submission:
    """Put a dossier on a reviewer's desk. Locks the dossier.

    It is no move: nothing changes for the applicant, and what others have open stays valid.
    Raises: RuleBroken when the reviewer may not decide it or `actor` gives out no work.
    """
    row: Submission = lock(submission)
    require(rules.is_assignable(row, reviewer, actor))
    if row.reviewer_id != reviewer.pk:
        row.reviewer = reviewer
        row.save(update_fields=["reviewer"])
        record(actor=actor, act="desk.assign", subject=row, reviewer=reviewer.pk)
    return row


@transaction.atomic
def assign_to_least(*, submission: Submission, load: dict[int, int], actor: Actor) -> Submission:
    """Put a dossier on the desk of who has least open and may decide it.

    `load` maps reviewers to their open dossiers and is kept up to date, so that a row of calls
    shares the work evenly. Raises: RuleBroken when nobody may.
    """
    require(rules.may_assign(actor))
    able = [
        reviewer
        for reviewer in User.objects.filter(pk__in=load).order_by("pk")
        if rules.is_assignable(submission, reviewer, actor)
    ]
    if not able:
        raise RuleBroken(_("Nobody who is there today may decide this."))
    least = min(able, key=lambda reviewer: (load[reviewer.pk], reviewer.pk))
    row = assign(submission=submission, reviewer=least, actor=actor)
    load[least.pk] += 1
    return row


@transaction.atomic
def declare_interest(*, submission: Submission, reason: str, actor: Actor) -> Conflict:
    """Write down that the dossier touches an interest of one's own; a colleague decides.

    Locks the dossier and takes it off one's desk. It cannot be taken back.
    Raises: RuleBroken when it was declared before or `actor` reviews nothing.
    """
    row: Submission = lock(submission)
    require(rules.may_review(actor))
    try:
        with transaction.atomic():
            conflict = Conflict.objects.create(
                submission=row, user=actor.person, reason=reason, declared_at=clock.now()
            )
    except IntegrityError:
        raise RuleBroken(_("You have declared this already.")) from None
    if row.reviewer_id == actor.person.pk:
        row.reviewer = None
        row.save(update_fields=["reviewer"])
    record(actor=actor, act="desk.declare_interest", subject=row)
    return conflict


@transaction.atomic
def keep_view(*, name: str, query: str, actor: Actor) -> SavedView:
    """Keep a filter under a name; the same name again changes its filter.

    Raises: RuleBroken when there are too many.
    """
    user = actor.person
    if SavedView.objects.filter(user=user).exclude(name=name).count() >= MOST_VIEWS:
        raise RuleBroken(_("You keep twelve views already: remove one first."))
    view, _made = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": query}
    )
    return view


def drop_view(*, view: SavedView) -> None:
    """Forget a kept filter."""
    view.delete()


@transaction.atomic
def write_letter(*, letter: Letter, actor: Actor) -> Letter:
    """Write a new or changed template. Raises: RuleBroken, ValidationError."""
    require(rules.may_assign(actor))
    letter.full_clean()
    letter.save()
    record(actor=actor, act="desk.letter", subject=letter, reason=letter.reason)
    return letter
