"""The acts on gaps between two reports of one delivery: somebody looks into each, to its end."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.moves.domain import lock, log_move, refuse_if_older, transition
from portal.statements.models import Source
from portal.verdict import RuleBroken, require
from traffic import rules
from traffic.enums import GapState
from traffic.models import ComparedDay, Gap, Placement


@transaction.atomic
def assign_gap(
    *,
    placement: Placement,
    source: Source,
    owner: User,
    actor: Actor,
    note: str = "",
    seen: int = 0,
) -> Gap:
    """Let a person of the office look into a gap: the first, or another in their place.

    Locks the placement, so that one gap is opened once. `seen` is the version that was seen, 0 for
    none. Raises: RuleBroken, SeenTooOld.
    """
    require(rules.may_allot(actor))
    require(rules.may_allot(Actor.of(owner)))
    Placement.objects.select_for_update().get(pk=placement.pk)
    row = Gap.objects.filter(placement=placement, source=source).first()
    if row is None:
        if not ComparedDay.objects.filter(placement=placement, source=source).exists():
            raise RuleBroken(_("This report says nothing of the placement."))
        row = Gap.objects.create(
            placement=placement, source=source, owner=owner, opened_at=clock.now()
        )
        log_move(row, name="create", from_state="", actor=actor, note=note)
        return row
    row = lock(row)
    refuse_if_older(row, seen=seen)
    if row.state != GapState.OPEN:
        raise RuleBroken(_("This gap is settled; look into it again first."))
    row.owner = owner
    row.version += 1
    row.save(update_fields=["owner", "version"])
    log_move(row, name="assign_gap", from_state=row.state, actor=actor, note=note)
    return row


def move_gap(*, gap: Gap, move: str, actor: Actor, seen: int, note: str) -> Gap:
    """Settle a gap, or look into it again. Raises: RuleBroken, SeenTooOld."""
    return transition(gap, move, actor=actor, seen=seen, note=note)
