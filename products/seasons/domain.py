"""The acts on seasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from products.seasons.models import SeasonWindow

if TYPE_CHECKING:
    from products.models import Product


def write_windows(windows_of: Mapping[Product, Sequence[tuple[int, int, int]]]) -> None:
    """Make the windows of each product those given, as (starts, ends, units a day); two queries,
    however many products. Called where their records are written, under the dossiers' lock."""
    if not windows_of:
        return
    SeasonWindow.objects.filter(product__in=windows_of).delete()
    SeasonWindow.objects.bulk_create(
        SeasonWindow(product=product, starts=starts, ends=ends, daily_capacity=units)
        for product, windows in windows_of.items()
        for starts, ends, units in sorted(windows)
    )
    for product in windows_of:
        # What was read before is no longer true.
        getattr(product, "_prefetched_objects_cache", {}).pop("windows", None)
