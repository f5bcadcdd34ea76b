"""What every list page does: sort, page size and paging out of the address."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

SIZES = (20, 50, 100)


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
    default = next(iter(sorts))
    wanted = request.GET.get("sort", default)
    _label, order = sorts.get(wanted, sorts[default])
    size = request.GET.get("size", "")
    per_page = int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0]
    paginator = Paginator(rows.order_by(*order), per_page)
    return {
        "page_obj": paginator.get_page(request.GET.get("page")),
        "sorts": [(value, label) for value, (label, _order) in sorts.items()],
        "sizes": SIZES,
    }
