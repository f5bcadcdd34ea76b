"""Choices of the specialty product pool."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a product is."""

    FRUIT = "fruit", _("Fruit")
    VEGETABLE = "vegetable", _("Vegetables")
    LIVESTOCK = "livestock", _("Livestock and poultry")
    TEA = "tea", _("Tea")
    PROCESSED = "processed", _("Processed food")
    GRAIN = "grain", _("Grain and oil")
    AQUATIC = "aquatic", _("Aquatic products")
    CRAFT = "craft", _("Crafts")
    HERB = "herb", _("Medicinal herbs")
    OTHER = "other", _("Other")


class SaleUnit(models.TextChoices):
    """What one of stock, price and daily capacity is."""

    JIN = "jin", _("jin (500 g)")
    KILOGRAM = "kilogram", _("kilogram")
    BOX = "box", _("box")
    BAG = "bag", _("bag")
    PIECE = "piece", _("piece")
