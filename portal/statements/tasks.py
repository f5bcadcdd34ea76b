"""Celery: wake up and look."""

from celery import shared_task

from portal.statements import uploads


@shared_task
def sweep_uploads() -> int:
    """Forget uploads that nobody finished within a day."""
    return uploads.sweep()
