"""Celery: wake up, look which days are behind, and at night have all figures checked."""

from celery import shared_task

from portal.accounts.actor import Actor
from traffic import days
from traffic.reconciling import keeping


@shared_task
def sweep_days() -> int:
    """Ask for every day that is behind to be closed."""
    return days.sweep()


@shared_task
def ask_reconciliation() -> int:
    """Ask for the nightly check of all figures; return the number of the work."""
    return keeping.ask(actor=Actor.system()).pk
