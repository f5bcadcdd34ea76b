"""A product's season in words."""

from __future__ import annotations

from dataclasses import dataclass
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


# Days before each month in a leap year.
BEFORE = (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366)


@dataclass(frozen=True)
class Run:
    """A stretch of the year as a bar draws it: days before it, and days it is long."""

    x: int
    width: int


def runs(product: Product) -> list[Run]:
    """The year's stretches in season, in days of a leap year; the whole year without any season."""
    windows = [(row.starts, row.ends) for row in product.windows.all()]
    if not windows and product.season_start and product.season_end:
        windows = [(product.season_start * 100 + 1, product.season_end * 100 + 31)]
    if not windows:
        return [Run(0, BEFORE[-1])]
    found = []
    for starts, ends in windows:
        first, last = place_of(starts), place_of(ends) + 1
        if first < last:
            found.append(Run(first, last - first))
        else:
            found += [Run(first, BEFORE[-1] - first), Run(0, last)]
    return sorted(found, key=lambda run: run.x)


def place_of(number: int) -> int:
    """Days before a day of the year (month * 100 + day); a month's 31st is at most its last."""
    month, day = divmod(number, 100)
    return min(BEFORE[month - 1] + day, BEFORE[month]) - 1


def _day(number: int) -> str:
    return _("%(month)d/%(day)d") % {"month": number // 100, "day": number % 100}
