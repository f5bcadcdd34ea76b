"""Cities, county-level units and towns of Guangdong by GB/T 2260 code."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    """The four parts of the province by common usage."""

    PEARL = "珠三角", _("Pearl River Delta")
    EAST = "粤东", _("Eastern Guangdong")
    WEST = "粤西", _("Western Guangdong")
    NORTH = "粤北", _("Northern Guangdong")


class City(models.Model):
    """A prefecture-level city; 21 rows."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=20)
    pinyin = models.CharField(_("pinyin"), max_length=60)
    area = models.CharField(_("area"), max_length=10, choices=Area.choices)

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class County(models.Model):
    """A county-level unit; 124 rows.

    东莞 (441900) and 中山 (442000) are city and county level at once and stand here too.
    `tile_x` and `tile_y` place the county on the tile map, in whole tiles from the top left.
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    city = models.ForeignKey(City, models.PROTECT, related_name="counties", verbose_name=_("city"))
    name = models.CharField(_("name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10)
    pinyin = models.CharField(_("pinyin"), max_length=80)
    tile_x = models.PositiveSmallIntegerField(_("tile column"))
    tile_y = models.PositiveSmallIntegerField(_("tile row"))

    class Meta:
        verbose_name = _("county-level unit")
        verbose_name_plural = _("county-level units")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tile_x", "tile_y"],
                name="county_has_a_tile_of_its_own",
                violation_error_message=_("Two counties stand on the same tile."),
            )
        ]

    def __str__(self) -> str:
        return self.name


def place_name(city: City | None, county: County | None, *, between: str = " ") -> str:
    """The city and its county as people write them; what is both at once (东莞) is said once."""
    names = dict.fromkeys(str(place) for place in (city, county) if place is not None)
    return between.join(names)


class Town(models.Model):
    """A town, township or street; 1,610 rows (quasi units of the census are left out)."""

    code = models.CharField(_("code"), max_length=9, primary_key=True)
    county = models.ForeignKey(
        County, models.PROTECT, related_name="towns", verbose_name=_("county-level unit")
    )
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("town")
        verbose_name_plural = _("towns")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name
