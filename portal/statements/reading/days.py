"""Days and hours in the spellings of exports. Days are those of Asia/Shanghai."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.clock import SHANGHAI
from portal.statements.reading import words
from portal.statements.reading.figures import Reject, shown
from portal.statements.reading.tables import Cell, as_text, is_blank

# A sheet counts days from here (1900 was no leap year, but its makers thought so).
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's times have no zone
# 1954 to 2064: numbers outside are not meant as days.
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
FIRST_YEAR, LAST_YEAR = 1950, 2100
WEEKDAY = re.compile(r"\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
# A day, whatever stands behind it; a packed day may carry its hour at once: 2026050113.
DAY = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日?|[-/.](\d{1,2})[-/.](\d{1,2})(?!\d))(.*)")
PACKED = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d|(?!\d).*)")
TIME = re.compile(r"(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?")
ANY_DAY = r"\d{4}年\d{1,2}月\d{1,2}日?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|20\d{6}"
RANGE = re.compile(rf"({ANY_DAY})\s*(?:-|~|—|至|到|to)+\s*({ANY_DAY})")
# 2026-05-01 08:00-09:00 is an hour; only behind a T is -09:00 a zone.
CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
ZONED = re.compile(rf"\d{{4}}-\d\d-\d\d(?:[T ]{CLOCK}(?:Z|\+\d\d:?\d\d)|T{CLOCK}-\d\d:?\d\d)")
HOUR = re.compile(
    r"(\d{1,2})(?:\.0+)?(?::(\d\d)(?::\d\d)?|[时点](?:00分)?)?"
    r"(?:\s*(?:-|~|—|至|到)+\s*(\d{1,2})(?::(\d\d)(?::\d\d)?|[时点])?)?"
)


@dataclass(frozen=True)
class Moment:
    """A day, and the hour when one was written; `striking` when its time is not midnight."""

    day: date
    hour: int | None = None
    striking: bool = False


def parse_day(cell: Cell) -> Moment | Reject:
    """Read a day or a moment."""
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return Moment(cell)
    if isinstance(cell, str):
        return _parse_text(cell)
    if isinstance(cell, int | float):
        return _serial(cell)
    return Reject(_("the day is missing"))


def _moment(at: datetime) -> Moment:
    if at.tzinfo is not None:
        at = at.astimezone(SHANGHAI)
    return Moment(at.date(), at.hour, striking=(at.hour, at.minute, at.second) != (0, 0, 0))


def _serial(number: float) -> Moment | Reject:
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        if number == int(number):
            return Moment((EPOCH + timedelta(days=int(number))).date())
        return _moment(EPOCH + timedelta(seconds=round(number * 86_400)))
    # 20260501 in a cell of numbers.
    text = as_text(number)
    return _parse_text(text) if text.isdecimal() and len(text) == 8 else _no_day(number)


def _no_day(cell: Cell) -> Reject:
    return Reject(format_lazy(_("“{value}” is not a day such as 2026-05-01"), value=shown(cell)))


@lru_cache(maxsize=65_536)
def _parse_text(text: str) -> Moment | Reject:
    if is_blank(text) or words.mark(text) == "missing":
        return Reject(_("the day is missing"))
    plain = words.narrow(text).strip(" \t\r\n'")
    plain = WEEKDAY.sub("", plain)
    if ZONED.fullmatch(plain):
        return _zoned(plain, text)
    if both := RANGE.fullmatch(plain):
        return _range(both[1], both[2], text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain):
        return _serial(float(plain))
    found = PACKED.fullmatch(plain) or DAY.fullmatch(plain)
    if found is None:
        return _no_day(text)
    *parts, behind = found.groups()
    moment = _built([int(part) for part in parts if part], behind.lstrip("T").strip())
    return moment or _no_day(text)


def _built(day: list[int], behind: str) -> Moment | None:
    """Put day and time of day together; None when either does not exist."""
    try:
        midnight = datetime(*day)  # type: ignore[arg-type] # noqa: DTZ001 - a sheet has no zone
        if not FIRST_YEAR <= midnight.year < LAST_YEAR:
            return None
        if not behind:
            return Moment(midnight.date())
        if time := TIME.fullmatch(behind):
            hour, minute, second = (int(part or 0) for part in time.groups())
            return _moment(midnight.replace(hour=hour, minute=minute, second=second))
    except ValueError:
        return None
    spanned = _hour_of(behind)
    return None if spanned is None else Moment(midnight.date(), spanned, striking=spanned != 0)


def _zoned(plain: str, text: str) -> Moment | Reject:
    try:
        return _moment(datetime.fromisoformat(plain))
    except ValueError:
        return _no_day(text)


def _range(first: str, last: str, text: str) -> Moment | Reject:
    ends = _parse_text(first), _parse_text(last)
    if isinstance(ends[0], Moment) and ends[0] == ends[1]:
        return ends[0]
    return Reject(
        format_lazy(
            _("“{value}” covers several days; export the report day by day"), value=shown(text)
        )
    )


def parse_hour(cell: Cell) -> int | Reject:
    """Read an hour of the day, 0 to 23: 13, 13:00, 13:00-14:00, 13时, or a moment."""
    if isinstance(cell, datetime):
        return cell.hour
    if isinstance(cell, int | float):
        cell = str(cell)
    if isinstance(cell, str):
        return _hour_text(cell)
    return _no_hour(cell)


@lru_cache(maxsize=4096)
def _hour_text(text: str) -> int | Reject:
    plain = words.narrow(text).strip(" \t\r\n'")
    hour = _hour_of(plain)
    if hour is not None:
        return hour
    moment = _parse_text(text)
    if isinstance(moment, Moment) and moment.hour is not None:
        return moment.hour
    return _no_hour(text)


def _hour_of(plain: str) -> int | None:
    """The hour that 13, 13:00 or 13:00-14:00 names; None for what is none or more than one."""
    found = HOUR.fullmatch(plain)
    if found is None:
        return None
    hour, minute, until, until_minute = (int(part) if part else 0 for part in found.groups())
    # 13:00-14:00 and 13:00-13:59 are one hour; 00:00-24:00 is not.
    length = (until * 60 + until_minute) - (hour * 60 + minute)
    spans_one = not found[3] or 0 <= length <= 60 or (hour, until) == (23, 0)
    return hour if hour <= 23 and spans_one else None


def _no_hour(cell: Cell) -> Reject:
    return Reject(
        format_lazy(
            _("“{value}” is not an hour from 0 to 23, such as 13 or 13:00"), value=shown(cell)
        )
    )
