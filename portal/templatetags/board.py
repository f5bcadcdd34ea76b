"""`{% load board %}`: what the programme board is composed with besides `page`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils.formats import date_format

from . import figures

register = template.Library()

# Widths inside the drawing of one line, in thousandths of its length.
LENGTH = 1000


@register.filter
def short_date(day: date) -> str:
    """`{{ day|short_date }}`: 10月23日; the year is clear from the place it stands in."""
    if figures.speaks_chinese():
        return f"{day.month}月{day.day}日"
    return date_format(day, "j M")


@register.filter
def month_name(day: date) -> str:
    """`{{ day|month_name }}`: 2023年10月, or October 2023."""
    if figures.speaks_chinese():
        return f"{day.year}年{day.month}月"
    return date_format(day, "F Y")


@register.inclusion_tag("components/schedule.html")
def schedule(
    entries: Iterable[Any], first_day: date, last_day: date, today: date
) -> dict[str, Any]:
    """`{% schedule entries first_day last_day today %}`: entries as bars between two days.

    Entries have label, what, first_day, last_day, url; what lies outside is cut off.
    """
    days = (last_day - first_day).days + 1

    def place(day: date) -> float:
        return (day - first_day).days * LENGTH / days

    rows = [
        {
            "entry": entry,
            "over": entry.last_day < today,
            "x": f"{place(max(entry.first_day, first_day)):.1f}",
            "width": f"{_length(place, entry, first_day, last_day):.1f}",
        }
        for entry in entries
    ]
    second = (first_day + timedelta(days=31)).replace(day=1)
    return {
        "rows": rows,
        "length": LENGTH,
        "today": today,
        "today_x": f"{place(today) + LENGTH / days / 2:.1f}",
        "months": (first_day, second),
        "month_x": f"{place(second):.1f}",
    }


def _length(place: Any, entry: Any, first_day: date, last_day: date) -> float:
    begin, end = max(entry.first_day, first_day), min(entry.last_day, last_day)
    return float(place(end + timedelta(days=1)) - place(begin))
