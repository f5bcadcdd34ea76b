"""Numbers as people and platforms write them: 1.2万, 999+, １２３, 1,200, ¥, 5,678次, (500)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.statements.reading import words
from portal.statements.reading.tables import Cell, as_text

LARGEST = 2**63 - 1
# A float holds whole numbers exactly up to here.
EXACT_FLOAT = 2**53
# No figure is written longer, blanks around it included.
LONGEST = 200
MULTIPLIERS = {
    "": Decimal(1),
    "k": Decimal(1000),
    "千": Decimal(1000),
    "w": Decimal(10_000),
    "万": Decimal(10_000),
    "m": Decimal(10) ** 6,
    "百万": Decimal(10) ** 6,
    "千万": Decimal(10) ** 7,
    "亿": Decimal(10) ** 8,
}
NUMBER = re.compile(
    r"(?P<about>约|近|超|逾|>=?|≥)?"
    r"(?P<sign>[-+])?(?P<money>¥|cny|rmb)?(?P<sign2>[-+])?"
    r"(?P<digits>\d{1,3}(?:[, ]\d{3})+|\d+)(?P<fraction>\.\d*)?(?P<exponent>e[+-]?\d{1,2})?"
    r"\s*(?P<times>百万|千万|[kw千万m亿])?\s*(?P<more>\+|余|多)?"
    r"\s*(?P<unit>次|个|人|条|单|元|%)?(?P<more2>\+)?"
)
# What most cells hold, read without a detour.
PLAIN = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,6})?")
MINUS = str.maketrans("−﹣–", "---")
# Blanks that stand between digits in some countries' exports.
BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]+")


class Number(NamedTuple):
    """A figure, or None for one that is missing; `approximate` for a rounded one or a bound."""

    value: Decimal | None
    approximate: bool = False
    percent: bool = False


@dataclass(frozen=True)
class Reject:
    """Why a cell cannot be used, in words for the person who sent the file."""

    reason: str | Promise


MISSING = Number(None)


def shown(cell: Cell) -> str:
    """A cell as quoted in a sentence: short, on one line."""
    text = " ".join(as_text(cell)[:1_000].split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def parse_number(cell: Cell) -> Number | Reject:
    """Read a figure of any sign. Placeholders are missing figures, not zeros."""
    if cell is None:
        return MISSING
    if isinstance(cell, str):
        if PLAIN.fullmatch(cell):
            return Number(Decimal(cell))
        if len(cell) > LONGEST:
            return _no_number(cell) if cell.strip() else MISSING
        return _parse_text(cell)
    if isinstance(cell, date):
        return _no_number(cell)
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return _no_number(cell)
        return Number(Decimal(repr(cell)), approximate=abs(cell) > EXACT_FLOAT)
    return Number(Decimal(cell))


def _no_number(cell: Cell) -> Reject:
    return Reject(format_lazy(_("“{value}” is not a number"), value=shown(cell)))


@lru_cache(maxsize=65_536)
def _parse_text(text: str) -> Number | Reject:
    if words.mark(text) == "missing":
        return MISSING
    plain = words.narrow(text).translate(MINUS)
    plain = BLANKS.sub(" ", plain).strip(" '").casefold()
    negative = plain.startswith("(") and plain.endswith(")")
    found = NUMBER.fullmatch(plain[1:-1].strip() if negative else plain)
    if found is None or (found["sign"] and found["sign2"]):
        return _no_number(text)
    digits = re.sub("[, ]", "", found["digits"]) + (found["fraction"] or "")
    value = (
        Decimal(digits.rstrip(".") + (found["exponent"] or "")) * MULTIPLIERS[found["times"] or ""]
    )
    if negative or "-" in {found["sign"], found["sign2"]}:
        value = -value
    rounded = found["times"] or found["exponent"]
    bound = found["about"] or found["more"] or found["more2"]
    if found["unit"] == "%":
        return Number(value / 100, approximate=bool(rounded or bound), percent=True)
    return Number(value, approximate=bool(rounded or bound))


def as_count(number: Number, factor: Decimal = Decimal(1)) -> tuple[int, bool] | Reject | None:
    """A whole figure ≥ 0 that fits 64 bits, and whether it is approximate; None when missing.

    A figure in ten thousands (1.2万, or a heading 曝光量(万次)) counts at face value, to the
    nearest one, and is approximate.
    """
    if number.value is None:
        return None
    if number.percent:
        return Reject(_("a percentage is no count"))
    value = number.value * factor
    if value < 0:
        return Reject(_("a figure below zero cannot be counted"))
    approximate = number.approximate or factor > 1
    whole = value.to_integral_value(ROUND_HALF_UP)
    if whole > LARGEST:
        return Reject(_("the figure is too large"))
    if whole != value and not approximate and abs(whole - value) > Decimal("1e-6"):
        return Reject(_("a count must be a whole number"))
    return int(whole), approximate


def as_fen(number: Number, factor: Decimal = Decimal(1)) -> tuple[int, bool] | Reject | None:
    """Money in yuan as whole fen; parts of a fen are rounded half up and mark it approximate."""
    if number.value is None:
        return None
    if number.percent:
        return Reject(_("a percentage is no amount"))
    value = number.value * factor * 100
    if value < 0:
        return Reject(_("an amount below zero cannot be counted"))
    whole = value.to_integral_value(ROUND_HALF_UP)
    if whole > LARGEST:
        return Reject(_("the figure is too large"))
    exact = abs(whole - value) < Decimal("1e-6")
    return int(whole), number.approximate or not exact
