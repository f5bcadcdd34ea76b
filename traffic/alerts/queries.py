"""Composed reads of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from traffic.alerts.enums import AlertState
from traffic.alerts.models import NAMES, Alert

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User


def alerts(user: User) -> QuerySet[Any]:
    """Alerts `user` may see, with their state and what a list shows."""
    return (
        Alert.objects.visible_to(user)
        .with_state()
        .select_related(*NAMES, "acknowledged_by", "snoozed_by")
    )


def open_alerts(actor: Actor) -> QuerySet[Any]:
    """Those the actor sees that nobody has acknowledged and that do not sleep, newest first."""
    return alerts(actor.person).filter(state=AlertState.OPEN).order_by("-pk")
