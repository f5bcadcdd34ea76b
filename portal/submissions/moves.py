"""The moves every dossier shares; a kind takes the table as it is or changes single moves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.moves.table import Move, Moves
from portal.submissions import effects, rules
from portal.submissions.enums import BEFORE_DECISION, LIVING, State

# The moves by which a county acts on what was submitted; a table without any goes straight to
# the office.
COUNTY_MOVES = frozenset({"endorse", "verify"})


def county_acts(moves: Moves) -> bool:
    """True when what is submitted waits for the county first."""
    return any(move.name in COUNTY_MOVES for move in moves)


def dossier_moves(*, endorsed: bool, merged: bool = False) -> Moves:
    """Return the table of a kind that a county endorses first, or that goes straight to the
    office; `merged` for kinds of which two may turn out to be one thing."""
    at_office = (State.ENDORSED,) if endorsed else (State.SUBMITTED,)
    endorse = Move(
        "endorse",
        _("Endorse"),
        _("Endorsed by the county"),
        (State.SUBMITTED,),
        State.ENDORSED,
        rules.may_endorse,
        effects=(effects.mark_endorsed, effects.tell_applicant),
        days=5,
    )
    merge = Move(
        "merge",
        _("Merge"),
        _("Merged into another dossier"),
        LIVING,
        State.MERGED,
        rules.may_merge,
        reason=True,
        effects=(effects.mark_closed, effects.tell_merged),
    )
    return Moves(
        Move(
            "submit",
            _("Submit for review"),
            _("Submitted for review"),
            (State.DRAFT, State.RETURNED),
            State.SUBMITTED,
            rules.is_applicant,
            check=rules.is_complete,
            effects=(effects.mark_submitted, effects.tell_next_reviewers),
            days=3,
        ),
        *([endorse] if endorsed else []),
        Move(
            "return",
            _("Return for correction"),
            _("Returned for correction"),
            tuple({State.SUBMITTED, *at_office}),
            State.RETURNED,
            rules.may_return,
            effects=(effects.clear_review, effects.tell_applicant),
        ),
        Move(
            "approve",
            _("Approve"),
            _("Approved"),
            at_office,
            State.APPROVED,
            rules.may_decide,
            effects=(effects.mark_decided, effects.tell_applicant),
        ),
        Move(
            "refuse",
            _("Refuse"),
            _("Refused"),
            at_office,
            State.REFUSED,
            rules.may_decide,
            reason=True,
            effects=(effects.mark_decided, effects.tell_applicant),
        ),
        Move(
            "appeal",
            _("Appeal"),
            _("Appealed"),
            (State.REFUSED,),
            at_office[0],
            rules.may_appeal,
            reason=True,
            effects=(effects.mark_appealed, effects.tell_next_reviewers),
            days=10,
        ),
        Move(
            "publish",
            _("Publish"),
            _("Published"),
            (State.APPROVED,),
            State.PUBLISHED,
            rules.is_office,
            effects=(effects.mark_published, effects.tell_applicant),
        ),
        Move(
            "suspend",
            _("Take offline"),
            _("Taken offline"),
            (State.PUBLISHED,),
            State.SUSPENDED,
            rules.is_office,
            reason=True,
            effects=(effects.tell_applicant,),
        ),
        Move(
            "resume",
            _("Put online again"),
            _("Put online again"),
            (State.SUSPENDED,),
            State.PUBLISHED,
            rules.is_office,
            effects=(effects.tell_applicant,),
        ),
        Move(
            "withdraw",
            _("Withdraw"),
            _("Withdrawn by the applicant"),
            BEFORE_DECISION,
            State.WITHDRAWN,
            rules.is_applicant,
            effects=(effects.mark_closed,),
        ),
        *([merge] if merged else []),
        always=(effects.run_clock,),
    )
