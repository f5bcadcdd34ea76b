"""What this room keeps of a person: the workbooks brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.personal import Kept
from portal.sheets.models import Intake

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User


def _intakes(user: User) -> QuerySet[Intake]:
    return Intake.objects.filter(owner=user).defer("rows", "checked", "files")


KEPT = Kept(
    _("Workbooks brought in"),
    (
        (_("File"), lambda row: row.name),
        (_("Kind"), lambda row: row.kind_label),
        (_("Uploaded at"), lambda row: row.created_at),
        (_("Taken in at"), lambda row: row.taken_at),
    ),
    _intakes,
)


def register() -> None:
    """Tell the privacy room."""
    personal.register_kept(KEPT)
