"""Composed reads of the product pool."""

from __future__ import annotations

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.qualifications.rules import usable_on
from portal.submissions.enums import Purpose, State
from portal.submissions.kinds import Fact
from portal.submissions.models import Attachment
from products.models import Product


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
        .select_related("submission__county", "submission__city", "submission__organisation")
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
    lines = [
        Fact("category", _("Category"), product.get_category_display()),
        Fact("package", _("Packing"), product.package),
        Fact(
            "price",
            _("Price"),
            _("¥%(price)s per %(unit)s")
            % {"price": product.price, "unit": product.get_unit_display()}
            if product.price
            else "",
        ),
        Fact("stock", _("Stock"), str(product.stock) if product.stock is not None else ""),
        Fact("season", _("Season"), season),
    ]
    return [line for line in lines if line.value]
