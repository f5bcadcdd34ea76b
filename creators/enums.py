"""Choices of the creator matrix."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a creator makes works about."""

    FOOD = "food", _("Food and produce")
    TRAVEL = "travel", _("Travel")
    CRAFT = "craft", _("Crafts and folk culture")
    FARM = "farm", _("Farming life")
    OTHER = "other", _("Other")


class TakeState(models.TextChoices):
    """Where a taken task stands."""

    TAKEN = "taken", _("Taken")
    HANDED_IN = "handed_in", _("Handed in")
    RETURNED = "returned", _("Returned for correction")
    ACCEPTED = "accepted", _("Accepted")
    CANCELLED = "cancelled", _("Given back")
