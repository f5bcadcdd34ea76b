"""Export profiles, exports, and exactly which version of which dossier each export sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.statements.models import ProvinceQuerySet
from products.exports.enums import FileForm, Mode


class ExportProfile(models.Model):
    """A named choice of products for one receiver; its filters hold together.

    A profile never changes: what it sent last would mean something else. Make another one.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    mode = models.CharField(_("what it sends"), max_length=8, choices=Mode.choices)
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("placed in the campaign"),
    )
    county = models.ForeignKey(
        "regions.County",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("county-level unit"),
    )
    category = models.ForeignKey(
        "products.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    completeness = models.PositiveSmallIntegerField(
        _("complete to at least (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("export profile")
        verbose_name_plural = _("export profiles")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(completeness__lte=100),
                name="export_profile_completeness_is_a_percentage",
                violation_error_message=_("At most 100 per cent."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The profile's page."""
        return reverse("export-profile", args=[self.pk])


class Export(models.Model):
    """One run of a profile; its files are kept as they were sent, byte for byte."""

    profile = models.ForeignKey(ExportProfile, models.PROTECT, related_name="exports")
    number = models.PositiveIntegerField(_("number"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    begun_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    sent = models.PositiveIntegerField(_("products sent"), default=0)
    removed = models.PositiveIntegerField(_("products removed"), default=0)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)
    json_sha256 = models.CharField(max_length=64, blank=True)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "number"], name="one_number_an_export"),
            models.UniqueConstraint(
                fields=["profile"],
                condition=Q(finished_at__isnull=True),
                name="one_export_under_way_a_profile",
                violation_error_message=_("An export of this profile is under way."),
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, xlsx_sha256="", json_sha256="")
                | (
                    Q(finished_at__isnull=False, finished_at__gte=F("begun_at"))
                    & ~Q(xlsx_sha256="")
                    & ~Q(json_sha256="")
                ),
                name="export_finished_has_files",
                violation_error_message=_("An export is finished once both its files stand."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.number}"

    def get_absolute_url(self) -> str:
        """The export's page."""
        return reverse("export", args=[self.pk])

    def path(self, form: str) -> str:
        """Where the file of that form lies."""
        return f"exports/{self.pk}.{FileForm(form)}"


class ExportedRow(models.Model):
    """One dossier in one export: the version that was sent, or that it was taken back and why."""

    export = models.ForeignKey(Export, models.PROTECT, related_name="rows")
    # The export's own, once more: what a profile sent last is looked up for each product.
    profile = models.ForeignKey(ExportProfile, models.PROTECT, related_name="+")
    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="+", verbose_name=_("dossier")
    )
    version = models.PositiveIntegerField(_("version"))
    # The dossier's state when it dropped out, or "filter"; nothing for what was sent.
    removed_because = models.CharField(_("removed because"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("exported dossier")
        verbose_name_plural = _("exported dossiers")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["profile", "submission", "-export"], name="sent_last"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "submission"], name="dossier_once_an_export")
        ]

    def __str__(self) -> str:
        return f"{self.export_id} {self.submission_id} v{self.version}"
