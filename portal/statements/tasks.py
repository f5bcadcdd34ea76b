"""Celery: wake up and look."""

from celery import shared_task

from portal.statements import inbox, uploads


@shared_task
def look_into_inbox() -> int:
    """Ask for what is new in the watched folder to be taken in."""
    return inbox.look()


@shared_task
def sweep_uploads() -> int:
    """Forget uploads that nobody finished within a day."""
    return uploads.sweep()
