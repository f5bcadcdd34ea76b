"""Celery: wake up, look which days are behind and what fell short, and have figures checked."""

from celery import shared_task

from portal.accounts.actor import Actor
from traffic import days
from traffic.alerts import domain as alerts
from traffic.briefs import sending as briefs
from traffic.makegood import domain as make_goods
from traffic.pacing import queries as pacing
from traffic.pacing import told
from traffic.reconciling import keeping


@shared_task
def sweep_days() -> int:
    """Ask for every day that is behind to be closed."""
    return days.sweep()


@shared_task
def renew_pacing() -> int:
    """Make anew what boards and lists tell of pacing, as seasons and closings stand by now; return
    of how many placements."""
    pacing.look_ahead()
    return len(told.renew().places.key)


@shared_task
def sweep_make_goods() -> int:
    """Judge windows that ended lately, and let lapse what nobody decided."""
    return make_goods.sweep()


@shared_task
def ask_reconciliation() -> int:
    """Ask for the nightly check of all figures; return the number of the work."""
    return keeping.ask(actor=Actor.system()).pk


@shared_task
def ask_alerts() -> None:
    """Ask for what stands out on a new day to be looked for."""
    alerts.ask()


@shared_task
def ask_briefs() -> int:
    """Ask for the weekly briefs that somebody lacks to be sent; return of how many scopes."""
    return briefs.ask()
