"""Working days of mainland China, holidays and shifted weekends included."""

from datetime import date, timedelta
from functools import cache

import chinese_calendar


@cache
def is_workday(day: date) -> bool:
    """True on a working day; in years whose holidays are not announced yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after(start: date, days: int) -> date:
    """Return the day that lies `days` working days after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


def last_start(*, before: date, days: int) -> date:
    """Return the last day from which `days` working days are over before the day `before`."""
    day = before
    while after(day, days) >= before:
        day -= timedelta(days=1)
    return day


def until(today: date, due: date) -> int:
    """Return the working days left until `due`: 0 on the day itself, below zero when overdue."""
    first, last = sorted((today, due))
    days = sum(is_workday(first + timedelta(days=n + 1)) for n in range((last - first).days))
    return days if due >= today else -max(days, 1)
