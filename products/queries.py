"""Composed reads of the product pool."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.submissions.enums import Purpose, State
from portal.submissions.kinds import Fact
from portal.submissions.models import Attachment
from products.models import Product, ProductQuerySet


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


def first_photo(product: Product) -> str:
    """Where the bytes of a product's first photo lie; empty when it has none; one query."""
    rows = Attachment.objects.filter(submission=product.pk, purpose=Purpose.PHOTO)
    return rows.order_by("position").values_list("file__path", flat=True).first() or ""


def usable_on(day: date) -> ProductQuerySet:
    """Products that are sent out and promoted on `day`: every one that is published.

    The one place that says so: what else must hold on a day, such as papers that are still valid,
    is added here and nowhere else.
    """
    return Product.objects.published()


# What a whole dossier says; each present entry counts alike.
COUNTED = (
    "category",
    "description",
    "unit",
    "package",
    "price",
    "stock",
    "daily_capacity",
    "season_start",
    "contact_name",
    "contact_phone",
)
PAPERS = (Purpose.PHOTO, Purpose.CERTIFICATE)


def complete_to(rows: ProductQuerySet, percent: int) -> ProductQuerySet:
    """Narrow to products of which at least so many per cent of a whole dossier are there."""
    present = [Q(**{f"{name}__isnull": False}) & ~_empty(name) for name in COUNTED]
    files = Attachment.objects.filter(submission=OuterRef("pk"))
    present += [Q(Exists(files.filter(purpose=purpose))) for purpose in PAPERS]
    there = sum(
        (Case(When(each, then=1), default=0, output_field=IntegerField()) for each in present),
        start=Value(0),
    )
    return rows.annotate(there=there).filter(there__gte=-(-percent * len(present) // 100))


def _empty(name: str) -> Q:
    field = Product._meta.get_field(name)
    return Q(**{name: ""}) if field.empty_strings_allowed else Q(pk__isnull=True)


SOON_DAYS = 14


def in_season(first: date, last: date, *, path: str = "") -> Q:
    """Products in season on some day from `first` to `last`; the one rule of every season filter.

    A season may run over the new year; a product without one is always in season. `path` leads
    from the row to the product. At most a year lies between the two days.
    """
    start, end = f"{path}season_start", f"{path}season_end"
    found = Q(**{f"{start}__isnull": True})
    for month in _months(first, last):
        begun, not_over = Q(**{f"{start}__lte": month}), Q(**{f"{end}__gte": month})
        wraps = Q(**{f"{start}__gt": F(end)})
        found |= (begun & not_over) | (wraps & (begun | not_over))
    return found


def _months(first: date, last: date) -> list[int]:
    """The months two days touch, from the first on."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [(first.month - 1 + n) % 12 + 1 for n in range(min(count, 12))]


def in_season_now() -> Q:
    """Dossiers of published products that are in season today."""
    today = clock.today()
    return in_season(today, today, path="product__") & Q(kind="product", state=State.PUBLISHED)


def in_season_soon() -> Q:
    """Products in season on some day of the two weeks that begin today."""
    today = clock.today()
    return in_season(today, today + timedelta(days=SOON_DAYS))


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
