"""Reads of the calendar; it is open to everyone signed in."""

from django.db.models import QuerySet

from portal.campaigns.models import Campaign


def every() -> QuerySet[Campaign]:
    """All campaigns."""
    return Campaign.objects.all()
