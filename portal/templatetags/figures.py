"""Numbers, money and days in the words of the reader: for pages, briefs and printed sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import is_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
WAN = Decimal(10_000)
YI = Decimal(100_000_000)


def speaks_chinese() -> bool:
    """Whether the reader reads Chinese; also true outside a request, where it is the default."""
    return (get_language() or "zh-hans").startswith("zh")


def listed(words: Iterable[object]) -> str:
    """Words one after the other, parted as the reader's language parts them."""
    return _(", ").join(str(word) for word in words)


def as_decimal(number: object) -> Decimal | None:
    """The number as an exact decimal; None for None, empty text and what is not a number."""
    try:
        exact = Decimal(str(number))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def grouped(number: Decimal) -> str:
    """Digits in groups of three, without the zeros that say nothing: 12,345 or 0.5."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(number: Decimal, unit: Decimal) -> Decimal:
    return (number / unit).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def wan_text(number: object) -> str:
    """A count as Chinese readers say it: 1,234 · 1.23万 · 100亿. In English all digits, grouped.

    Rounded half up to two places; what rounds to 10,000万 is said as 1亿.
    """
    exact = as_decimal(number)
    if exact is None:
        return NOTHING
    if not speaks_chinese() or abs(exact) < WAN:
        return grouped(exact)
    in_wan = _scaled(exact, WAN)
    if abs(in_wan) < WAN:
        return f"{grouped(in_wan)}万"
    return f"{grouped(_scaled(exact, YI))}亿"


def difference_text(number: object) -> str:
    """A difference with its sign, said as counts are: +1.23万 · −1.23万 · 0."""
    exact = as_decimal(number)
    if not exact:
        return wan_text(number)
    return ("+" if exact > 0 else "−") + wan_text(abs(exact))


def yuan_text(fen: object) -> str:
    """An amount held in fen (whole hundredths of a yuan) as 1,234.50元."""
    exact = as_decimal(fen)
    if exact is None:
        return NOTHING
    amount = f"{(abs(exact) / 100).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,f}"
    sign = "-" if exact < 0 else ""
    return f"{sign}{amount}元" if speaks_chinese() else f"{sign}¥{amount}"


def _in_shanghai(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(SHANGHAI) if is_aware(moment) else moment


def date_text(day: dt.date | dt.datetime | None) -> str:
    """A day as 2023年10月23日; a moment counts as the day it is in Shanghai."""
    if not isinstance(day, dt.date):
        return NOTHING
    if isinstance(day, dt.datetime):
        day = _in_shanghai(day)
    return (
        f"{day.year}年{day.month}月{day.day}日" if speaks_chinese() else date_format(day, "j M Y")
    )


def datetime_text(moment: dt.datetime | None) -> str:
    """A moment as 2023年10月23日 09:05, Shanghai time; naive moments are Shanghai time already."""
    if not isinstance(moment, dt.datetime):
        return date_text(moment)
    moment = _in_shanghai(moment)
    return f"{date_text(moment)} {moment:%H:%M}"
