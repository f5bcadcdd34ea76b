"""Weights, volumes and counts, converted exactly.

A jin (市斤) is 500 grams and a liang (市两) a tenth of it, as the State Council's order on measures
of 1959 has them. Every factor is made of twos and fives alone, so that a finite decimal stays one:
nothing is ever rounded but a price, and that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from products.enums import ContentUnit

# How many grams, millilitres or pieces one of each unit is.
FACTOR: dict[str, int] = {
    ContentUnit.GRAM: 1,
    ContentUnit.LIANG: 50,
    ContentUnit.JIN: 500,
    ContentUnit.KILOGRAM: 1000,
    ContentUnit.MILLILITRE: 1,
    ContentUnit.LITRE: 1000,
    ContentUnit.PIECE: 1,
}
# The unit in which buyers compare prices, for each unit that measures the same thing.
COMPARED: dict[str, str] = {
    **dict.fromkeys(
        (ContentUnit.GRAM, ContentUnit.LIANG, ContentUnit.JIN, ContentUnit.KILOGRAM),
        ContentUnit.JIN,
    ),
    **dict.fromkeys((ContentUnit.MILLILITRE, ContentUnit.LITRE), ContentUnit.LITRE),
    ContentUnit.PIECE: ContentUnit.PIECE,
}
FEN = Decimal("0.01")


class Unlike(ValueError):
    """Two units that do not measure the same thing."""


@dataclass(frozen=True)
class UnitPrice:
    """Yuan per unit of comparison, in whole fen; `exact` is False when it had to be rounded."""

    yuan: Decimal
    unit: str
    exact: bool


def convert(amount: Decimal, source: str, target: str) -> Decimal:
    """Return `amount` of `source` in `target`, exactly. Raises: Unlike."""
    if COMPARED[source] != COMPARED[target]:
        raise Unlike(f"{source} is not {target}.")
    return exact_decimal(Fraction(amount) * FACTOR[source] / FACTOR[target])


def exact_decimal(number: Fraction) -> Decimal:
    """Return a fraction whose denominator is made of twos and fives as the decimal it is."""
    twos = fives = 0
    rest = number.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ValueError(f"{number} is no finite decimal.")
    places = max(twos, fives)
    digits = number.numerator * 10**places // number.denominator
    sign, figures = int(digits < 0), tuple(int(figure) for figure in str(abs(digits)))
    return plain(Decimal((sign, figures, -places)))


def plain(number: Decimal) -> Decimal:
    """The number without zeros behind the point that say nothing, and without an exponent."""
    text = f"{number:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def price_per(price: Decimal, amount: Decimal, unit: str) -> UnitPrice:
    """Return what one jin, litre or piece costs when `amount` of `unit` costs `price` yuan."""
    per = COMPARED[unit]
    exact = Fraction(price) / (Fraction(amount) * FACTOR[unit] / FACTOR[per])
    fen = exact * 100
    whole, rest = divmod(fen.numerator, fen.denominator)
    # Half a fen goes up, as money is rounded.
    cents = whole + (2 * rest >= fen.denominator)
    yuan = (Decimal(cents) / 100).quantize(FEN, rounding=ROUND_HALF_UP)
    return UnitPrice(yuan, per, exact=rest == 0)
