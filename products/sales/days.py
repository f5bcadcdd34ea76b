"""Adding a day of sales up from the reports that count for it: replaced, never incremented."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from portal import bulk
from portal.statements import days as derived
from portal.statements import domain as statements_domain
from portal.statements import queries as statements
from portal.statements.facts import cells_of
from portal.statements.models import IdKind, Statement
from portal.statements.rebuilding import Figures, Table
from products.listings.models import Item
from products.sales.models import FIGURES, ReportedDay, SalesDay, UnmatchedSale

CLOSE = "products.sales"


@dataclass
class Sold:
    """What reports say of one id or one product on a day."""

    figures: Counter[str] = field(default_factory=Counter)
    approximate: bool = False

    def add(self, other: Sold) -> None:
        """Add what is said of another id of the same product."""
        self.figures.update(other.figures)
        self.approximate |= other.approximate

    @property
    def values(self) -> dict[str, int]:
        """Every figure; one that no report has is zero."""
        return {name: self.figures[name] for name in FIGURES}


# What each report says of the day, by id.
Said = list[tuple[Statement, dict[str, Sold]]]
# What a close writes.
Rows = dict[type[Model], list[Any]]


def hold_reports() -> None:
    """Lock the sources that name products by id, until the caller's transaction ends."""
    statements_domain.hold_sources(Q(id_kind=IdKind.PRODUCT))


def want_closed(days: list[date]) -> None:
    """Ask for days to be added up again, where a report of sales speaks of them."""
    if days and statements.tells_sales(min(days), max(days)):
        derived.want_closed(ReportedDay, days, kind=CLOSE)


def want_days_of(external_id: str) -> None:
    """Ask for the days on which a report named an id nobody knew; call under `hold_reports`.

    A day that is being added up at this moment may be about to say so: every day behind is one.
    """
    seen = UnmatchedSale.objects.filter(external_id=external_id).order_by("date")
    days = {*seen.values_list("date", flat=True), *derived.behind(ReportedDay)}
    derived.want_closed(ReportedDay, days, kind=CLOSE)


def close_day(*, day: date) -> bool:
    """Rebuild the day's sales from the current reports; True when anything was written.

    Locks the day, as `portal.statements.days.close` says.
    """

    def read() -> tuple[str, Rows]:
        said, known = _read(day)
        return _digest(said, known), _rows(day, said, known)

    def replace(rows: Rows, _is_first: bool) -> None:
        for model, own in rows.items():
            model._default_manager.filter(date=day).delete()
            bulk.write(model, own)

    return derived.close(ReportedDay, day, read=read, replace=replace)


def rows_of(day: date) -> Rows:
    """The rows of the day as a close would write them; call it under the day's lock."""
    return _rows(day, *_read(day))


def _read(day: date) -> tuple[Said, dict[str, int]]:
    """What the current reports say of the day, and the product of every id that is known."""
    said = [(found, _sold(found, day)) for found in _current(day)]
    return said, _items({value for _statement, sold in said for value in sold})


def _current(day: date) -> list[Statement]:
    """The reports of sales that count for the day, by the age of their source."""
    rows = [row for row in statements.current(day) if row.source.tells_sales]
    return sorted(rows, key=lambda row: row.source_id)


def _sold(statement: Statement, day: date) -> dict[str, Sold]:
    """What one report says of the day, by id."""
    found: dict[str, Sold] = defaultdict(Sold)
    for cell in cells_of(statement, day):
        sold = found[cell.external_id]
        if cell.metric in FIGURES:
            sold.figures[cell.metric] += cell.count
            sold.approximate |= cell.approximate
    return found


def _items(values: set[str]) -> dict[str, int]:
    """The product of every id that is known."""
    ordered, found = sorted(values), {}
    for start in range(0, len(ordered), 500):
        rows = Item.objects.filter(value__in=ordered[start : start + 500]).order_by("pk")
        found |= dict(rows.values_list("value", "product_id"))
    return found


def _rows(day: date, said: Said, known: dict[str, int]) -> Rows:
    """The rows of the day. An id that two reports name counts from the older source alone: one
    order is one order, whoever reports it."""
    products: dict[int, Sold] = defaultdict(Sold)
    unmatched, counted = [], set()
    for statement, sold in said:
        for value, row in sorted(sold.items()):
            if value in counted:
                continue
            counted.add(value)
            if value in known:
                products[known[value]].add(row)
            else:
                unmatched.append(
                    UnmatchedSale(
                        date=day, source=statement.source, external_id=value, **row.values
                    )
                )
    sales = [
        SalesDay(date=day, product_id=pk, approximate=row.approximate, **row.values)
        for pk, row in sorted(products.items())
    ]
    return {SalesDay: sales, UnmatchedSale: unmatched}


def _digest(said: Said, known: dict[str, int]) -> str:
    """A digest of everything the day's sales are made of."""
    digest = hashlib.sha256()
    for statement, _found in said:
        files = [part.sha256 for part in statement.counting_parts]
        digest.update(f"|{statement.pk}:{sorted(files)}".encode())
    for value in sorted(known):
        digest.update(f"|{value}:{known[value]}".encode())
    return digest.hexdigest()


WORDS = {
    "orders": _("orders paid"),
    "sales": _("sales in fen"),
    "refunds": _("orders refunded"),
    "refunded": _("money refunded in fen"),
}
SALES = Figures(
    days=ReportedDay,
    tables=(
        Table(
            SalesDay,
            _("sales of a day"),
            {"product_id": _("product")},
            WORDS | {"approximate": _("rounded")},
        ),
        Table(
            UnmatchedSale,
            _("unmatched sale"),
            {"source_id": _("source"), "external_id": _("id")},
            WORDS,
        ),
    ),
    read=rows_of,
    counts=lambda source: source.tells_sales,
    checked=_("Days of sales: %(days)d closed once more on paper, %(rows)d rows compared."),
)
