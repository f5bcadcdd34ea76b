"""The moves of a creator's dossier and of a taken task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from creators import rules
from creators.enums import TakeState
from portal.moves.table import Move, Moved, Moves
from portal.notices.domain import notify
from portal.submissions import effects
from portal.submissions import rules as dossiers
from portal.submissions.enums import State
from portal.submissions.moves import dossier_moves

if TYPE_CHECKING:
    from creators.models import Take
    from portal.submissions.models import Submission

Effect = Callable[[Any, Moved], None]


def _mark_verified(row: Submission, moved: Moved) -> None:
    from creators.domain import mark_verified

    mark_verified(creator=row.creator)


def _mark_unverified(row: Submission, moved: Moved) -> None:
    row.creator.verified = False
    row.creator.save(update_fields=["verified"])


def _with_effect(move: Move, effect: Effect) -> Move:
    return replace(move, effects=(effect, *move.effects))


# The county verifies; the office has nothing to decide.
_DOSSIER = dossier_moves(endorsed=True)
CREATOR_MOVES = _DOSSIER.without("endorse", "approve", "refuse", "appeal", "publish").with_(
    _with_effect(_DOSSIER.get("suspend"), _mark_unverified),
    _with_effect(_DOSSIER.get("resume"), _mark_verified),
    Move(
        "verify",
        _("Verify"),
        _("Verified by the county"),
        (State.SUBMITTED,),
        State.PUBLISHED,
        dossiers.may_endorse,
        effects=(
            _mark_verified,
            effects.mark_decided,
            effects.mark_published,
            effects.tell_applicant,
        ),
    ),
)

TOLD = {
    "accept": gettext_noop("Your work for “%(task)s” was accepted."),
    "return": gettext_noop("Your work for “%(task)s” was returned: %(note)s"),
}


def _tell(row: Take, moved: Moved) -> None:
    notify(
        recipients=[row.creator.submission.owner],
        event=f"take.{moved.move.name}",
        msgid=TOLD[moved.move.name],
        params={"task": row.task.name, "note": moved.note},
        url=reverse("take", args=[row.pk]),
        actor=moved.actor,
    )


TAKE_MOVES = Moves(
    Move(
        "hand_in",
        _("Hand in"),
        _("Handed in"),
        (TakeState.TAKEN, TakeState.RETURNED),
        TakeState.HANDED_IN,
        rules.is_taker,
        check=rules.has_work,
    ),
    Move(
        "accept",
        _("Accept the work"),
        _("Work accepted"),
        (TakeState.HANDED_IN,),
        TakeState.ACCEPTED,
        rules.may_judge,
        effects=(_tell,),
    ),
    Move(
        "return",
        _("Return for correction"),
        _("Returned for correction"),
        (TakeState.HANDED_IN,),
        TakeState.RETURNED,
        rules.may_judge,
        reason=True,
        effects=(_tell,),
    ),
    Move(
        "give_back",
        _("Give the task back"),
        _("Task given back"),
        (TakeState.TAKEN, TakeState.RETURNED),
        TakeState.CANCELLED,
        rules.is_taker,
    ),
)
