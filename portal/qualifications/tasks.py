"""The turn of papers; beat calls it every morning."""

from celery import shared_task

from portal import clock
from portal.qualifications import reminding


@shared_task(name="portal.qualifications.tasks.ask_reminders")
def ask_reminders() -> int:
    """Ask for the reminders of the programme's present day; return of how many papers."""
    return reminding.ask_reminders(day=clock.today())
