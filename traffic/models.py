"""Placements and their days. Facts are immutable; every figure here is derived and replaced."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import rows_of
from portal.statements.models import DerivedDay, IdKind, Metric, Platform, ProvinceQuerySet
from portal.statements.reading import LONGEST_ID
from traffic.enums import Channel, Fate

if TYPE_CHECKING:
    from portal.accounts.models import User

HOURS = struct.Struct("<24q")


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Reads of placements."""

    def visible_to(self, user: User) -> PlacementQuerySet:
        """All for province roles; those of the own county or organisation for others."""
        scope = rows_of(
            user, organisation="submission__organisation", personal=Q(submission__owner=user)
        )
        return self.filter(scope)


class Placement(models.Model):
    """One thing the platform promotes: a published dossier in a campaign, a channel, a window.

    It counts by one metric of one source; other reports of the same delivery are compared.
    """

    submission = models.ForeignKey(
        "submissions.Submission",
        models.PROTECT,
        related_name="placements",
        verbose_name=_("dossier"),
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        models.PROTECT,
        related_name="placements",
        verbose_name=_("campaign"),
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    name = models.CharField(_("name"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    source = models.ForeignKey(
        "statements.Source", models.PROTECT, verbose_name=_("counted by the report")
    )
    metric = models.CharField(_("counted by"), max_length=12, choices=Metric.choices)
    account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="placement", verbose_name=_("account")
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "county"], name="placement_of_campaign"),
            models.Index(fields=["county", "id"], name="placement_of_county"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="placement_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The placement's page."""
        return reverse("placement", args=[self.pk])


class ExternalId(models.Model):
    """What a platform calls a placement; always text (19 digits do not fit a double)."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="external_ids")
    platform = models.CharField(_("platform"), max_length=16, choices=Platform.choices)
    kind = models.CharField(_("kind of id"), max_length=16, choices=IdKind.choices)
    value = models.CharField(_("id"), max_length=LONGEST_ID)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "kind", "value"],
                name="external_id_names_one_placement",
                violation_error_message=_("This id belongs to another placement already."),
            )
        ]

    def __str__(self) -> str:
        return self.value


class Day(DerivedDay):
    """A day of deliveries."""

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering: ClassVar = ["-date"]


class PlacementDay(models.Model):
    """What one placement was delivered on one day; the 24 hours where the report has them."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="days")
    date = models.DateField(_("day"))
    count = models.BigIntegerField(_("delivered"))
    hours = models.BinaryField(null=True)
    approximate = models.BooleanField(_("rounded"), default=False)

    class Meta:
        verbose_name = _("placement day")
        verbose_name_plural = _("placement days")
        ordering: ClassVar = ["-date", "placement"]
        indexes: ClassVar = [
            models.Index(fields=["date", "placement"], name="placement_day_of_date")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["placement", "date"], name="one_row_a_placement_day"),
            models.CheckConstraint(condition=Q(count__gte=0), name="placement_day_not_negative"),
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

    class Meta:
        verbose_name = _("sum of a day")
        verbose_name_plural = _("sums of days")
        ordering: ClassVar = ["date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "campaign", "county", "channel"], name="one_sum_per_grain"
            )
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
