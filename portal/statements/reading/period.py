"""The period that the lines above a heading declare."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|(?!\d))"
PACKED = r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"
TIME = r"(?:[T\s]*\d{1,2}:\d\d(?::\d\d)?)?"
UNTIL = r"\s*(?:-+|–|—+|~+|至|到|to)\s*"
# The second day may leave out its year, or its year and month.
SHORT = r"(?:(\d{1,2})[-/.月])?(\d{1,2})(?:日|(?![\d:年月]))"
RANGES = (
    re.compile(f"{DAY}{TIME}{UNTIL}{DAY}"),
    re.compile(f"{PACKED}{TIME}{UNTIL}{PACKED}"),
    re.compile(f"{DAY}{UNTIL}{SHORT}"),
)
# In the name of a file a low line may stand between the two.
BETWEEN = f"(?:{UNTIL}|_)"
NAME_RANGES = (re.compile(f"{DAY}{BETWEEN}{DAY}"), re.compile(f"{PACKED}{BETWEEN}{PACKED}"))
DAYS = (re.compile(DAY), re.compile(PACKED))
# So much is looked at above a heading.
MOST_LINES, LONGEST_LINE = 500, 500
# As far apart may the first day and the last one stand.
GAP = 200
FROM_TO = re.compile(
    f"(?:开始|起始)(?:日期|时间)[:\\s]*{DAY}.{{0,{GAP}}}?(?:结束|截止|终止)(?:日期|时间)[:\\s]*{DAY}"
)
# A month stands for all its days only when nothing narrows or widens it.
MONTH = re.compile(
    r"(20\d\d)(?:年|[-/.])(1[0-2]|0?[1-9])(?:月(?:份)?|(?=月报))"
    r"(?!\s*(?:\d|上|中|下|第|初|末|底|至|到|-|–|—|~|起|以来|前))"
)
NAMED_MONTH = re.compile(r"(20\d\d)[-/.](1[0-2]|0?[1-9])(?![-/.\d])")
# What introduces the period of the figures.
SAYS_PERIOD = re.compile(
    "时间范围|日期范围|统计周期|统计时间|统计日期|统计区间|数据周期|数据时间|数据日期|报告周期|报告期|"
    "统计月份|数据月份|报表周期|投放时间|投放周期|"
    "起止时间|起止日期|查询时间|查询日期|时间段|周期|date range|period",
    re.IGNORECASE,
)
# What introduces another time: when the file was made, or what it is compared with.
OTHER_TIME = re.compile(
    "(?:生成|导出|下载|制表|填表|填报|审核|打印|更新|创建|发布)(?:日期|时间|人|单位)?\\s*[:于至到]|"
    "截至|截止到|对比|上期|generated|exported|created|compar",
    re.IGNORECASE,
)
Period = tuple[date, date]


def find_period(lines: Sequence[str]) -> Period | None:
    """Return the first and last day that the lines declare, or None.

    A line that names a period goes before a bare range, a range before a month, and one that
    says when the file was made is none. Two different answers of the same rank are none.
    """
    plain = [unicodedata.normalize("NFKC", line[:LONGEST_LINE]) for line in lines[:MOST_LINES]]
    ours = [line for line in plain if not OTHER_TIME.search(SAYS_PERIOD.sub("", line))]
    named = [line for line in ours if SAYS_PERIOD.search(line)]
    for found in (
        [_from_to(" ".join(ours))],
        [_range(line) or _single(line) or _month(line, MONTH, NAMED_MONTH) for line in named],
        [_range(line) for line in ours],
        [_single(line) for line in ours if "日报" in line],
        [_month(line, MONTH) for line in ours],
    ):
        periods = {period for period in found if period}
        if periods:
            return periods.pop() if len(periods) == 1 else None
    return None


def period_of_name(name: str) -> Period | None:
    """The one day, or the first and last day, that a file's name says: 2023-10-20,
    20231020-20231026; None where it says none, or several that are no range."""
    line = unicodedata.normalize("NFKC", name)
    days = [_day(*found) for pattern in DAYS for found in pattern.findall(line)]
    if len(days) == 1:
        return _ordered(days[0], days[0])
    for pattern in NAME_RANGES:
        if len(days) == 2 and (found := pattern.search(line)):
            return _ordered(_day(*found.groups()[:3]), _day(*found.groups()[3:]))
    return None


def _day(year: int | str, month: int | str, day: int | str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _ordered(first: date | None, last: date | None) -> Period | None:
    return (first, last) if first and last and first <= last else None


def _from_to(text: str) -> Period | None:
    found = FROM_TO.search(text)
    return _ordered(_day(*found.groups()[:3]), _day(*found.groups()[3:])) if found else None


def _range(line: str) -> Period | None:
    for pattern in RANGES:
        found = pattern.search(line)
        if found is None:
            continue
        year, month, day, *rest = found.groups()
        if len(rest) == 2:  # a second day without its year
            rest = [year, rest[0] or month, rest[1]]
        return _ordered(_day(year, month, day), _day(*rest))
    return None


def _single(line: str) -> Period | None:
    days = [_day(*found) for pattern in DAYS for found in pattern.findall(line)]
    return _ordered(days[0], days[0]) if len(days) == 1 else None


def _month(line: str, *patterns: re.Pattern[str]) -> Period | None:
    months = {
        (int(year), int(month)) for pattern in patterns for year, month in pattern.findall(line)
    }
    if len(months) != 1 or any(pattern.search(line) for pattern in DAYS):
        return None
    year, month = months.pop()
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
