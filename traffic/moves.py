"""The moves of a gap between two reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.moves.table import PAST_WORDS, Move, Moved, Moves
from portal.verdict import Verdict
from traffic import compared, rules
from traffic.enums import GapState

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from traffic.models import Gap


def _may_settle(row: Gap, actor: Actor) -> Verdict:
    return rules.may_allot(actor)


def _note_difference(row: Gap, moved: Moved) -> None:
    row.settled_at_difference = compared.difference_of(row)


def _forget_difference(row: Gap, moved: Moved) -> None:
    row.settled_at_difference = None


PAST_WORDS["assign_gap"] = _("Given to somebody to look into")
GAP_MOVES = Moves(
    Move(
        "settle_gap",
        _("Settle it"),
        _("Gap settled"),
        (GapState.OPEN,),
        GapState.SETTLED,
        _may_settle,
        reason=True,
        effects=(_note_difference,),
    ),
    Move(
        "reopen_gap",
        _("Look into it again"),
        _("Gap looked into again"),
        (GapState.SETTLED,),
        GapState.OPEN,
        _may_settle,
        reason=True,
        effects=(_forget_difference,),
    ),
)
