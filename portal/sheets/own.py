"""What this room keeps of a person: the workbooks brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.personal import Kept
from portal.sheets.models import Intake, KnownHeading

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from portal.accounts.actor import Actor
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


def _before(moment: datetime) -> QuerySet[Intake]:
    """What was taken in stays as dossiers."""
    return Intake.objects.filter(created_at__lt=moment)


def _forget(user: User, actor: Actor) -> None:
    """A workbook holds whatever stood in it, contacts of others too."""
    Intake.objects.filter(owner=user).delete()
    KnownHeading.objects.filter(user=user).delete()


def register() -> None:
    """Tell the privacy room."""
    personal.register_kept(KEPT)
    personal.register_clearing("workbooks", _before)
    personal.register_forgetting(_forget)
