"""What an export says of a product: as columns of a workbook and as fields of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column
from portal.submissions.enums import State
from products.lines import row_of
from products.queries import variant_words
from products.seasons.forms import rows_of

if TYPE_CHECKING:
    from portal.submissions.models import Submission
    from products.models import Product


def photo_urls(product: Product) -> list[str]:
    """Addresses of the photos, which are public as long as the product is."""
    return [
        f"{settings.SITE_URL}{reverse('file', args=[row.file_id])}"
        for row in product.submission.photos
    ]


def page_url(product: Product) -> str:
    """The address of the public page."""
    return f"{settings.SITE_URL}{reverse('product', args=[product.submission.code])}"


def reason_text(code: str) -> str:
    """Why a dossier was taken back, in words; empty for what was sent."""
    if not code:
        return ""
    if code == "filter":
        return str(_("No longer fits the profile"))
    return str(State(code).label)


PRODUCT_COLUMNS = (
    Column(_("Code"), 20, lambda row: row.submission.code),
    Column(_("Version"), 8, lambda row: row.submission.version),
    Column(_("Product name"), 24, lambda row: row.name),
    Column(_("Category"), 12, lambda row: str(row.category or "")),
    Column(_("City"), 12, lambda row: str(row.submission.city or "")),
    Column(_("County"), 18, lambda row: str(row.submission.county or "")),
    Column(_("Organisation"), 28, lambda row: str(row.submission.organisation or "")),
    Column(_("What makes it special"), 40, lambda row: row.description),
    Column(_("Packing"), 16, lambda row: row.package),
    Column(_("Sold by"), 10, lambda row: row.get_unit_display()),
    Column(_("Price in yuan"), 12, lambda row: row.price),
    Column(_("Stock"), 10, lambda row: row.stock),
    Column(_("Variants"), 40, lambda row: "\n".join(map(variant_words, row.variants.all()))),
    Column(_("Can be sent per day"), 12, lambda row: row.daily_capacity),
    Column(_("Season from"), 10, lambda row: row.get_season_start_display() or ""),
    Column(_("Season until"), 10, lambda row: row.get_season_end_display() or ""),
    Column(_("Season to the day"), 24, lambda row: row.season_days),
    Column(_("Needs a cold chain"), 10, lambda row: row.cold_chain),
    Column(_("Published"), 18, lambda row: row.submission.published_at),
    Column(_("Public page"), 40, page_url),
    Column(_("Photos"), 60, lambda row: "\n".join(photo_urls(row))),
)
REMOVED_COLUMNS = (
    Column(_("Code"), 20, lambda row: row.code),
    Column(_("Title"), 24, lambda row: row.title),
    Column(_("Version"), 8, lambda row: row.version),
    Column(_("Removed because"), 24, lambda row: reason_text(row.removed_because)),
)


def product_json(row: Product) -> dict[str, Any]:
    """The same for machines; money as text in yuan, so that no receiver rounds it."""
    dossier = row.submission
    return {
        "code": dossier.code,
        "version": dossier.version,
        "name": row.name,
        "category": row.category_id,
        "city": dossier.city_id,
        "county": dossier.county_id,
        "county_name": str(dossier.county or ""),
        "organisation": str(dossier.organisation or ""),
        "description": row.description,
        "package": row.package,
        "unit": row.unit,
        "price": None if row.price is None else str(row.price),
        "stock": row.stock,
        "variants": [row_of(variant) for variant in row.variants.all()],
        "daily_capacity": row.daily_capacity,
        "season": [row.season_start, row.season_end] if row.season_start else None,
        "season_days": rows_of(row.season_days),
        "shelf_life_days": row.shelf_life_days,
        "dispatch_area": row.dispatch_area,
        "cold_chain": row.cold_chain,
        "published_at": dossier.published_at.isoformat() if dossier.published_at else None,
        "url": page_url(row),
        "photos": photo_urls(row),
        "listings": [
            {
                "channel": listing.channel,
                "shop": listing.shop,
                "id": listing.item.value if listing.item else None,
                "url": listing.url,
                "price": str(listing.price),
                "stock": listing.stock,
            }
            for listing in row.on_sale
        ],
    }


def removed_json(row: Submission) -> dict[str, Any]:
    """What the receiver is to take back, and why."""
    return {
        "code": row.code,
        "version": row.version,
        "removed_because": row.removed_because,
        "reason": reason_text(row.removed_because),
    }
