"""Composed reads of the product pool."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.qualifications.rules import usable_on
from portal.submissions.enums import Purpose, State
from portal.submissions.kinds import Fact
from portal.submissions.models import Attachment
from products import units
from products.enums import ContentUnit, SaleUnit
from products.models import Category, Product, Variant

# Units of sale that are a measure themselves.
MEASURES = {SaleUnit.JIN: ContentUnit.JIN, SaleUnit.KILOGRAM: ContentUnit.KILOGRAM}


def categories() -> dict[str, Category]:
    """Every category by its code, those retired too, in their order; one query."""
    return {row.pk: row for row in Category.objects.order_by("position", "code")}


def categories_with_products() -> QuerySet[Category]:
    """Every category with how many products it has and how many are published; one query."""
    published = Q(products__submission__state=State.PUBLISHED)
    return Category.objects.annotate(
        filed=Count("products", distinct=True),
        shown=Count("products", filter=published, distinct=True),
    ).order_by("position", "code")


def catalogue() -> QuerySet[Product]:
    """Published products but those with a lapsed paper, of their own or of their organisation;
    one query."""
    return published().filter(usable_on(clock.today(), of="submission"))


def with_standing() -> QuerySet[Product]:
    """Published products, each with `usable`: whether no paper has lapsed; one query."""
    usable = When(usable_on(clock.today(), of="submission"), then=True)
    return published().annotate(usable=Case(usable, default=False))


def published() -> QuerySet[Product]:
    """Published products with county and the id of the first photo (`photo`); one query."""
    first_photo = Attachment.objects.filter(
        submission=OuterRef("pk"), purpose=Purpose.PHOTO, position=0
    ).values("file")[:1]
    return (
        Product.objects.published()
        .select_related(
            "category", "submission__county", "submission__city", "submission__organisation"
        )
        # Named, because SQLite holds a UUID as text and a foreign key converts nothing.
        .annotate(photo=Subquery(first_photo, output_field=UUIDField()))
    )


def in_season_now() -> Q:
    """Dossiers of published products whose season holds this month; the rule of `in_season`.

    A season may run over the new year; a product without one is always in season.
    """
    month = clock.today().month
    begun, not_over = Q(product__season_start__lte=month), Q(product__season_end__gte=month)
    wraps = Q(product__season_start__gt=F("product__season_end"))
    season = (
        Q(product__season_start__isnull=True) | (begun & not_over) | (wraps & (begun | not_over))
    )
    return season & Q(kind="product", state=State.PUBLISHED)


def facts(product: Product) -> list[Fact]:
    """What a brief or a public page says of the product, empty lines left out."""
    season = (
        f"{product.get_season_start_display()} – {product.get_season_end_display()}"
        if product.season_start and product.season_end
        else ""
    )
    variants = list(product.variants.all())
    lines = [
        Fact("category", _("Category"), str(product.category or "")),
        Fact("package", _("Packing"), product.package),
        Fact("price", _("Price"), _price(product)),
        Fact("variants", _("Variants"), "\n".join(variant_words(row) for row in variants)),
        Fact("stock", _("Stock"), str(product.stock) if product.stock is not None else ""),
        Fact("season", _("Season"), season),
        Fact(
            "shelf_life_days",
            _("Keeps for"),
            _("%(n)d days") % {"n": product.shelf_life_days} if product.shelf_life_days else "",
        ),
        Fact("dispatch_area", _("Sent from"), product.dispatch_area),
    ]
    return [line for line in lines if line.value]


def _price(product: Product) -> str:
    """What one unit costs, and one jin where the unit is another weight."""
    if not product.price:
        return ""
    said = _("¥%(price)s per %(unit)s") % {
        "price": product.price,
        "unit": product.get_unit_display(),
    }
    measure = MEASURES.get(SaleUnit(product.unit)) if product.unit else None
    if measure is None or measure == units.COMPARED[measure]:
        return said
    per = units.price_per(product.price, Decimal(1), measure)
    return f"{said} · {per_unit_words(per)}"


def variant_words(variant: Variant) -> str:
    """A variant in one line: name, content, price, and what one jin, litre or piece of it costs."""
    said = _("%(name)s (%(content)s): ¥%(price)s") % {
        "name": variant.name,
        "content": variant.content,
        "price": variant.price,
    }
    return f"{said} · {per_unit_words(variant.per_unit)}"


def per_unit_words(price: units.UnitPrice) -> str:
    """“¥7.96 per jin”, or “about” where it was rounded to the fen."""
    said = (
        _("that is ¥%(price)s per %(unit)s")
        if price.exact
        else _("that is about ¥%(price)s per %(unit)s")
    )
    return said % {"price": price.yuan, "unit": ContentUnit(price.unit).label}
