"""What this room keeps of a person: the keys that act for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.api.models import Delivery, Key
from portal.api.remembered import older
from portal.personal import Kept

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from portal.accounts.actor import Actor
    from portal.accounts.models import User


def _keys(user: User) -> QuerySet[Key]:
    return Key.objects.filter(owner=user).select_related("county", "city")


KEPT = Kept(
    _("API keys that act for me"),
    (
        (_("Name"), lambda row: row.name),
        (_("What it may do"), lambda row: gettext(", ").join(row.scope_words)),
        (_("Where"), lambda row: row.region_words),
        (_("Valid until"), lambda row: row.last_day),
        (_("Last used"), lambda row: row.last_used_at),
        (_("Revoked at"), lambda row: row.revoked_at),
    ),
    _keys,
)


def _old_deliveries(moment: datetime) -> QuerySet[Delivery]:
    """The log of what went out; what waits goes on waiting."""
    return Delivery.objects.filter(created_at__lt=moment).exclude(state="waiting")


def _revoke(user: User, actor: Actor) -> None:
    """Nobody acts any more for whom is gone."""
    Key.objects.filter(owner=user, revoked_at__isnull=True).update(revoked_at=timezone.now())


def register() -> None:
    """Tell the privacy room."""
    personal.register_kept(KEPT)
    personal.register_clearing("webhooks", _old_deliveries)
    personal.register_clearing("answers", older)
    personal.register_forgetting(_revoke)
