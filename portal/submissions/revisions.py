"""The moves of a revision: approved by the office, or taken back by who proposed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts.actor import Actor
from portal.moves.table import PAST_WORDS, Move, Moved, Moves
from portal.notices.domain import notify
from portal.submissions import rules
from portal.submissions.enums import RevisionState
from portal.verdict import Verdict

if TYPE_CHECKING:
    from portal.submissions.models import Revision

APPROVED = gettext_noop("Your change of “%(title)s” was approved and is online.")
REFUSED = gettext_noop("Your change of “%(title)s” was not approved. Reason: %(note)s")


def name_moves() -> None:
    """Name what changes leave in a timeline, which may show one before any revision is opened."""
    PAST_WORDS.update(
        {
            "live": _("Changed at once"),
            "propose": _("Change proposed"),
            "revise": _("Change taken over"),
            "absorb": _("Another dossier merged into it"),
            "forget": _("Personal values of who left taken out"),
        }
    )


def _is_office(row: Revision, actor: Actor) -> Verdict:
    return rules.is_office(row.submission, actor)


def _is_applicant(row: Revision, actor: Actor) -> Verdict:
    return rules.is_applicant(row.submission, actor)


def _mark(row: Revision, moved: Moved) -> None:
    row.decided_at = moved.at
    row.decided_by = moved.actor.user
    row.reason = moved.note


def _take_over(row: Revision, moved: Moved) -> None:
    from portal.submissions.domain import apply_revision

    apply_revision(revision=row, actor=moved.actor)


def _tell(row: Revision, moved: Moved) -> None:
    notify(
        recipients=[row.proposed_by],
        event=f"revision.{moved.move.name}",
        msgid=APPROVED if moved.move.name == "approve" else REFUSED,
        params={"title": row.submission.title, "note": moved.note},
        url=row.submission.get_absolute_url(),
        actor=moved.actor,
    )


PENDING = (RevisionState.PENDING,)
REVISION_MOVES = Moves(
    Move(
        "approve",
        _("Approve"),
        _("Approved"),
        PENDING,
        RevisionState.APPROVED,
        _is_office,
        effects=(_mark, _take_over, _tell),
    ),
    Move(
        "refuse",
        _("Refuse"),
        _("Refused"),
        PENDING,
        RevisionState.REFUSED,
        _is_office,
        reason=True,
        effects=(_mark, _tell),
    ),
    Move(
        "cancel",
        _("Take back"),
        _("Taken back"),
        PENDING,
        RevisionState.CANCELLED,
        _is_applicant,
        effects=(_mark,),
    ),
)
