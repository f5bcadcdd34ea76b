"""The moves of a make-good. The portal proposes it; one person may adjust, another approves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.moves.table import PAST_WORDS, Move, Moved, Moves
from traffic.makegood import effects, rules
from traffic.makegood.enums import MakeGoodState

if TYPE_CHECKING:
    from traffic.makegood.models import MakeGood

PROPOSED, WITHDRAWN = MakeGoodState.PROPOSED, MakeGoodState.WITHDRAWN


def _mark_decided(row: MakeGood, moved: Moved) -> None:
    row.decided_by, row.decided_at = moved.actor.person, moved.at


MOVES = Moves(
    Move(
        "make_good",
        _("Approve and move the impressions"),
        _("Made good"),
        (PROPOSED,),
        MakeGoodState.APPROVED,
        rules.may_approve,
        check=rules.can_be_given,
        effects=(_mark_decided, effects.give, effects.tell_county),
    ),
    Move(
        "decline",
        _("Refuse"),
        _("Refused"),
        (PROPOSED,),
        MakeGoodState.REFUSED,
        rules.may_handle,
        reason=True,
        effects=(_mark_decided, effects.tell_county),
    ),
    Move(
        "run_out",
        _("Lapse"),
        _("Lapsed: nobody decided in time"),
        (PROPOSED,),
        MakeGoodState.LAPSED,
        rules.is_portal,
        effects=(effects.tell_county,),
    ),
    Move(
        "close_gap",
        _("Withdraw the proposal"),
        _("Withdrawn: later figures closed the shortfall"),
        (PROPOSED,),
        WITHDRAWN,
        rules.is_portal,
    ),
    Move(
        "reopen_gap",
        _("Propose again"),
        _("Proposed again: later figures opened the shortfall"),
        (WITHDRAWN,),
        PROPOSED,
        rules.is_portal,
    ),
)
PAST_WORDS.update(
    {
        "propose": _("Proposed after the close"),
        "refigure": _("Proposal follows corrected figures"),
        "adjust": _("Adjusted"),
    }
)
