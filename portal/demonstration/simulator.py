"""How an audience behaves: what each promoted work is shown a day and an hour. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.demonstration import invented

# Monday to Sunday.
WEEKDAYS = (0.93, 0.90, 0.92, 0.95, 1.06, 1.20, 1.14)
# 丰收节, 中秋 and 国庆 of 2023; 7 and 8 October were working days.
PEAKS = {
    date(2023, 9, 23): 1.55,
    date(2023, 9, 24): 1.25,
    date(2023, 9, 28): 1.15,
    date(2023, 9, 29): 1.50,
    date(2023, 9, 30): 1.35,
    date(2023, 10, 1): 1.45,
    date(2023, 10, 2): 1.40,
    date(2023, 10, 3): 1.30,
    date(2023, 10, 4): 1.25,
    date(2023, 10, 5): 1.15,
    date(2023, 10, 6): 1.05,
    date(2023, 10, 7): 0.80,
    date(2023, 10, 8): 0.85,
}
HOURS = (2, 1, 1, 1, 1, 2, 4, 6, 6, 5, 5, 7, 9, 7, 5, 5, 5, 6, 8, 11, 13, 12, 9, 5)
# Of a hundred works so many run ahead of what was promised, and so many behind it.
AHEAD, BEHIND = 5, 8
# Of so many works one is still shown when its window is over.
LINGERING = 12


@dataclass(frozen=True)
class Work:
    """One promoted work: its id and name, the days it is promoted, the impressions promised."""

    external_id: str
    name: str
    channel: str
    first_day: date
    last_day: date
    promised: int


def weight(day: date) -> float:
    """How much is watched that day compared with a plain one."""
    return WEEKDAYS[day.weekday()] * PEAKS.get(day, 1.0)


def pace(external_id: str) -> float:
    """How much of what was promised the work gets in the end."""
    place = invented.seed(f"{external_id}/pace") % 100
    if place < AHEAD:
        return invented.between(1.15, 1.40, external_id)
    if place < AHEAD + BEHIND:
        return invented.between(0.45, 0.75, external_id)
    return invented.between(0.94, 1.05, external_id)


def shown(work: Work, day: date) -> int:
    """The impressions of a work on a day; a few works are shown a little on the day after."""
    lingers = invented.seed(f"{work.external_id}/lingers") % LINGERING == 0
    if day == work.last_day + timedelta(days=1) and lingers:
        return work.promised // 400
    if not work.first_day <= day <= work.last_day:
        return 0
    length = (work.last_day - work.first_day).days + 1
    whole = sum(weight(work.first_day + timedelta(days=n)) for n in range(length))
    luck = invented.between(0.92, 1.08, f"{work.external_id}{day}")
    return int(work.promised * pace(work.external_id) * weight(day) / whole * luck)


def reached(work: Work, day: date) -> int:
    """The impressions of a work from its first day to the end of a day."""
    days = (day - work.first_day).days + 1
    return sum(shown(work, work.first_day + timedelta(days=n)) for n in range(days))


def by_hour(count: int, external_id: str, day: date) -> Sequence[int]:
    """A day's impressions in 24 hours; they add up to it."""
    return invented.split(
        count,
        [
            share * invented.between(0.8, 1.25, f"{external_id}{day}{hour}")
            for hour, share in enumerate(HOURS)
        ],
    )


def clicks(count: int, external_id: str) -> int:
    """How many of `count` impressions were clicked: 1.2 to 4.5 in a hundred."""
    return int(count * invented.between(0.012, 0.045, f"{external_id}/clicks"))


def plays(count: int, external_id: str) -> int:
    """How many of `count` impressions were played."""
    return int(count * invented.between(0.55, 0.85, f"{external_id}/plays"))
