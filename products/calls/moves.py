"""The moves of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.moves.table import Move, Moved, Moves
from products.calls import rules
from products.calls.enums import EntryState

if TYPE_CHECKING:
    from products.calls.models import Entry


def _mark_decided(row: Entry, moved: Moved) -> None:
    row.decided_at = moved.at
    row.reason = moved.note


def _clear_decision(row: Entry, moved: Moved) -> None:
    row.decided_at = None
    row.reason = ""


ENTRY_MOVES = Moves(
    Move(
        "select",
        _("Select"),
        _("Selected"),
        (EntryState.PUT, EntryState.NOT_SELECTED),
        EntryState.SELECTED,
        rules.is_office,
        check=rules.is_published,
        effects=(_mark_decided,),
    ),
    Move(
        "pass_over",
        _("Do not select"),
        _("Not selected"),
        (EntryState.PUT, EntryState.SELECTED),
        EntryState.NOT_SELECTED,
        rules.is_office,
        check=rules.is_in_no_order,
        reason=True,
        effects=(_mark_decided,),
    ),
    Move(
        "take_out",
        _("Take the product back"),
        _("Taken back by the county"),
        (EntryState.PUT, EntryState.SELECTED),
        EntryState.WITHDRAWN,
        rules.is_county,
        check=rules.is_in_no_order,
        effects=(_clear_decision,),
    ),
    Move(
        "fold",
        _("Fold into another entry"),
        _("Goes on in the entry of the product it was merged into"),
        (EntryState.PUT, EntryState.SELECTED, EntryState.NOT_SELECTED),
        EntryState.WITHDRAWN,
        rules.is_system,
        check=rules.is_in_no_order,
        effects=(_clear_decision,),
    ),
)
