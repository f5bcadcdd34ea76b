"""Choices of rural tourism."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpotCategory(models.TextChoices):
    """What a spot is."""

    SIGHT = "sight", _("Sight")
    FOOD = "food", _("Food")
    HOTEL = "hotel", _("Hotel")
    HOMESTAY = "homestay", _("Homestay")
    PICKING = "picking", _("Fruit picking")
