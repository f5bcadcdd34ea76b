"""A page of a list whose order is worked out from arrays, not by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from portal.lists import SIZES, RowsPaginator, size_of


def page_of_keys(
    request: HttpRequest,
    rows: QuerySet[Any],
    keys: Sequence[int],
    *,
    sorts: Mapping[str, str | Promise],
) -> dict[str, Any]:
    """What `portal.lists.page_context` returns, for the rows of `keys` in their order; one query.

    The caller has sorted the keys and told which may be seen: they are numbers out of `rows`.
    """
    page = RowsPaginator(keys, size_of(request)).get_page(request.GET.get("page"))
    found = rows.in_bulk(list(page.object_list))
    page.object_list = [found[key] for key in page.object_list if key in found]
    return {"page_obj": page, "sorts": list(sorts.items()), "sizes": SIZES}
