"""The one door: nothing else in the portal writes a state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record_each
from portal.moves.models import MoveLog
from portal.moves.table import Move, Moved
from portal.verdict import RuleBroken, require

Row = TypeVar("Row", bound=models.Model)
Listener = Callable[[Any, MoveLog], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let a room above hear of everything that is logged, in the transaction of the act itself.

    It is told while the act is under way: the row may get its dates only afterwards.
    """
    _listeners.append(listener)


class SeenTooOld(RuleBroken):
    """The row moved on since its reader opened it; `since` says what happened, oldest first."""

    def __init__(self, since: list[MoveLog]) -> None:
        super().__init__("", code="seen")
        self.since = since

    def __str__(self) -> str:
        steps = "；".join(describe(log) for log in self.since)
        told = _("Since you opened this page: %(steps)s. Please look again before you decide.")
        unlogged = _("The content changed since you opened this page. Please look again.")
        return str(told) % {"steps": steps} if steps else str(unlogged)


def describe(log: MoveLog) -> str:
    """Return one logged move as a sentence: day and time, who, what."""
    return str(_("%(when)s %(who)s: %(what)s")) % {
        "when": log.at.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M"),
        "who": log.user or _("the system"),
        "what": log.label,
    }


def lock(row: models.Model) -> Any:
    """Return `row` read again under its lock; call inside a transaction."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def refuse_if_older(row: Any, *, seen: int) -> None:
    """Raise SeenTooOld unless `seen` is the version that stands in the database."""
    if seen != row.version:
        since = MoveLog.objects.of(row).filter(version__gt=seen).select_related("user")
        raise SeenTooOld(list(since))


@transaction.atomic
def transition(row: Row, move: str, *, actor: Actor, seen: int, note: str = "") -> Row:
    """Make one move of one row and return the row as it stands afterwards.

    Locks the row. `seen` is the version the reader saw. Writes the state, the log and the audit
    entry, and runs the move's effects, all in one transaction.
    Raises: SeenTooOld when the row moved on; RuleBroken when the move is not allowed.
    """
    locked: Any = lock(row)
    refuse_if_older(locked, seen=seen)
    verdict = require(locked.moves.judge(locked, move, actor))
    step: Move = locked.moves.get(move)
    if step.reason and not note.strip():
        raise RuleBroken(_("Please give the reason: the applicant will read it."), code="reason")
    moved = Moved(step, locked.state, actor, note.strip(), clock.now())
    locked.state = step.to
    locked.version += 1
    log_move(
        locked,
        name=moved.move.name,
        from_state=moved.from_state,
        actor=moved.actor,
        note=moved.note,
        role=verdict.role,
    )
    for effect in (*step.effects, *locked.moves.always):
        effect(locked, moved)
    locked.save()
    return locked


def log_move(
    row: Any, *, name: str, from_state: str, actor: Actor, note: str = "", role: str = ""
) -> None:
    """Write the log line and the audit entry of something that happened to `row`.

    `role` is the hat that allowed it; when no rule names one, the only or first hat worn.
    """
    log_each([row], name=name, from_state=from_state, actor=actor, note=note, role=role)


def log_each(
    rows: Sequence[Any],
    *,
    name: str,
    from_state: str,
    actor: Actor,
    note: str = "",
    role: str = "",
) -> None:
    """Log the same of many rows of one model at once; two queries, whatever their number."""
    hat = role or (actor.memberships[0].role if actor.memberships else "")
    logs = [
        MoveLog(
            subject_type=row._meta.label_lower,
            subject_id=str(row.pk),
            move=name,
            from_state=from_state,
            to_state=row.state,
            version=row.version,
            user=actor.user,
            role=hat,
            on_behalf_of=actor.on_behalf_of,
            note=note,
            at=clock.now(),
        )
        for row in rows
    ]
    MoveLog.objects.bulk_create(logs)
    record_each(
        actor=actor,
        act=name,
        role=hat,
        subjects=[
            (row, {"from_state": from_state, "to_state": row.state, "version": row.version})
            for row in rows
        ],
    )
    for row, log in zip(rows, logs, strict=True):
        for listener in _listeners:
            listener(row, log)
