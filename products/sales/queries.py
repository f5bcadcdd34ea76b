"""Reads of sales."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from portal import clock
from products.sales.models import FIGURES, ReportedDay, SalesDay, SalesDayQuerySet, UnmatchedSale

if TYPE_CHECKING:
    from portal.accounts.models import User

PART_DAYS = 30


def sold(user: User) -> SalesDayQuerySet:
    """Every day of every product `user` may see."""
    return SalesDay.objects.visible_to(user)


def of_product(product: int) -> SalesDayQuerySet:
    """The days of one product whose dossier the reader may see already."""
    return SalesDay.objects.filter(product=product)


def sums(rows: QuerySet[Any]) -> dict[str, int]:
    """The four figures of some days added up; one query."""
    found = rows.order_by().aggregate(**{name: Sum(name) for name in FIGURES})
    return {name: int(value or 0) for name, value in found.items()}


def last_days(rows: SalesDayQuerySet, days: int = PART_DAYS) -> SalesDayQuerySet:
    """Narrow to the last days, today among them."""
    return rows.filter(date__gt=clock.today() - timedelta(days=days), date__lte=clock.today())


def days_behind() -> QuerySet[ReportedDay]:
    """Days of sales that wait to be added up again."""
    return ReportedDay.objects.filter(wanted__gt=F("closed"))


def by_product(rows: SalesDayQuerySet) -> QuerySet[Any]:
    """Sums of each product, as dicts: code, title, county, city, the four figures, days."""
    return (
        rows.order_by()
        .values(
            code=F("product__submission__code"),
            title=F("product__submission__title"),
            county=F("product__submission__county__name"),
            city=F("product__submission__city__name"),
        )
        .annotate(
            **{f"total_{name}": Sum(name) for name in FIGURES},
            days=Count("pk"),
            last=Max("date"),
        )
    )


def unmatched(user: User) -> QuerySet[Any]:
    """Ids nobody knows, as dicts by source and id, the best sold first."""
    return (
        UnmatchedSale.objects.visible_to(user)
        .order_by()
        .values("external_id", source_name=F("source__name"))
        .annotate(
            **{f"total_{name}": Sum(name) for name in FIGURES},
            first=Min("date"),
            last=Max("date"),
        )
    )


def days_between(rows: SalesDayQuerySet, first: date | None, last: date | None) -> SalesDayQuerySet:
    """Narrow to the days from `first` to `last`, each left open when None."""
    if first is not None:
        rows = rows.filter(date__gte=first)
    return rows if last is None else rows.filter(date__lte=last)
