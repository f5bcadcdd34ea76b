"""The moves of an enrolment; every one that frees a seat hands it on in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.moves.table import Move, Moved, Moves
from portal.notices.domain import notify
from training import rules
from training.enums import OPEN, EnrolmentState

if TYPE_CHECKING:
    from training.models import Enrolment

OFFER_HOLDS = timedelta(hours=24)
REMOVED = gettext_noop(
    "The programme office cancelled your enrolment in “%(course)s”. Reason: %(note)s"
)


def _clear_offer(row: Enrolment, moved: Moved) -> None:
    row.offer_until = None


def _set_offer(row: Enrolment, moved: Moved) -> None:
    """The offer holds for its hours, but never beyond the beginning of the class."""
    row.offer_until = min(moved.at + OFFER_HOLDS, row.session.starts_at)


def _tell_removed(row: Enrolment, moved: Moved) -> None:
    notify(
        recipients=[row.trainee],
        event="class.removed",
        msgid=REMOVED,
        params={"course": row.session.course.name, "note": moved.note},
        url=reverse("class", args=[row.session_id]),
        actor=moved.actor,
    )


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
        rules.is_trainee,
        effects=(_clear_offer,),
    ),
    Move(
        "remove",
        _("Cancel this enrolment"),
        _("Enrolment cancelled by the office"),
        OPEN,
        EnrolmentState.CANCELLED,
        rules.is_office,
        reason=True,
        effects=(_clear_offer, _tell_removed),
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
