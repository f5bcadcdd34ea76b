"""Regional public brands and their members; product standards as versioned documents."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.scope import rows_of
from portal.regions.models import place_name

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class RegionalBrandQuerySet(models.QuerySet["RegionalBrand"]):
    """Reads of brands."""

    def visible_to(self, user: User | AnonymousUser) -> RegionalBrandQuerySet:
        """Public ones, and all of the user's region."""
        return self.filter(Q(is_public=True) | rows_of(user, city="city"))


class RegionalBrand(models.Model):
    """A brand that a county or a whole city owns and lends to those who keep its rules."""

    code = models.SlugField(_("code"), max_length=60, unique=True, editable=False)
    name = models.CharField(_("brand name"), max_length=40, unique=True)
    city = models.ForeignKey("regions.City", models.PROTECT, verbose_name=_("city"))
    county = models.ForeignKey(
        "regions.County",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("county-level unit"),
        help_text=_("Empty when the brand is the whole city's."),
    )
    keeper = models.CharField(
        _("kept by"), max_length=80, blank=True, help_text=_("The association that lends it.")
    )
    description = models.TextField(_("what the brand stands for"), max_length=1000)
    emblem = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("emblem"),
    )
    is_public = models.BooleanField(_("shown to everybody"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)

    objects = RegionalBrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("regional brand")
        verbose_name_plural = _("regional brands")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The brand's page."""
        return reverse("brand", args=[self.code])

    @property
    def place(self) -> str:
        """City and county, or the city alone."""
        return place_name(self.city, self.county)


class BrandMember(models.Model):
    """A product that bears the brand, until it leaves; who leaves may join again as a new row."""

    brand = models.ForeignKey(RegionalBrand, models.PROTECT, related_name="members")
    product = models.ForeignKey(
        "products.Product", models.PROTECT, related_name="brands", verbose_name=_("product")
    )
    joined_on = models.DateField(_("member since"))
    left_on = models.DateField(_("member until"), null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("member of a brand")
        verbose_name_plural = _("members of a brand")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["brand", "product"],
                condition=Q(left_on__isnull=True),
                name="one_membership_of_a_brand",
                violation_error_message=_("This product bears the brand already."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="brand_member_leaves_after_joining",
                violation_error_message=_("A member leaves after it has joined."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.product_id}"


class Standard(models.Model):
    """A product standard under its number; what it says stands in its versions."""

    code = models.CharField(_("number of the standard"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100)
    city = models.ForeignKey(
        "regions.City", models.PROTECT, null=True, blank=True, verbose_name=_("city")
    )
    county = models.ForeignKey(
        "regions.County",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("county-level unit"),
    )

    class Meta:
        verbose_name = _("product standard")
        verbose_name_plural = _("product standards")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(county__isnull=True) | Q(city__isnull=False),
                name="standard_county_has_city",
                violation_error_message=_("A county stands with its city."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The standard's page with all its versions."""
        return reverse("standard", args=[self.pk])

    @property
    def in_force(self) -> StandardVersion | None:
        """The version of today, of those read with the standard."""
        today = clock.today()
        return next((row for row in self.versions.all() if row.holds_on(today)), None)


class StandardVersion(models.Model):
    """One wording of a standard and the days it is in force, both included."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=20)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("document")
    )
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force until"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("version of a standard")
        verbose_name_plural = _("versions of a standard")
        ordering: ClassVar = ["-in_force_from", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standard", "version"],
                name="one_standard_version_of_a_name",
                violation_error_message=_("This version is there already."),
            ),
            models.UniqueConstraint(
                fields=["standard"],
                condition=Q(in_force_to__isnull=True),
                name="one_open_standard_version",
                violation_error_message=_("Another version is in force without an end."),
            ),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="standard_version_ends_after_its_beginning",
                violation_error_message=_("The last day is not before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} {self.version}"

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


class FollowedStandardQuerySet(models.QuerySet["FollowedStandard"]):
    """Reads of what products keep."""

    def now(self) -> FollowedStandardQuerySet:
        """What is kept still."""
        return self.filter(until__isnull=True)


class FollowedStandard(models.Model):
    """A standard that a product says it keeps, from `since` to the day before `until`."""

    product = models.ForeignKey("products.Product", models.PROTECT, related_name="standards")
    standard = models.ForeignKey(
        Standard, models.PROTECT, related_name="products", verbose_name=_("product standard")
    )
    since = models.DateField(_("kept since"))
    until = models.DateField(_("kept until"), null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = FollowedStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard kept by a product")
        verbose_name_plural = _("standards kept by products")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "standard"],
                condition=Q(until__isnull=True),
                name="one_standard_once_a_product",
                violation_error_message=_("The product keeps this standard already."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="standard_is_left_after_it_was_kept",
                violation_error_message=_("The last day is not before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.standard_id}"
