"""A product's season in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from products.models import Product
    from products.seasons.models import SeasonWindow


def season_words(product: Product) -> str:
    """When it is in season: its windows to the day, else its months, else nothing."""
    windows = list(product.windows.all())
    if windows:
        return _(", ").join(window_words(window) for window in windows)
    if product.season_start and product.season_end:
        return f"{product.get_season_start_display()} – {product.get_season_end_display()}"
    return ""


def window_words(window: SeasonWindow) -> str:
    """One window: from which day to which."""
    return f"{_day(window.starts)} – {_day(window.ends)}"


def _day(number: int) -> str:
    return _("%(month)d/%(day)d") % {"month": number // 100, "day": number % 100}
