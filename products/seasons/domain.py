"""The acts on seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from products.seasons.models import SeasonWindow

if TYPE_CHECKING:
    from products.models import Product


def write_windows(*, product: Product, windows: list[tuple[int, int, int]]) -> None:
    """Make a product's windows those given, as (starts, ends, units a day); called where its
    record is written, under the dossier's lock."""
    rows = {row.starts: row for row in product.windows.all()}
    wanted = {starts: (ends, units) for starts, ends, units in windows}
    if {starts: (row.ends, row.daily_capacity) for starts, row in rows.items()} == wanted:
        return
    product.windows.all().delete()
    SeasonWindow.objects.bulk_create(
        SeasonWindow(product=product, starts=starts, ends=ends, daily_capacity=units)
        for starts, (ends, units) in sorted(wanted.items())
    )
    # What was read before is no longer true.
    getattr(product, "_prefetched_objects_cache", {}).pop("windows", None)
