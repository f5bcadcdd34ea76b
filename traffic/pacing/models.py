"""What is set of pacing by hand: a row only where it differs from the default."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from traffic.pacing.enums import Shape


def days_of(points: Iterable[tuple[str, int]]) -> list[tuple[date, int]]:
    """Points as they are kept, with their days as days."""
    return [(date.fromisoformat(day), percent) for day, percent in points]


class Plan(models.Model):
    """How a placement's impressions are spread, where it is not as its campaign has it."""

    placement = models.OneToOneField(
        "traffic.Placement", models.PROTECT, primary_key=True, related_name="plan"
    )
    # Empty: as the campaign has it, and only the cap is set.
    shape = models.CharField(_("curve"), max_length=10, choices=Shape.choices, blank=True)
    # Of a drawn curve: [day, per cent by the end of that day], in their order.
    points = models.JSONField(default=list)
    daily_cap = models.BigIntegerField(_("at most a day"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(daily_cap__isnull=True) | Q(daily_cap__gt=0),
                name="plan_cap_above_zero",
                violation_error_message=_("The most a day is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(shape=Shape.CUSTOM) ^ Q(points=[]),
                name="plan_has_points_where_drawn",
                violation_error_message=_("A curve drawn by dates needs its dates, others none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.shape}"

    @property
    def drawn(self) -> list[tuple[date, int]]:
        """The points with their days as days."""
        return days_of(self.points)


class CampaignPacing(models.Model):
    """A campaign's festival curve, and how much of its day one county may have."""

    campaign = models.OneToOneField(
        "campaigns.Campaign", models.PROTECT, primary_key=True, related_name="pacing"
    )
    # [first day, last day, weight]; days outside weigh `curves.PLAIN`.
    windows = models.JSONField(default=list)
    county_cap = models.PositiveSmallIntegerField(_("at most for one county"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("pacing of a campaign")
        verbose_name_plural = _("pacing of campaigns")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(county_cap__isnull=True) | Q(county_cap__gte=1, county_cap__lte=100),
                name="county_cap_is_a_percentage",
                violation_error_message=_("A share lies between 1 and 100 per cent."),
            )
        ]

    def __str__(self) -> str:
        return str(self.campaign_id)

    @property
    def festivals(self) -> list[tuple[date, date, int]]:
        """The windows with their days as days."""
        return [
            (date.fromisoformat(first), date.fromisoformat(last), weight)
            for first, last, weight in self.windows
        ]

    def windows_from(self, day: date) -> list[tuple[int, int, int]]:
        """The windows with their days counted from `day`, as curves take them."""
        return [
            ((first - day) // ONE_DAY, (last - day) // ONE_DAY, weight)
            for first, last, weight in self.festivals
        ]


ONE_DAY = timedelta(days=1)
