"""What every list page does: sort, page size and paging out of the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property

SIZES = (20, 50, 100)
# Rows are counted and leafed through this far: nobody turns 100 pages, and counting all
# would cost more with every year of data. Filters and the export reach the rest.
COUNTED = 2_000


class Counted(int):
    """A number of rows; `more` says that there are more than these."""

    more: bool

    def __new__(cls, rows: int) -> Counted:
        """Take what was counted, at most one row above `COUNTED`."""
        number = super().__new__(cls, min(rows, COUNTED))
        number.more = rows > COUNTED
        return number


class ListPaginator(Paginator):
    """Pages of a list whose first `COUNTED` rows are counted."""

    @cached_property
    def count(self) -> Counted:
        """How many rows there are, as far as they are counted; one query that reads no more."""
        return counted(cast("QuerySet[Any]", self.object_list))


class RowsPaginator(Paginator):
    """Pages of rows that are in no table, as far as lists leaf through."""

    @cached_property
    def count(self) -> Counted:
        """How many rows there are."""
        return Counted(len(self.object_list))


def counted(rows: QuerySet[Any]) -> Counted:
    """Count rows as far as lists count them; one query that reads no more."""
    rows = rows.order_by()
    if rows.query.group_by is None:
        # Only what an index knows: a row's other columns would be read for nothing.
        rows = rows.values("pk")
    return Counted(rows[: COUNTED + 1].count())


def page_of(request: HttpRequest, rows: QuerySet[Any], per_page: int) -> Page[Any]:
    """Return the page the address asks for; an odd number means the nearest page."""
    return ListPaginator(rows, per_page).get_page(request.GET.get("page"))


def page_context(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    sorts: dict[str, tuple[str | Promise, tuple[str, ...]]],
) -> dict[str, Any]:
    """Return `page_obj`, `sorts` and `sizes` for the list components.

    `sorts` maps the value in the address to its label and the order it means; the first is the
    default. Values nobody offered fall back to it, as does an odd page or size.
    """
    wanted = _wanted(request, sorts)
    _label, order = sorts[wanted]
    return {
        "page_obj": page_of(request, rows.order_by(*order), _per_page(request)),
        **_offers(sorts),
    }


def list_context(
    request: HttpRequest,
    rows: Sequence[Any],
    *,
    sorts: dict[str, tuple[str | Promise, Callable[[Any], Any]]],
) -> dict[str, Any]:
    """The same for rows that are in no table, as `pages`; `sorts` maps to a label and the key to
    sort by."""
    _label, key = sorts[_wanted(request, sorts)]
    pages = RowsPaginator(sorted(rows, key=key), _per_page(request))
    return {"pages": pages.get_page(request.GET.get("page")), **_offers(sorts)}


def _wanted(request: HttpRequest, sorts: dict[str, Any]) -> str:
    wanted = request.GET.get("sort", "")
    return wanted if wanted in sorts else next(iter(sorts))


def _per_page(request: HttpRequest) -> int:
    size = request.GET.get("size", "")
    return int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0]


def _offers(sorts: dict[str, Any]) -> dict[str, Any]:
    return {
        "sorts": [(value, label) for value, (label, _order) in sorts.items()],
        "sizes": SIZES,
    }
