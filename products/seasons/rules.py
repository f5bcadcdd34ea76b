"""Whether a product is in season on a day, and how many units can leave on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from portal.clock import days_between

if TYPE_CHECKING:
    from products.models import Product


def in_season(product: Product, day: date) -> bool:
    """Inside one of its windows; by its months when it has none."""
    windows = list(product.windows.all())
    if windows:
        return any(window.holds(day) for window in windows)
    return product.in_season(day.month)


def capacity_on(product: Product, day: date) -> int:
    """Units that can leave on a day; 0 out of season, and 0 when nobody has said."""
    windows = list(product.windows.all())
    if windows:
        return sum(window.daily_capacity for window in windows if window.holds(day))
    return (product.daily_capacity or 0) if product.in_season(day.month) else 0


def season_days(product: Product, first_day: date, last_day: date) -> list[date]:
    """Days between two, both included, on which the product is in season."""
    return [day for day in days_between(first_day, last_day) if in_season(product, day)]
