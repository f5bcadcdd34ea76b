"""Listings: where a product is sold, for how much, and how many there are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.statements.reading import LONGEST_ID
from portal.submissions.models import Submission
from products.listings.enums import SalesChannel

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

LONGEST_URL = 500


class Item(models.Model):
    """What the platform calls a product (商品ID): always text, and of one product for ever.

    The same id stands on several shelves, and reports name it after it was taken off them.
    """

    product = models.ForeignKey("products.Product", models.PROTECT, related_name="items")
    value = models.CharField(
        _("product id"),
        max_length=LONGEST_ID,
        unique=True,
        error_messages={"unique": _("This id belongs to another product already.")},
    )

    class Meta:
        verbose_name = _("id of a product")
        verbose_name_plural = _("ids of products")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.value


class ListingQuerySet(models.QuerySet["Listing"]):
    """Reads of listings; rights come from the dossier alone."""

    def visible_to(self, user: User | AnonymousUser) -> ListingQuerySet:
        """Listings of the dossiers `user` may see."""
        return self.filter(product__submission__in=Submission.objects.visible_to(user))

    def on_sale(self) -> ListingQuerySet:
        """Listings that were not withdrawn."""
        return self.filter(withdrawn_on__isnull=True)


class Listing(models.Model):
    """One product on one shelf; `price` is in yuan, `stock` in the product's units."""

    product = models.ForeignKey("products.Product", models.PROTECT, related_name="listings")
    channel = models.CharField(_("channel"), max_length=10, choices=SalesChannel.choices)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("id")
    )
    shop = models.CharField(_("shop or live room"), max_length=60, blank=True)
    url = models.CharField(
        _("link"),
        max_length=LONGEST_URL,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
    )
    listed_on = models.DateField(_("on sale since"))
    price = models.DecimalField(
        _("price in yuan"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"), _("The price is more than zero."))],
    )
    stock = models.PositiveIntegerField(_("stock"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(
        _("why it was withdrawn"), max_length=200, blank=True, editable=False
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)
    # Counts the changes of price and stock: who changes them says which one they saw.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price__gt=0),
                name="listing_price_is_positive",
                violation_error_message=_("The price is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_because="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_because="")),
                name="listing_withdrawn_has_reason",
                violation_error_message=_("Say why the listing is withdrawn."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("listed_on")),
                name="listing_ends_after_it_begins",
                violation_error_message=_("A listing ends after it began."),
            ),
            models.UniqueConstraint(
                fields=["channel", "item"],
                condition=Q(withdrawn_on__isnull=True, item__isnull=False),
                name="one_listing_per_item_and_channel",
                violation_error_message=_("This id is on sale on this channel already."),
            ),
            models.UniqueConstraint(
                fields=["product", "channel", "shop"],
                condition=Q(withdrawn_on__isnull=True, item__isnull=True),
                name="one_listing_per_shop_and_channel",
                violation_error_message=_("The product is on sale in this shop already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.shop}".strip()


class ListingChange(models.Model):
    """Price and stock of a listing before and after one change; rows are added and never edited."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="changes")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"))
    old_price = models.DecimalField(_("price before"), max_digits=10, decimal_places=2)
    price = models.DecimalField(_("price in yuan"), max_digits=10, decimal_places=2)
    old_stock = models.PositiveIntegerField(_("stock before"))
    stock = models.PositiveIntegerField(_("stock"))

    class Meta:
        verbose_name = _("change of a listing")
        verbose_name_plural = _("changes of listings")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price__gt=0, old_price__gt=0),
                name="listing_change_price_is_positive",
                violation_error_message=_("The price is more than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(price=F("old_price"), stock=F("old_stock")),
                name="listing_change_changes_something",
                violation_error_message=_("Neither price nor stock differs."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.price} {self.stock}"
