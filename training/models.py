"""Courses, classes with seats by county, enrolments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import rows_of
from portal.moves.table import Moves
from training.enums import OPEN, EnrolmentState, Field

if TYPE_CHECKING:
    from portal.accounts.models import User


class Course(models.Model):
    """What is taught; open to everyone."""

    name = models.CharField(_("course name"), max_length=60, unique=True)
    field = models.CharField(_("field"), max_length=10, choices=Field.choices)
    summary = models.TextField(
        _("what is learnt"), max_length=1000, help_text=_("For whom, and what they can do after.")
    )
    # The form that made it, so that a double click makes one; None when no form did.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ClassSession(models.Model):
    """One class of a course: when, where, who teaches, how many seats.

    Counties may have seats of their own (`CountySeats`) until `release_on`; the rest is for all.
    `version` grows with every change: who changes a class names the version its reader saw.
    """

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="sessions", verbose_name=_("course")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120)
    teacher = models.CharField(_("teacher"), max_length=40)
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1)])
    release_on = models.DateField(
        _("county seats are kept until"),
        null=True,
        blank=True,
        help_text=_("From this day on every free seat is for everyone."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="class_ends_after_it_begins",
                violation_error_message=_("The class ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="class_has_a_seat",
                violation_error_message=_("A class has at least one seat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.starts_at:%Y-%m-%d}"


class CountySeats(models.Model):
    """Seats of a class kept for one county until the release day."""

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="county_seats")
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("seats of a county")
        verbose_name_plural = _("seats of counties")
        ordering: ClassVar = ["county"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "county"],
                name="one_share_of_seats_a_county",
                violation_error_message=_("This county has its seats already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.county}: {self.seats}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of enrolments."""

    def visible_to(self, user: User) -> EnrolmentQuerySet:
        """Own ones; those of the own county for officials; all for province roles."""
        return self.filter(rows_of(user, own="trainee"))

    def open(self) -> EnrolmentQuerySet:
        """Those that hold a seat or wait for one."""
        return self.filter(state__in=OPEN)


class Enrolment(models.Model):
    """One person in one class; `state` is written by the one door alone.

    The place on the waiting list is the order of `pk` among those that wait.
    """

    session = models.ForeignKey(
        ClassSession, models.PROTECT, related_name="enrolments", verbose_name=_("class")
    )
    trainee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="enrolments",
        verbose_name=_("trainee"),
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=EnrolmentState.choices, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    offer_until = models.DateTimeField(_("offer holds until"), null=True, editable=False)
    created_at = models.DateTimeField(_("signed up"), editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["trainee", "state"], name="enrolment_of_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "trainee"],
                condition=Q(state__in=OPEN),
                name="one_open_enrolment_a_class",
                violation_error_message=_("You have signed up for this class already."),
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.OFFERED, offer_until__isnull=False)
                | Q(~Q(state=EnrolmentState.OFFERED), offer_until__isnull=True),
                name="offer_has_a_time_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainee} · {self.session}"

    @property
    def moves(self) -> Moves:
        """The table of moves of an enrolment."""
        from training.moves import ENROLMENT_MOVES

        return ENROLMENT_MOVES
