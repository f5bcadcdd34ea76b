"""The digest's turn; beat calls it at half past eight."""

from celery import shared_task
from django.utils import timezone

from portal.home import domain


@shared_task(name="portal.home.tasks.ask_digests")
def ask_digests() -> int:
    """Ask for today's digests; return how many."""
    return domain.ask_digests(day=timezone.localdate())
