"""Reads of views."""

from __future__ import annotations

from datetime import date, timedelta

from portal import clock
from products.seen.models import SeenDay

DAYS = 30


def last_days(product: int, days: int = DAYS) -> list[tuple[date, int]]:
    """(day, views) of the last days up to today, zeros too, the oldest first; one query."""
    today = clock.today()
    first = today - timedelta(days=days - 1)
    rows = SeenDay.objects.filter(product=product, date__range=(first, today))
    known = dict(rows.order_by("date").values_list("date", "count"))
    return [(day, known.get(day, 0)) for day in (first + timedelta(days=n) for n in range(days))]
