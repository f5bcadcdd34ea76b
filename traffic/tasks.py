"""Celery: wake up, and look which days are behind and what fell short."""

from celery import shared_task

from traffic import days
from traffic.makegood import domain as make_goods


@shared_task
def sweep_days() -> int:
    """Ask for every day that is behind to be closed."""
    return days.sweep()


@shared_task
def sweep_make_goods() -> int:
    """Judge windows that ended lately, and let lapse what nobody decided."""
    return make_goods.sweep()
