"""Who may do what with a workbook, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.sheets.models import Verdict as RowVerdict
from portal.submissions import kinds
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.sheets.models import Intake


def may_act(intake: Intake, act: str, actor: Actor) -> Verdict:
    """Who brought it in, as long as they may file the kind, each act in its turn."""
    if actor.user is None or intake.owner_id != actor.user.pk:
        return no(_("Only who brought the workbook in can do this."))
    turn = {
        "check": intake.taken_at is None,
        "take_in": intake.checked_at is not None and intake.taken_at is None,
        "undo": intake.taken_at is not None and intake.undone_at is None,
        "submit": intake.taken_at is not None and intake.undone_at is None,
    }
    if not turn.get(act, False):
        return no(_("This workbook has moved on: look at its page again."))
    if act == "take_in" and not intake.of(RowVerdict.NEW, RowVerdict.CHANGED):
        return no(_("No row is new or changed: there is nothing to take in."))
    return kinds.get(intake.kind).may_file(actor) if act != "undo" else YES
