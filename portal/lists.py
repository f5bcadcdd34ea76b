"""What every list page does: sort, page size and paging out of the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


def _chosen(request: HttpRequest, sorts: Mapping[str, tuple[Any, Any]]) -> Any:
    """The order that the address asks for; the first when it asks for none or another."""
    default = next(iter(sorts))
    _label, order = sorts.get(request.GET.get("sort", default), sorts[default])
    return order


def size_of(request: HttpRequest) -> int:
    """How many rows a page is to have."""
    size = request.GET.get("size", "")
    return int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0]


def _context(page: Page[Any], sorts: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {
        "page_obj": page,
        "sorts": [(value, label) for value, (label, _order) in sorts.items()],
        "sizes": SIZES,
    }


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
    order = _chosen(request, sorts)
    return _context(page_of(request, rows.order_by(*order), size_of(request)), sorts)


LineSorts = Mapping[str, tuple[str | Promise, Callable[[Any], Any]]]


def sorted_lines(request: HttpRequest, lines: Sequence[Any], *, sorts: LineSorts) -> list[Any]:
    """Return lines that were worked out, not read, in the order the address asks for; each sort
    has the key of a line in place of columns."""
    return sorted(lines, key=_chosen(request, sorts))


def lines_context(
    request: HttpRequest, lines: Sequence[Any], *, sorts: LineSorts
) -> dict[str, Any]:
    """Return the same as `page_context` for such lines."""
    found = sorted_lines(request, lines, sorts=sorts)
    pages = RowsPaginator(found, size_of(request))
    return _context(pages.get_page(request.GET.get("page")), sorts)
