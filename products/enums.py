"""Choices of the specialty product pool."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SaleUnit(models.TextChoices):
    """What one of stock, price and daily capacity is."""

    JIN = "jin", _("jin (500 g)")
    KILOGRAM = "kilogram", _("kilogram")
    BOX = "box", _("box")
    BAG = "bag", _("bag")
    PIECE = "piece", _("piece")


class ContentUnit(models.TextChoices):
    """What the content of one pack is measured in; see `units` for how they convert."""

    JIN = "jin", _("jin")
    KILOGRAM = "kilogram", _("kilogram")
    GRAM = "gram", _("gram")
    LIANG = "liang", _("liang (50 g)")
    LITRE = "litre", _("litre")
    MILLILITRE = "millilitre", _("millilitre")
    PIECE = "piece", _("piece")


class FieldRule(models.TextChoices):
    """What a category says of a field beyond those every product has."""

    REQUIRED = "required", _("Must be filled in before submission")
    OPTIONAL = "optional", _("May be filled in")
    HIDDEN = "hidden", _("Is not asked")
