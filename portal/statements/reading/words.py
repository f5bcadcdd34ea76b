"""The spellings of headings, units and marks: tables in `data/`, and how a spelling is compared.

A new spelling is a new row in a table, never a branch in the code.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from portal.statements.reading.errors import Unreadable

DATA = Path(__file__).resolve().parent / "data"

# Summed over rows. Reach is not among them: people seen twice would count twice.
METRICS = (
    "impressions",
    "plays",
    "clicks",
    "likes",
    "comments",
    "shares",
    "favorites",
    "new_fans",
    "conversions",
    "deep_conversions",
    "cost",
    "orders",
    "sales",
    "refunds",
    "refunded",
)
# Amounts of money, kept in fen.
MONEY = ("cost", "sales", "refunded")
# What may name the thing a row is about, the most exact first.
ID_COLUMNS = (
    "material_id",
    "campaign_id",
    "product_id",
    "material_name",
    "campaign_name",
    "product_name",
)
# Ids proper, as opposed to names: a program wrote them, so a mantissa with an exponent is damage.
CODE_COLUMNS = ("material_id", "campaign_id", "product_id")
# Rates, averages and ranks: known, never summed. A given mapping may say it of any heading.
DERIVED = "derived"

# Unit in brackets behind a heading → factor; money counts in yuan.
COUNT_UNITS = {
    "次": Decimal(1),
    "个": Decimal(1),
    "人": Decimal(1),
    "条": Decimal(1),
    "单": Decimal(1),
    "千": Decimal(1000),
    "千次": Decimal(1000),
    "万": Decimal(10_000),
    "万次": Decimal(10_000),
    "亿": Decimal(10) ** 8,
    "亿次": Decimal(10) ** 8,
}
MONEY_UNITS = {
    "元": Decimal(1),
    "人民币": Decimal(1),
    "cny": Decimal(1),
    "rmb": Decimal(1),
    "¥": Decimal(1),
    "分": Decimal("0.01"),
    "厘": Decimal("0.001"),
    "千元": Decimal(1000),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
}
UNITS = {*COUNT_UNITS, *MONEY_UNITS}
# No mark and no heading is longer, blanks around it included.
LONGEST_MARK = LONGEST_HEADING = 200

# Format characters (zero width, direction marks, byte order marks) and control characters.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
BRACKETS = str.maketrans("[]【】〔〕{}", "()()()()")
# What templates put beside a heading to say that the column must or may be filled.
REQUIRED = re.compile(r"^\*+|(?:\*|\((?:必填|选填|必填项|选填项)\))+$")
UNIT_BEHIND = re.compile(r"(.+?)(?:\(([^()]+)\)|/([^/()]+))")


# Full width forms and their ASCII; superscripts and circled digits are marks, not digits.
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}


@dataclass(frozen=True)
class Field:
    """What a heading means: the canonical field, how exact its spelling is, the unit's factor.

    Rank 0 is the most exact; a field given by the caller's mapping has rank -1. The factor is
    None when the heading says no unit.
    """

    canonical: str
    rank: int
    scale: Decimal | None = None


def narrow(text: str) -> str:
    """Full width letters, digits and marks as ASCII, without what nobody sees."""
    return INVISIBLE.sub("", text).translate(NARROW)


def normalise(text: str) -> str:
    """One form for spellings that differ in width, case, blanks or kind of bracket."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(BRACKETS)
    return "".join(text.split()).casefold()


def normalise_heading(text: str) -> str:
    """`normalise`, without what marks a required column."""
    return REQUIRED.sub("", normalise(text))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def aliases() -> dict[str, Field]:
    """Normalised heading → field, as the alias table says; a field of an API may have one unit."""
    found: dict[str, Field] = {}
    ranks: dict[str, int] = {}
    for row in _rows("header_aliases.csv"):
        canonical = row["canonical"]
        rank = ranks[canonical] = ranks.get(canonical, -1) + 1
        unit = row["unit"]
        scale = {**COUNT_UNITS, **MONEY_UNITS}[unit] if unit else None
        found.setdefault(normalise_heading(row["alias"]), Field(canonical, rank, scale))
    return found


@cache
def canonical_fields() -> frozenset[str]:
    """Every field a mapping may name."""
    return frozenset(field.canonical for field in aliases().values())


@cache
def row_words() -> dict[str, str]:
    """Normalised mark → kind: grand, total, subtotal, note, missing. Numbers stand as N."""
    return {normalise(row["word"]): row["kind"] for row in _rows("row_words.csv")}


def mark(text: str) -> str:
    """The kind of mark a whole cell is, or nothing: 合计5条记录 → total, -- → missing."""
    # Most cells are numbers and ids; no mark is one.
    if text.isascii() and text.isalnum() and text[0].isdigit():
        return ""
    if len(text) > LONGEST_MARK:
        return "" if text.strip() else "missing"
    return _mark(text)


@lru_cache(maxsize=65_536)
def _mark(text: str) -> str:
    plain = normalise(text)
    if not plain:
        return "missing"
    words = row_words()
    kind = words.get(plain) or words.get(re.sub(r"\([^()]*\)$", "", plain).rstrip(":"))
    return kind or words.get(re.sub(r"\d+", "n", plain).rstrip(":"), "")


def given(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Check a caller's mapping and bring its headings to the form they are compared in."""
    unknown = sorted({*(mapping or {}).values()} - canonical_fields())
    if unknown:
        raise Unreadable(
            "mapping",
            _(
                "The columns cannot be matched to these fields, which do not exist: {fields}."
            ).format(fields=", ".join(unknown)),
        )
    return {normalise_heading(heading): field for heading, field in (mapping or {}).items()}


def lookup(label: str, mapping: Mapping[str, str]) -> Field | None:
    """What a heading means, or None. `mapping` comes from `given` and goes first.

    A unit in brackets is taken off only when it is a known unit of that kind of figure, so
    曝光量(万次) counts in ten thousands and 曝光量(环比) is no count at all.
    """
    if len(label) > LONGEST_HEADING:
        return None
    plain = normalise_heading(label)
    behind = UNIT_BEHIND.fullmatch(plain)
    base, unit = (behind[1], behind[2] or behind[3]) if behind else (plain, "")
    for name in (plain, base):
        said = mapping.get(name)
        field = Field(said, -1) if said is not None else aliases().get(name)
        if field is None:
            continue
        if not unit or (name == plain and field.canonical not in METRICS):
            return field
        scale = _scale(field, unit)
        # Whoever gave a whole heading its meaning has seen what stands in its brackets.
        if scale is not None or (said is not None and name == plain):
            return Field(field.canonical, field.rank, scale)
    return None


def _scale(field: Field, unit: str) -> Decimal | None:
    """The unit's factor for this field; None when the unit is not one of its kind."""
    if field.canonical not in METRICS:
        return None
    units = MONEY_UNITS if field.canonical in MONEY else COUNT_UNITS
    return units.get(unit)
