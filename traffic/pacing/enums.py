"""Choices of pacing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shape(models.TextChoices):
    """How a placement's impressions are spread over its days."""

    EVEN = "even", _("Even, 5 % ahead")
    FRONT = "front", _("Front-loaded, up to 40 % ahead at first")
    FESTIVAL = "festival", _("The campaign's festival curve")
    CUSTOM = "custom", _("Drawn by dates")


class Status(models.TextChoices):
    """Where a placement stands against its plan; derived, never stored. In order of urgency."""

    WILL_MISS = "will_miss", _("Will miss")
    PAUSED = "paused", _("Paused")
    BEHIND = "behind", _("Behind")
    ON_TIME = "on_time", _("On time")
    AHEAD = "ahead", _("Ahead of plan")
    REACHED = "reached", _("Reached")
    MISSED = "missed", _("Missed")
    WAITING = "waiting", _("Not begun, or no report yet")
    UNGIVEN = "ungiven", _("Nothing promised")
