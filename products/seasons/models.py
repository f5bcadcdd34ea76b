"""Season windows of a product to the day, each with what can leave on one of its days."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

FIRST, LAST = 101, 1231


def number_of(day: date) -> int:
    """A day of the year as month * 100 + day: 15 October is 1015."""
    return day.month * 100 + day.day


class SeasonWindowQuerySet(models.QuerySet["SeasonWindow"]):
    """Reads of windows."""

    def holding(self, day: date) -> SeasonWindowQuerySet:
        """Windows that hold a day."""
        return self.touching(number_of(day), number_of(day))

    def touching(self, first: int, last: int) -> SeasonWindowQuerySet:
        """Windows that hold any day from `first` to `last` of one year, as month * 100 + day; a
        window may run over the new year."""
        begun, not_over = Q(starts__lte=last), Q(ends__gte=first)
        wraps = Q(starts__gt=F("ends"))
        return self.filter((begun & not_over) | (wraps & (begun | not_over)))


class SeasonWindow(models.Model):
    """Days of every year on which a product leaves its county, and how many units a day.

    Made of the product's `season_days` whenever that is written, so that days can be asked for.
    `starts` and `ends` are month * 100 + day, both included. The windows of one product do not
    overlap. A product with windows is in season inside them alone; without any, its months and
    its one daily capacity say it.
    """

    product = models.ForeignKey("products.Product", models.CASCADE, related_name="windows")
    starts = models.PositiveSmallIntegerField(_("first day"))
    ends = models.PositiveSmallIntegerField(_("last day"))
    daily_capacity = models.PositiveIntegerField(
        _("can be sent per day"), validators=[MinValueValidator(1)]
    )

    objects = SeasonWindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("season window")
        verbose_name_plural = _("season windows")
        ordering: ClassVar = ["product", "starts"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "starts"],
                name="one_window_begins_a_day",
                violation_error_message=_("Two windows begin on the same day."),
            ),
            models.CheckConstraint(
                condition=Q(starts__range=(FIRST, LAST), ends__range=(FIRST, LAST)),
                name="window_lies_in_the_year",
                violation_error_message=_("A window begins and ends on a day of the year."),
            ),
            models.CheckConstraint(
                condition=Q(daily_capacity__gte=1),
                name="window_sends_something",
                violation_error_message=_("In a window at least one unit a day is sent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts}–{self.ends}: {self.daily_capacity}"

    def holds(self, day: date) -> bool:
        """The same as `holding`, of one window."""
        number = number_of(day)
        if self.starts <= self.ends:
            return self.starts <= number <= self.ends
        return number >= self.starts or number <= self.ends
