"""The daily sweep of what is over; beat calls it every night."""

from celery import shared_task

from portal.privacy import domain


@shared_task(name="portal.privacy.tasks.clear_what_is_over")
def clear_what_is_over() -> None:
    """Ask for the clearing of each kind of row that has a period."""
    domain.ask_for_clearing()
