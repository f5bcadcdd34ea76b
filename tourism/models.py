"""Spots (打卡地) and routes of ordered stops."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.models import MOBILE_PHONE
from portal.submissions.enums import State
from portal.submissions.models import Submission
from tourism.enums import SpotCategory


class SpotQuerySet(models.QuerySet["Spot"]):
    """Reads of spots; rights come from the dossier alone."""

    def published(self) -> SpotQuerySet:
        """Spots the public may see."""
        return self.filter(submission__kind="spot", submission__state=State.PUBLISHED)


class RouteQuerySet(models.QuerySet["Route"]):
    """Reads of routes; rights come from the dossier alone."""

    def published(self) -> RouteQuerySet:
        """Routes the public may see."""
        return self.filter(submission__kind="route", submission__state=State.PUBLISHED)


class Spot(models.Model):
    """One place to go to; closing it “until, because” shows at once wherever it is used.

    `capacity` is people a day.
    """

    submission = models.OneToOneField(
        Submission, models.PROTECT, primary_key=True, related_name="spot"
    )
    name = models.CharField(_("spot name"), max_length=40)
    category = models.CharField(
        _("category"), max_length=10, choices=SpotCategory.choices, blank=True
    )
    town = models.ForeignKey(
        "regions.Town", models.PROTECT, null=True, blank=True, verbose_name=_("town")
    )
    address = models.CharField(
        _("address"), max_length=120, blank=True, help_text=_("So that a stranger finds it.")
    )
    description = models.TextField(_("what there is to see and do"), max_length=1000, blank=True)
    opening_hours = models.CharField(
        _("opening hours"), max_length=80, blank=True, help_text=_("For example: 9:00–17:30 daily.")
    )
    transport = models.CharField(_("how to get there"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(_("visitors a day at most"), null=True, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact mobile number"), max_length=11, blank=True, validators=[MOBILE_PHONE]
    )
    closed_until = models.DateField(
        _("closed until"), null=True, blank=True, help_text=_("That day included; empty when open.")
    )
    closed_because = models.CharField(_("closed because"), max_length=100, blank=True)

    objects = SpotQuerySet.as_manager()

    class Meta:
        verbose_name = _("spot")
        verbose_name_plural = _("spots")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_until__isnull=True, closed_because="")
                | (Q(closed_until__isnull=False) & ~Q(closed_because="")),
                name="spot_closed_says_until_and_because",
                violation_error_message=_("A closed spot says until when and why."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_closed(self, day: date | None = None) -> bool:
        """True when the spot is closed on `day`, today by default."""
        return self.closed_until is not None and (day or clock.today()) <= self.closed_until


class Route(models.Model):
    """A way through several spots, in order."""

    submission = models.OneToOneField(
        Submission, models.PROTECT, primary_key=True, related_name="route"
    )
    name = models.CharField(_("route name"), max_length=40)
    days = models.PositiveSmallIntegerField(_("number of days"), null=True, blank=True)
    theme = models.CharField(
        _("theme"), max_length=40, blank=True, help_text=_("For example: 绿美广东.")
    )
    description = models.TextField(_("what the route is about"), max_length=1000, blank=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.name


class RouteStop(models.Model):
    """One stop of a route; `position` counts from 0."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="stops")
    spot = models.ForeignKey(Spot, models.PROTECT, related_name="+", verbose_name=_("spot"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering: ClassVar = ["route", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["route", "position"], name="one_stop_a_position"),
            models.UniqueConstraint(fields=["route", "spot"], name="a_spot_once_a_route"),
        ]

    def __str__(self) -> str:
        return f"{self.position + 1}. {self.spot}"
