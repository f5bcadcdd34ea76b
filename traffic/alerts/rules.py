"""Who may do what with an alert."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.enums import Role
from portal.verdict import YES, Verdict, no, yes_as

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from traffic.alerts.models import Alert

# Longer than this nothing sleeps.
LONGEST = timedelta(days=60)


def may_handle(actor: Actor) -> Verdict:
    """Programme staff; officials read those of their county."""
    if actor.is_staff:
        return yes_as(Role.STAFF)
    return no(_("Only the programme office acknowledges and snoozes alerts."))


def is_undecided(alert: Alert) -> Verdict:
    """What ended, or somebody took on, is settled."""
    if alert.ended_on is not None:
        return no(_("This alert has ended: the condition no longer holds."))
    if alert.acknowledged_at is not None:
        return no(_("Somebody has acknowledged this alert already."))
    return YES


def may_sleep_until(day: date) -> Verdict:
    """From tomorrow on, two months at most."""
    if clock.today() < day <= clock.today() + LONGEST:
        return YES
    return no(_("Choose a day from tomorrow on, within the next 60 days."))
