"""What checks of all figures found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.statements.models import ProvinceQuerySet
from traffic.models.placements import Placement

if TYPE_CHECKING:
    pass


class Reconciliation(models.Model):
    """One check of all figures against their facts: what it found, kept as it was found."""

    started_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    # What became of the rows: [key of `reconciling.report.LABELS`, rows, impressions or null].
    lines = models.JSONField(default=list)
    # What was checked: [message, its words].
    checked = models.JSONField(default=list)
    found = models.PositiveBigIntegerField(_("differences"))

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of all figures")
        verbose_name_plural = _("checks of all figures")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("started_at")),
                name="reconciliation_ends_after_it_begins",
                violation_error_message=_("A check ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The page of this check."""
        return reverse("reconciliation-check", args=[self.pk])


class Difference(models.Model):
    """One figure that did not follow from its facts; the first of a check are kept."""

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="differences", verbose_name=_("check")
    )
    # A message of the source and its words, so that it is told in the reader's language.
    sentence = models.CharField(max_length=200)
    words = models.JSONField(default=dict)
    statement = models.ForeignKey(
        "statements.Statement", models.PROTECT, null=True, related_name="+"
    )
    date = models.DateField(_("day"), null=True)
    placement = models.ForeignKey(Placement, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        from traffic.reconciling.report import told

        return told(self.sentence, self.words)
