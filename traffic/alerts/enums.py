"""Choices of alerts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an alert is about."""

    WILL_MISS = "will_miss", _("Will miss")
    DROP = "drop", _("Sudden drop")
    SPIKE = "spike", _("Sudden rise")
    LATE = "late", _("Report is late")
    OVER = "over", _("Over-delivered")
    CAP = "cap", _("Daily cap reached")
    REMAINING = "remaining", _("Little remains")


class AlertState(models.TextChoices):
    """Where an alert stands; derived from its days, never stored."""

    OPEN = "open", _("Not acknowledged")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SNOOZED = "snoozed", _("Snoozed")
    ENDED = "ended", _("Ended")
