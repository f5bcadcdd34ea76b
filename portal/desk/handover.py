"""Who leaves hands open work to a successor; who is away names a deputy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import StandIn, User
from portal.audit.domain import record
from portal.desk import rules
from portal.moves.domain import lock, log_move
from portal.notices.domain import notify
from portal.submissions import kinds
from portal.submissions import queries as dossiers
from portal.submissions.enums import State
from portal.submissions.models import Submission, SubmissionQuerySet
from portal.verdict import RuleBroken, require

HANDED = gettext_noop("%(name)s handed over to you: %(filed)s filed, %(reviewed)s to review.")
AWAY = gettext_noop("You stand in for %(name)s from %(first)s to %(last)s.")
# What is over needs nobody to look after it.
OVER = (State.WITHDRAWN, State.REFUSED)


@dataclass(frozen=True)
class Handed:
    """How many dossiers changed hands: filed by the county office, and on the desk."""

    filed: int
    reviewed: int


def filed_by(leaver: User) -> SubmissionQuerySet:
    """Open dossiers `leaver` filed for a county office."""
    counties = leaver.memberships.filter(role=Role.OFFICIAL).values("county")
    return (
        Submission.objects.filter(owner=leaver, organisation__isnull=True, county__in=counties)
        .exclude(Q(state__in=OVER) | Q(kind__in=kinds.personal()))
        .order_by("pk")
    )


def on_desk_of(leaver: User) -> SubmissionQuerySet:
    """Dossiers `leaver` has to decide."""
    return Submission.objects.filter(dossiers.under_review(), reviewer=leaver).order_by("pk")


@transaction.atomic
def hand_over(*, leaver: User, successor: User, actor: Actor) -> Handed:
    """Give all open work of `leaver` to `successor` in one act.

    Locks each dossier. What the successor may not decide goes back to nobody's desk.
    Raises: RuleBroken when `actor` may not, or the successor does not hold the same roles.
    """
    require(rules.may_hand_over(leaver, actor))
    if not accounts.colleagues_of(leaver).filter(pk=successor.pk).exists():
        raise RuleBroken(_("Choose a colleague with the same role at the same place."))
    filed = [_give(row, successor, actor) for row in filed_by(leaver)]
    reviewed = [_reassign(row, successor, actor) for row in on_desk_of(leaver)]
    handed = Handed(len(filed), len(reviewed))
    record(
        actor=actor,
        act="desk.hand_over",
        subject=leaver,
        successor=successor.pk,
        filed=handed.filed,
        reviewed=handed.reviewed,
    )
    notify(
        recipients=[successor],
        event="desk.hand_over",
        msgid=HANDED,
        params={"name": str(leaver), "filed": handed.filed, "reviewed": handed.reviewed},
        url=reverse("desk"),
        actor=actor,
    )
    return handed


def _give(row: Submission, successor: User, actor: Actor) -> Submission:
    locked: Submission = lock(row)
    locked.owner = successor
    locked.version += 1
    locked.save(update_fields=["owner", "version"])
    log_move(locked, name="hand_over", from_state=locked.state, actor=actor)
    return locked


def _reassign(row: Submission, successor: User, actor: Actor) -> Submission:
    locked: Submission = lock(row)
    able = rules.may_have(locked, successor)
    locked.reviewer = successor if able else None
    locked.save(update_fields=["reviewer"])
    record(actor=actor, act="desk.assign", subject=locked, reviewer=locked.reviewer_id)
    return locked


@transaction.atomic
def stand_in(
    *, absent: User, deputy: User, first_day: date, last_day: date, actor: Actor
) -> StandIn:
    """Name who sees to the tasks of who is away, from the first to the last day.

    Raises: RuleBroken when `actor` may not, the deputy is no colleague, or somebody stands in
    already; ValidationError when the days are the wrong way round.
    """
    require(rules.may_hand_over(absent, actor))
    # One at a time: two overlapping ones could be named at the same moment.
    User.objects.select_for_update().get(pk=absent.pk)
    if not accounts.colleagues_of(absent).filter(pk=deputy.pk).exists():
        raise RuleBroken(_("Choose a colleague with the same role at the same place."))
    if last_day < clock.today():
        raise RuleBroken(_("These days are over."))
    row = StandIn(absent=absent, deputy=deputy, first_day=first_day, last_day=last_day)
    row.full_clean()
    taken = StandIn.objects.filter(absent=absent, first_day__lte=last_day, last_day__gte=first_day)
    if taken.exists():
        raise RuleBroken(_("Somebody stands in for these days already: end that first."))
    row.save()
    record(actor=actor, act="desk.stand_in", subject=absent, deputy=deputy.pk)
    notify(
        recipients=[deputy],
        event="desk.stand_in",
        msgid=AWAY,
        params={"name": str(absent), "first": str(first_day), "last": str(last_day)},
        url=reverse("desk"),
        actor=actor,
    )
    return row


@transaction.atomic
def end_stand_in(*, row: StandIn, actor: Actor) -> None:
    """End a stand-in before its last day. Raises: RuleBroken when `actor` may not."""
    require(rules.may_hand_over(row.absent, actor))
    record(actor=actor, act="desk.end_stand_in", subject=row.absent, deputy=row.deputy_id)
    row.delete()
