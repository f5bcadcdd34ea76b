"""The specialty product pool (特色商品池)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import MOBILE_PHONE
from portal.submissions.enums import State
from portal.submissions.models import Submission
from portal.templatetags.figures import speaks_chinese
from products import units
from products.enums import ContentUnit, FieldRule, SaleUnit

MONTHS = [(month, _("month %d") % month) for month in range(1, 13)]
MOST_PHOTOS = 6


class Category(models.Model):
    """What a product is, and what its form asks for because of it; staff keep these rows.

    `fields` maps a field, or `season` for both its ends, to a `FieldRule`; what it does not name
    may be filled in. `papers` names the certificates to be attached, `forbidden` words and claims
    that no text of such a product may hold beyond those the Advertising Law forbids everybody,
    `units` the `SaleUnit`s it is sold by, any when there is none.
    """

    code = models.CharField(
        _("code"),
        max_length=12,
        primary_key=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("Small letters, digits, hyphens."))],
        help_text=_("Stands in addresses and exports and never changes: small letters."),
    )
    name = models.CharField(
        _("name in Chinese"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("There is a category of this name.")},
    )
    name_en = models.CharField(
        _("name in English"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("There is a category of this name.")},
    )
    position = models.PositiveSmallIntegerField(
        _("place in the list"), default=100, help_text=_("Lower numbers stand first.")
    )
    is_active = models.BooleanField(
        _("offered"),
        default=True,
        help_text=_("A retired category stays on the products that have it; nobody chooses it."),
    )
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    papers = models.JSONField(_("papers to attach"), default=list, blank=True)
    forbidden = models.JSONField(_("forbidden words and claims"), default=list, blank=True)
    min_photos = models.PositiveSmallIntegerField(
        _("photos at least"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PHOTOS)],
    )
    photo_hint = models.CharField(_("what the photos show"), max_length=120, blank=True)
    units = models.JSONField(_("sold by"), default=list, blank=True)

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(min_photos__range=(1, MOST_PHOTOS)),
                name="category_asks_for_one_to_six_photos",
                violation_error_message=_("One to six photos."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"),
                name="category_code_is_plain",
                violation_error_message=_("Small letters, digits, hyphens."),
            ),
        ]

    def __str__(self) -> str:
        return self.name if speaks_chinese() else self.name_en

    def get_absolute_url(self) -> str:
        """Where staff change it."""
        return reverse("product-category", args=[self.pk])

    def rule(self, name: str) -> FieldRule:
        """What it says of a field, or of `season`."""
        return FieldRule(self.fields.get(name, FieldRule.OPTIONAL))


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of products; rights come from the dossier alone."""

    def published(self) -> ProductQuerySet:
        """Products the public may see."""
        return self.filter(submission__kind="product", submission__state=State.PUBLISHED)


class ProductManager(models.Manager.from_queryset(ProductQuerySet)):  # type: ignore[misc]
    """A product is never read without its category: form and facts follow from it."""

    def get_queryset(self) -> ProductQuerySet:
        """Products with their category."""
        rows: ProductQuerySet = super().get_queryset()
        return rows.select_related("category")


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
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
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
    # Lines as `seasons.forms` writes them; the rows in `windows` are made of them.
    season_days = models.CharField(_("season to the day"), max_length=600, blank=True)
    cold_chain = models.BooleanField(_("needs a cold chain"), default=False)
    shelf_life_days = models.PositiveSmallIntegerField(
        _("keeps for how many days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1, _("At least one day."))],
        help_text=_("From the day it is packed, stored as the label says."),
    )
    dispatch_area = models.CharField(
        _("sent from"),
        max_length=60,
        blank=True,
        help_text=_("Town or village where the parcels leave."),
    )
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact mobile number"), max_length=11, blank=True, validators=[MOBILE_PHONE]
    )

    objects = ProductManager()

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


class Variant(models.Model):
    """One size or pack of a product: what it holds, what it costs, how many there are.

    `price` is in yuan for the whole pack; `amount` of `unit` is its content.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("variant"), max_length=30)
    amount = models.DecimalField(_("content"), max_digits=9, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=10, choices=ContentUnit.choices)
    price = models.DecimalField(_("price in yuan"), max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(_("stock"), null=True, blank=True)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering: ClassVar = ["product", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "name"],
                name="one_variant_of_a_name",
                violation_error_message=_("Two variants have the same name."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="variant_holds_something",
                violation_error_message=_("The content is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(price__gt=0),
                name="variant_price_is_positive",
                violation_error_message=_("The price is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> str:
        """What it holds, in words: 2.5 kilograms are 2.5公斤."""
        gap = "" if speaks_chinese() else " "
        return f"{units.plain(self.amount)}{gap}{self.get_unit_display()}"

    @property
    def per_unit(self) -> units.UnitPrice:
        """What one jin, litre or piece of it costs."""
        return units.price_per(self.price, self.amount, self.unit)


# Further tables of this action, each in its own room.
from products.brands import models as brands  # noqa: E402, F401
from products.calls import models as calls  # noqa: E402, F401
from products.exports.models import Export as Export  # noqa: E402
from products.exports.models import ExportedRow as ExportedRow  # noqa: E402
from products.exports.models import ExportProfile as ExportProfile  # noqa: E402
from products.listings.models import Item as Item  # noqa: E402
from products.listings.models import Listing as Listing  # noqa: E402
from products.listings.models import ListingChange as ListingChange  # noqa: E402
from products.sales.models import ReportedDay as ReportedDay  # noqa: E402
from products.sales.models import SalesDay as SalesDay  # noqa: E402
from products.sales.models import UnmatchedSale as UnmatchedSale  # noqa: E402
from products.seasons import models as seasons  # noqa: E402, F401
from products.seen.models import Hit as Hit  # noqa: E402
from products.seen.models import SeenDay as SeenDay  # noqa: E402
