"""How the products of each county get through review, and how they sell."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet, Sum

from portal.accounts.enums import Role
from portal.desk import queries as desk
from portal.regions import queries as regions
from products.sales import queries as sales

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.regions.models import County
    from products.sales.models import SalesDay

KIND = {"kind": "product"}


@dataclass
class CountyLine:
    """One county in the table of counties; `rate` is None where nothing was decided."""

    county: County
    decided: int = 0
    rate: int | None = None
    orders: int = 0
    sales: int = 0
    refunds: int = 0


@dataclass(frozen=True)
class Returned:
    """A product much of which came back: refunded orders of those that were paid."""

    code: str
    title: str
    orders: int
    refunds: int

    @property
    def rate(self) -> int:
        """Whole per cent, rounded down."""
        return self.refunds * 100 // self.orders


@dataclass(frozen=True)
class CountyReport:
    """What one county's page says; `days` is the median of working days in review."""

    county: County
    decided: int
    first: int
    days: int | None
    reasons: list[tuple[str, int]]
    sums: dict[str, int]
    returned: list[Returned] = field(default_factory=list)

    @property
    def rate(self) -> int | None:
        """First-pass rate in whole per cent, rounded down."""
        return self.first * 100 // self.decided if self.decided else None


def counties_of(actor: Actor) -> QuerySet[County]:
    """The counties whose report `actor` may read: all for roles of the province, the own ones for
    officials, none for everyone else."""
    rows = regions.counties()
    if actor.sees_province:
        return rows
    scope = Q(pk__in=[])
    for hat in actor.memberships:
        if hat.role == Role.OFFICIAL:
            scope |= Q(pk=hat.county_id) if hat.county_id else Q(city=hat.city_id)
    return rows.filter(scope)


def lines(actor: Actor, *, days: int | None) -> list[CountyLine]:
    """Every county that has something to say, the lowest first-pass rate first; three queries."""
    user = actor.person
    found = {county.pk: CountyLine(county) for county in counties_of(actor)}
    for row in desk.first_pass(user, days=days, which=KIND):
        if row.code in found:
            found[row.code].decided, found[row.code].rate = row.decided, row.rate
    for code, orders, amount, refunds in _sold(user, days):
        if code in found:
            line = found[code]
            line.orders, line.sales, line.refunds = orders, int(amount), refunds
    told = [line for line in found.values() if line.decided or line.orders or line.refunds]
    return sorted(told, key=lambda line: (line.rate is None, line.rate, line.county.pk))


def _rows(user: User, days: int | None) -> QuerySet[SalesDay]:
    rows = sales.sold(user)
    return rows if days is None else sales.last_days(rows, days)


def _sold(user: User, days: int | None) -> QuerySet[Any, Any]:
    return (
        _rows(user, days)
        .order_by()
        .values_list("product__submission__county")
        .annotate(orders_sum=Sum("orders"), sales_sum=Sum("sales"), refunds_sum=Sum("refunds"))
    )


# Fewer orders than this say nothing about a product.
ENOUGH_ORDERS = 10


def report(actor: Actor, county: County, *, days: int | None) -> CountyReport:
    """All that a county's page says; five queries."""
    user, which = actor.person, {**KIND, "county": county.pk}
    passes = desk.first_pass(user, days=days, which=which)
    spent = desk.days_to_decision(user, days=days, which=which)
    sold = _rows(user, days).filter(product__submission__county=county)
    return CountyReport(
        county=county,
        decided=passes[0].decided if passes else 0,
        first=passes[0].first if passes else 0,
        days=round(median(spent)) if spent else None,
        reasons=desk.reason_codes(user, days=days, which=which),
        sums=sales.sums(sold),
        returned=_most_returned(sold),
    )


def _most_returned(sold: Any) -> list[Returned]:
    """Up to three products of which most came back, among those that sold enough."""
    rows = sales.by_product(sold).filter(total_orders__gte=ENOUGH_ORDERS, total_refunds__gt=0)
    found = [
        Returned(row["code"], row["title"], row["total_orders"], row["total_refunds"])
        for row in rows.order_by("-total_refunds", "code")[:50]
    ]
    return sorted(found, key=lambda row: (-row.rate, row.code))[:3]
