"""The specialty product pool (特色商品池)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import MOBILE_PHONE
from portal.submissions.enums import State
from portal.submissions.models import Submission
from products.enums import Category, SaleUnit
from products.exports.models import Export as Export
from products.exports.models import ExportedRow as ExportedRow
from products.exports.models import ExportProfile as ExportProfile
from products.listings.models import Item as Item
from products.listings.models import Listing as Listing
from products.sales.models import ReportedDay as ReportedDay
from products.sales.models import SalesDay as SalesDay
from products.sales.models import UnmatchedSale as UnmatchedSale
from products.seen.models import Hit as Hit
from products.seen.models import SeenDay as SeenDay

MONTHS = [(month, _("month %d") % month) for month in range(1, 13)]


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of products; rights come from the dossier alone."""

    def published(self) -> ProductQuerySet:
        """Products the public may see."""
        return self.filter(submission__kind="product", submission__state=State.PUBLISHED)


class Product(models.Model):
    """One specialty product; its state, county and owner stand in its dossier.

    `price` is in yuan per `unit`; `stock` and `daily_capacity` count whole units. A draft may
    lack anything but the name; the form asks for the rest on submission.
    """

    submission = models.OneToOneField(
        Submission, models.PROTECT, primary_key=True, related_name="product"
    )
    name = models.CharField(
        _("product name"), max_length=40, help_text=_("As buyers know it, without slogans.")
    )
    category = models.CharField(_("category"), max_length=12, choices=Category.choices, blank=True)
    description = models.TextField(
        _("what makes it special"),
        max_length=1000,
        blank=True,
        help_text=_("Origin, taste, how it is grown. No words such as “best” or “number one”."),
    )
    unit = models.CharField(_("sold by"), max_length=10, choices=SaleUnit.choices, blank=True)
    package = models.CharField(
        _("packing"), max_length=60, blank=True, help_text=_("For example: 5 jin a box.")
    )
    price = models.DecimalField(
        _("price in yuan"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _("The price is more than zero."))],
    )
    stock = models.PositiveIntegerField(
        _("stock"), null=True, blank=True, help_text=_("How many units can be sold now.")
    )
    daily_capacity = models.PositiveIntegerField(
        _("can be sent per day"), null=True, blank=True, help_text=_("Units that leave in one day.")
    )
    season_start = models.PositiveSmallIntegerField(
        _("season from"),
        null=True,
        blank=True,
        choices=MONTHS,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    season_end = models.PositiveSmallIntegerField(
        _("season until"),
        null=True,
        blank=True,
        choices=MONTHS,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("The month itself included; a season may run over the new year."),
    )
    cold_chain = models.BooleanField(_("needs a cold chain"), default=False)
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact mobile number"), max_length=11, blank=True, validators=[MOBILE_PHONE]
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("specialty product")
        verbose_name_plural = _("specialty products")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0),
                name="product_price_is_positive",
                violation_error_message=_("The price is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(season_start__isnull=True, season_end__isnull=True)
                | Q(
                    season_start__isnull=False,
                    season_end__isnull=False,
                    season_start__range=(1, 12),
                    season_end__range=(1, 12),
                ),
                name="product_season_has_both_ends",
                violation_error_message=_("Give both the first and the last month of the season."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def in_season(self, month: int) -> bool:
        """True when `month` (1-12) lies in the season; a season may wrap over the new year."""
        if self.season_start is None or self.season_end is None:
            return True
        if self.season_start <= self.season_end:
            return self.season_start <= month <= self.season_end
        return month >= self.season_start or month <= self.season_end
