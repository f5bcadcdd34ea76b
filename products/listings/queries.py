"""Reads of listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from products.listings.models import Listing, ListingChange, ListingQuerySet

if TYPE_CHECKING:
    from portal.accounts.models import User


def listings(user: User) -> ListingQuerySet:
    """Listings `user` may see, with what their pages show."""
    return Listing.objects.visible_to(user).select_related("product__submission", "item")


def changes(listing: Listing) -> QuerySet[ListingChange]:
    """What price and stock of a listing were, the latest change first; one query."""
    return listing.changes.select_related("changed_by")


def of_product(product: int) -> list[Listing]:
    """Every listing of the product of that number, those on sale first; one query."""
    rows = Listing.objects.filter(product=product).select_related("item").order_by("-pk")
    return sorted(rows, key=lambda row: row.withdrawn_on is not None)


def on_sale(product: int) -> list[Listing]:
    """Where a product is bought now; one query."""
    rows = Listing.objects.filter(product=product).on_sale()
    return list(rows.order_by("channel", "pk"))
