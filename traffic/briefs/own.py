"""What the brief's room keeps of a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.personal import Kept
from traffic.briefs.models import BriefSent, BriefSubscription
from traffic.briefs.scopes import name_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.actor import Actor
    from portal.accounts.models import User

KEPT = Kept(
    _("Weekly briefs you asked for"),
    (
        (_("Brief of"), lambda row: name_of(row.scope)),
        (_("Since"), lambda row: row.since),
    ),
    lambda user: BriefSubscription.objects.visible_to(user).order_by("-pk"),
)


def forget_briefs(user: User, actor: Actor) -> None:
    """What was asked for and sent goes with the account."""
    BriefSubscription.objects.filter(user=user).delete()
    BriefSent.objects.filter(user=user).delete()


def _sent_before(moment: datetime) -> QuerySet[BriefSent]:
    return BriefSent.objects.filter(at__lt=moment)


def register() -> None:
    """Say this to the registries of personal data."""
    personal.register_kept(KEPT)
    personal.register_forgetting(forget_briefs)
    # As long as the notice that it was sent with.
    personal.register_clearing("notices", _sent_before)
