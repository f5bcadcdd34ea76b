"""What a product's page says to machines: schema.org Product as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from products.enums import ContentUnit
from products.units import COMPARED, convert

if TYPE_CHECKING:
    from products.listings.models import Listing
    from products.models import Product, Variant

# A name may hold "</script>": what could end or open an element stands as its number.
ESCAPES = str.maketrans({each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"})
SCHEMA = "https://schema.org"
# For what buyers compare by: the unit that is known abroad, and its code of UN/CEFACT.
MEASURES = {
    ContentUnit.JIN: (ContentUnit.KILOGRAM, "KGM"),
    ContentUnit.LITRE: (ContentUnit.LITRE, "LTR"),
    ContentUnit.PIECE: (ContentUnit.PIECE, "C62"),
}


def absolute(path: str) -> str:
    """The address of a page of ours as others write it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def product_url(code: str) -> str:
    """The one address of a product's page."""
    return absolute(reverse("product", args=[code]))


def facts(product: Product, photos: Sequence[str], listings: Sequence[Listing]) -> dict[str, Any]:
    """The product as schema.org says it; an offer for each shelf, or the county's own: one for each
    variant, where there are any."""
    dossier = product.submission
    url = product_url(dossier.code)
    said: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Product",
        "name": product.name,
        "sku": dossier.code,
        "url": url,
        "description": product.description,
        "category": str(product.category or ""),
        "image": [absolute(reverse("file", args=[photo])) for photo in photos],
        "countryOfOrigin": {"@type": "Country", "name": "CN"},
    }
    if dossier.organisation:
        said["brand"] = {"@type": "Organization", "name": str(dossier.organisation)}
    offers = [_offer(row.price, row.stock, row.url or url, row.shop) for row in listings]
    if not offers:
        offers = [_of_variant(row, product, url) for row in product.variants.all()]
    if not offers and product.price is not None:
        offers = [_offer(product.price, product.stock, url)]
    if offers:
        said["offers"] = offers
    return said


def _offer(price: Any, stock: int | None, url: str, seller: str = "") -> dict[str, Any]:
    offer = {
        "@type": "Offer",
        "price": f"{price:.2f}",
        "priceCurrency": "CNY",
        "availability": f"{SCHEMA}/{'InStock' if stock else 'OutOfStock'}",
        "url": url,
    }
    if seller:
        offer["seller"] = {"@type": "Organization", "name": seller}
    return offer


def _of_variant(variant: Variant, product: Product, url: str) -> dict[str, Any]:
    """A pack with what it holds, in the units that UN/CEFACT has codes for."""
    stock = product.stock if variant.stock is None else variant.stock
    measure, code = MEASURES[COMPARED[variant.unit]]
    return _offer(variant.price, stock, url) | {
        "name": variant.name,
        "eligibleQuantity": {
            "@type": "QuantitativeValue",
            "value": str(convert(variant.amount, variant.unit, measure)),
            "unitCode": code,
        },
    }


def script(said: dict[str, Any], nonce: str) -> SafeString:
    """The element that holds it; nothing in a value can end it."""
    text = json.dumps(said, ensure_ascii=False).translate(ESCAPES)
    return format_html(
        '<script type="application/ld+json" nonce="{}">{}</script>',
        nonce,
        mark_safe(text),  # noqa: S308 - escaped above
    )
