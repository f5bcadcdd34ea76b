"""The moves of an enrolment; every one that frees a seat hands it on in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.moves.table import Move, Moved, Moves
from training import rules
from training.enums import OPEN, SEATED, EnrolmentState

if TYPE_CHECKING:
    from training.models import Enrolment


def _clear_offer(row: Enrolment, moved: Moved) -> None:
    row.offer_until = None


def _set_offer(row: Enrolment, moved: Moved) -> None:
    from training.domain import OFFER_HOLDS

    row.offer_until = moved.at + OFFER_HOLDS


ENROLMENT_MOVES = Moves(
    Move(
        "accept",
        _("Take the seat"),
        _("Seat taken"),
        (EnrolmentState.OFFERED,),
        EnrolmentState.ENROLLED,
        rules.is_trainee,
        check=rules.offer_holds,
        effects=(_clear_offer,),
    ),
    Move(
        "cancel",
        _("Cancel my enrolment"),
        _("Enrolment cancelled"),
        OPEN,
        EnrolmentState.CANCELLED,
        rules.may_cancel,
        effects=(_clear_offer,),
    ),
    Move(
        "offer",
        _("Offer the seat"),
        _("Seat offered"),
        (EnrolmentState.WAITING,),
        EnrolmentState.OFFERED,
        rules.is_system,
        effects=(_set_offer,),
    ),
    Move(
        "lapse",
        _("Let the offer lapse"),
        _("Offer lapsed"),
        (EnrolmentState.OFFERED,),
        EnrolmentState.EXPIRED,
        rules.is_system,
        effects=(_clear_offer,),
    ),
)
# Leaving one of these frees a seat.
FREEING = frozenset(SEATED)
