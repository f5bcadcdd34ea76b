"""How many products each county may put forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Count

from portal.regions.models import County
from products.models import Product

if TYPE_CHECKING:
    from products.calls.models import Call


def quota_of(call: Call, county: County) -> int:
    """One county's quota; one query."""
    own = call.quotas.filter(county=county).values_list("quota", flat=True).first()
    return call.quota if own is None else own


def split(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Split `total` by weight into whole parts that add up: the largest remainders round up.

    Of equal remainders the first key by its order wins. Nothing is given where all weigh nothing.
    """
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    parts = {key: total * weight // whole for key, weight in weights.items()}
    rest = total - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[:rest]:
        parts[key] += 1
    return parts


def suggestion(total: int) -> dict[str, int]:
    """`total` places by county code, by how many published products each county has; two
    queries."""
    published = dict(
        Product.objects.published()
        .filter(submission__county__isnull=False)
        .order_by()
        .values_list("submission__county")
        .annotate(n=Count("pk"))
    )
    codes = County.objects.order_by("code").values_list("code", flat=True)
    return split(total, {code: published.get(code, 0) for code in codes})
