"""Celery: wake up and look which days are behind."""

from celery import shared_task

from traffic import days


@shared_task
def sweep_days() -> int:
    """Ask for every day that is behind to be closed."""
    return days.sweep()
