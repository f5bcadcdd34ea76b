"""Days of deliveries: every figure here is derived and replaced."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.statements.models import DerivedDay, ProvinceQuerySet
from portal.statements.reading import LONGEST_ID
from traffic.enums import Channel, Fate
from traffic.models.placements import Placement

if TYPE_CHECKING:
    pass

HOURS = struct.Struct("<24q")


class Day(DerivedDay):
    """A day of deliveries."""

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering: ClassVar = ["-date"]


class PlacementDay(models.Model):
    """What one placement was delivered on one day; the 24 hours where the report has them."""

    # Found by the index of its sums.
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="days", db_index=False)
    date = models.DateField(_("day"))
    count = models.BigIntegerField(_("delivered"))
    hours = models.BinaryField(null=True)
    approximate = models.BooleanField(_("rounded"), default=False)
    # What the same report says was clicked; nothing where it has no clicks: missing is not zero.
    clicks = models.BigIntegerField(_("clicks"), null=True)

    class Meta:
        verbose_name = _("placement day")
        verbose_name_plural = _("placement days")
        ordering: ClassVar = ["-date", "placement"]
        indexes: ClassVar = [
            models.Index(fields=["date", "placement"], name="placement_day_of_date"),
            # All of them are added up without reading the rows, which are wide.
            models.Index(fields=["placement", "date", "count"], name="placement_day_sums"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["placement", "date"], name="one_row_a_placement_day"),
            models.CheckConstraint(condition=Q(count__gte=0), name="placement_day_not_negative"),
            models.CheckConstraint(
                condition=Q(clicks__isnull=True) | Q(clicks__gte=0), name="clicks_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.date}: {self.count}"

    @property
    def by_hour(self) -> tuple[int, ...]:
        """The 24 hours, or nothing when the report gives the day only."""
        return HOURS.unpack(bytes(self.hours)) if self.hours else ()


class DaySum(models.Model):
    """The day's sum by campaign, county and channel, beside the rows it is made of."""

    date = models.DateField(_("day"))
    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    county = models.ForeignKey("regions.County", models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    count = models.BigIntegerField(_("delivered"))
    # The clicks of those rows whose report says them, and what these rows were delivered.
    clicks = models.BigIntegerField(_("clicks"), null=True)
    clicks_of = models.BigIntegerField(_("delivered with clicks"), null=True)

    class Meta:
        verbose_name = _("sum of a day")
        verbose_name_plural = _("sums of days")
        ordering: ClassVar = ["date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "campaign", "county", "channel"], name="one_sum_per_grain"
            ),
            models.CheckConstraint(
                condition=Q(clicks__isnull=True, clicks_of__isnull=True)
                | Q(
                    clicks__isnull=False,
                    clicks__gte=0,
                    clicks_of__isnull=False,
                    clicks_of__gte=0,
                    clicks_of__lte=F("count"),
                ),
                name="clicks_stand_beside_what_was_delivered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.county_id}: {self.count}"


class DayFate(models.Model):
    """What became of a statement's data rows on one day: rows and metric counts by fate."""

    date = models.DateField(_("day"))
    statement = models.ForeignKey("statements.Statement", models.PROTECT, related_name="fates")
    fate = models.CharField(_("fate"), max_length=10, choices=Fate.choices)
    rows = models.PositiveBigIntegerField(_("rows"))
    impressions = models.BigIntegerField(_("impressions"))
    plays = models.BigIntegerField(_("plays"))

    class Meta:
        verbose_name = _("fate of rows")
        verbose_name_plural = _("fates of rows")
        ordering: ClassVar = ["date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["date", "statement", "fate"], name="one_fate_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.fate}: {self.rows}"


class UnmatchedDay(models.Model):
    """An id of a report that belongs to no placement, on one day; waits for staff."""

    date = models.DateField(_("day"))
    source = models.ForeignKey("statements.Source", models.PROTECT, related_name="+")
    external_id = models.CharField(_("id"), max_length=LONGEST_ID)
    rows = models.PositiveBigIntegerField(_("rows"))
    impressions = models.BigIntegerField(_("impressions"))
    plays = models.BigIntegerField(_("plays"))

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("unmatched id")
        verbose_name_plural = _("unmatched ids")
        ordering: ClassVar = ["-date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "source", "external_id"], name="one_unmatched_row_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.external_id}"


class ComparedDay(models.Model):
    """What another report says of a placement's day, beside what is counted: never added.

    In the placement's own metric, on the days of its window. `counted` is nothing where the
    counting report says nothing of the day.
    """

    # Found by its unique constraint.
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="compared", db_index=False
    )
    source = models.ForeignKey("statements.Source", models.PROTECT, related_name="+")
    date = models.DateField(_("day"))
    said = models.BigIntegerField(_("said"))
    counted = models.BigIntegerField(_("counted"), null=True)
    approximate = models.BooleanField(_("rounded"), default=False)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("compared day")
        verbose_name_plural = _("compared days")
        ordering: ClassVar = ["-date", "placement", "source"]
        indexes: ClassVar = [models.Index(fields=["date"], name="compared_day_of_date")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["placement", "source", "date"], name="one_compared_row_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.date}: {self.said} / {self.counted}"


class Correction(models.Model):
    """A figure that stood on the board and changed when its day was closed again."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="corrections")
    date = models.DateField(_("day"))
    before = models.BigIntegerField(_("before"))
    after = models.BigIntegerField(_("after"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.placement_id} {self.date}: {self.before} → {self.after}"

    @property
    def difference(self) -> int:
        """What the correction added; negative when it took away."""
        return self.after - self.before


# What is set of pacing, in its own room.
from traffic.pacing.models import CampaignPacing as CampaignPacing  # noqa: E402
from traffic.pacing.models import Plan as Plan  # noqa: E402
