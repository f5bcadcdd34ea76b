"""Reads of the calendar; it is open to everyone signed in."""

from datetime import date

from django.db.models import QuerySet

from portal.campaigns.models import Campaign


def every() -> QuerySet[Campaign]:
    """All campaigns."""
    return Campaign.objects.all()


def running(first_day: date, last_day: date) -> QuerySet[Campaign]:
    """Campaigns that run on any day between two days, both included."""
    return Campaign.objects.filter(first_day__lte=last_day, last_day__gte=first_day)
