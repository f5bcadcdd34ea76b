"""Composed reads of the product pool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
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
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.qualifications import rules as papers
from portal.submissions.enums import Purpose, State
from portal.submissions.kinds import Fact
from portal.submissions.models import Attachment
from products import rules, units
from products.enums import ContentUnit, SaleUnit
from products.models import Category, Product, ProductQuerySet, Variant
from products.seasons.models import SeasonWindow, number_of
from products.seasons.rules import in_season
from products.seasons.words import season_words

# What comes into season within so many days is announced.
SOON_DAYS = 14
# Units of sale that are a measure themselves.
MEASURES = {SaleUnit.JIN: ContentUnit.JIN, SaleUnit.KILOGRAM: ContentUnit.KILOGRAM}


def categories() -> dict[str, Category]:
    """Every category by its code, those retired too, in their order; one query."""
    return {row.pk: row for row in Category.objects.order_by("position", "code")}


def category_choices() -> list[tuple[str, Any]]:
    """Every category to filter by, those retired too: they have products."""
    return [("", _("All")), *categories().items()]


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
    return published().filter(papers.usable_on(clock.today(), of="submission"))


def with_standing() -> QuerySet[Product]:
    """Published products, each with `usable`: whether no paper has lapsed; one query."""
    usable = When(papers.usable_on(clock.today(), of="submission"), then=True)
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


def season(day: date, *, of: str = "product__") -> Q:
    """Rows whose season holds a day, the rule of `seasons.rules.in_season` in SQL.

    `of` leads from the row to the product: of dossiers, or empty for products themselves. Windows
    count where there are any; else the months, which may run over the new year; a product with
    neither is always in season.
    """
    return _season(number_of(day), number_of(day), of)


def unready(day: date) -> Q:
    """Dossiers of products out of season on a day, or out of stock: beyond state and papers, the
    rest of `rules.readiness` in SQL."""
    empty = Q(product__stock__isnull=True) | Q(product__stock=0)
    return Q(kind="product") & (~season(day) | empty)


def open_on(days: Sequence[date], among: QuerySet[Any]) -> dict[int, tuple[bool, ...]]:
    """Of these dossiers the products that will be out of season on some of the days, each with
    whether it is in season, day by day; two queries."""
    seasonal = Q(season_start__isnull=False) | Q(pk__in=SeasonWindow.objects.values("product"))
    rows = Product.objects.filter(seasonal, pk__in=among).select_related(None)
    known: dict[Any, tuple[bool, ...]] = {}
    found = {}
    rows = rows.only("season_start", "season_end").prefetch_related("windows")
    for row in rows.order_by("pk"):
        windows = ((window.starts, window.ends) for window in row.windows.all())
        # Many have the same season.
        own = (row.season_start, row.season_end, *windows)
        if own not in known:
            known[own] = tuple(in_season(row, day) for day in days)
        if not all(known[own]):
            found[row.pk] = known[own]
    return found


def season_of_month(month: int, *, of: str = "") -> Q:
    """Rows in season on any day of a month."""
    return _season(month * 100 + 1, month * 100 + 31, of)


def season_soon(*, of: str = "") -> Q:
    """Rows that come into season within the next 14 days and are not in it today."""
    first, last = clock.today() + timedelta(days=1), clock.today() + timedelta(days=SOON_DAYS)
    if first.year == last.year:
        coming = _season(number_of(first), number_of(last), of)
    else:
        coming = _season(number_of(first), 1231, of) | _season(101, number_of(last), of)
    return coming & ~season(clock.today(), of=of)


def _season(first: int, last: int, of: str) -> Q:
    """Rows in season on any day from `first` to `last` of one year, as month * 100 + day."""
    windows = SeasonWindow.objects.order_by()
    begun = Q(**{f"{of}season_start__lte": last // 100})
    not_over = Q(**{f"{of}season_end__gte": first // 100})
    wraps = Q(**{f"{of}season_start__gt": F(f"{of}season_end")})
    months = (
        Q(**{f"{of}season_start__isnull": True}) | (begun & not_over) | (wraps & (begun | not_over))
    )
    touching = Q(pk__in=windows.touching(first, last).values("product"))
    return touching | (months & ~Q(pk__in=windows.values("product")))


def first_photo(product: Product) -> str:
    """Where the bytes of a product's first photo lie; empty when it has none; one query."""
    rows = Attachment.objects.filter(submission=product.pk, purpose=Purpose.PHOTO)
    return rows.order_by("position").values_list("file__path", flat=True).first() or ""


def usable_on(day: date) -> ProductQuerySet:
    """Products that are sent out and promoted on `day`: published, and no paper lapsed.

    The one place that says so: what else must hold on a day is added here and nowhere else.
    """
    usable: ProductQuerySet = Product.objects.published().filter(
        papers.usable_on(day, of="submission")
    )
    return usable


def complete_to(rows: ProductQuerySet, percent: int) -> ProductQuerySet:
    """Narrow to products of which at least so many per cent are there of what a submission in
    their category asks for; the categories take one query.

    For drafts the same as `submissions.completeness`; products that stand published are asked for
    what was asked for later, too.
    """
    known = categories().values()
    asking: dict[str, set[str]] = {}
    for category in known:
        for name in rules.asked_fields(category):
            asking.setdefault(name, set()).add(category.pk)
    to_the_day = ~Q(season_days="")
    there: Any = Value(0)
    asked: Any = _by_category({row.pk: len(rules.asked_fields(row)) for row in known}, _UNSORTED)
    for name, codes in sorted(asking.items()):
        wanted = Q() if name in rules.ALWAYS else Q(category__in=codes)
        if name == "certificates":
            wanted |= Q(category__isnull=True)
        if name in rules.DECIDED["season"]:
            # Said to the day, the season needs no months.
            asked -= _one_where(wanted & to_the_day)
            wanted &= ~to_the_day
        there += _one_where(wanted & _is_there(name, known))
    return rows.filter(GreaterThanOrEqual(there * 100, asked * percent))


_UNSORTED = len(rules.asked_fields(None))


def _is_there(name: str, known: Iterable[Category]) -> Q:
    """Products that have something in a field, and of files as many as their category wants."""
    if name == "variants":
        return Q(Exists(Variant.objects.filter(product=OuterRef("pk"))))
    if name in Purpose.values:
        least = {
            row.pk: row.min_photos if name == Purpose.PHOTO else len(row.papers) for row in known
        }
        files = Attachment.objects.filter(submission=OuterRef("pk"), purpose=name).order_by()
        counted = files.values("submission").annotate(number=Count("pk")).values("number")
        return Q(GreaterThanOrEqual(Coalesce(Subquery(counted), 0), _by_category(least, 1)))
    field = Product._meta.get_field(name)
    if isinstance(field, BooleanField):
        return Q(**{name: True})
    present = Q(**{f"{name}__isnull": False})
    return present & ~Q(**{name: ""}) if field.empty_strings_allowed else present


def _by_category(numbers: dict[str, int], default: int) -> Case:
    cases = [When(category=code, then=number) for code, number in numbers.items()]
    return Case(*cases, default=default, output_field=IntegerField())


def _one_where(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def in_season_now() -> Q:
    """Dossiers of published products that are in season today."""
    return season(clock.today()) & Q(kind="product", state=State.PUBLISHED)


def in_season_soon() -> Q:
    """Dossiers of published products that come into season within 14 days."""
    return season_soon(of="product__") & Q(kind="product", state=State.PUBLISHED)


def harvest() -> QuerySet[Product]:
    """Products of the catalogue with their place; the windows take one more query."""
    return catalogue().select_related("submission__county__city").prefetch_related("windows")


def by_month(rows: QuerySet[Product]) -> list[int]:
    """How many of `rows` are in season in each month, January first; one query."""
    counted = rows.order_by().aggregate(
        **{f"m{month}": Count("pk", filter=season_of_month(month)) for month in range(1, 13)}
    )
    return [counted[f"m{month}"] for month in range(1, 13)]


def facts(product: Product) -> list[Fact]:
    """What a brief or a public page says of the product, empty lines left out."""
    variants = list(product.variants.all())
    lines = [
        Fact("category", _("Category"), str(product.category or "")),
        Fact("package", _("Packing"), product.package),
        Fact("price", _("Price"), _price(product)),
        Fact("variants", _("Variants"), "\n".join(variant_words(row) for row in variants)),
        Fact("stock", _("Stock"), str(product.stock) if product.stock is not None else ""),
        Fact("season", _("Season"), season_words(product)),
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
