"""Composed reads of the product pool."""

from __future__ import annotations

from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.submissions.enums import Purpose, State
from portal.submissions.kinds import Fact
from portal.submissions.models import Attachment
from products.models import Product
from products.seasons.models import SeasonWindow
from products.seasons.words import season_words


def catalogue() -> QuerySet[Product]:
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


def season(day: date, *, of: str = "product__") -> Q:
    """Rows whose season holds a day, the rule of `seasons.rules.in_season` in SQL.

    `of` leads from the row to the product: of dossiers, or empty for products themselves. Windows
    count where there are any; else the months, which may run over the new year; a product with
    neither is always in season.
    """
    windows = SeasonWindow.objects.order_by()
    begun = Q(**{f"{of}season_start__lte": day.month})
    not_over = Q(**{f"{of}season_end__gte": day.month})
    wraps = Q(**{f"{of}season_start__gt": F(f"{of}season_end")})
    months = (
        Q(**{f"{of}season_start__isnull": True}) | (begun & not_over) | (wraps & (begun | not_over))
    )
    holding = Q(pk__in=windows.holding(day).values("product"))
    return holding | (months & ~Q(pk__in=windows.values("product")))


def in_season_now() -> Q:
    """Dossiers of published products that are in season today."""
    return season(clock.today()) & Q(kind="product", state=State.PUBLISHED)


def facts(product: Product) -> list[Fact]:
    """What a brief or a public page says of the product, empty lines left out."""
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
        Fact("season", _("Season"), season_words(product)),
    ]
    return [line for line in lines if line.value]
