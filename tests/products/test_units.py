"""Weights, volumes and counts convert exactly, and prices per jin with them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products import units
from products.enums import ContentUnit

AMOUNTS = st.decimals("0.001", "999999.999", places=3)
PRICES = st.decimals("0.01", "99999999.99", places=2)
LIKE = [
    (one, other)
    for one in ContentUnit
    for other in ContentUnit
    if units.COMPARED[one] == units.COMPARED[other]
]


@pytest.mark.parametrize(
    ("amount", "source", "target", "result"),
    [
        ("1", "jin", "gram", "500"),
        ("2.5", "kilogram", "jin", "5"),
        ("1", "liang", "jin", "0.1"),
        ("1", "gram", "jin", "0.002"),
        ("0.001", "gram", "kilogram", "0.000001"),
        ("3", "liang", "kilogram", "0.15"),
        ("750", "millilitre", "litre", "0.75"),
        ("30", "piece", "piece", "30"),
    ],
)
def test_known_amounts_convert(amount, source, target, result):
    assert str(units.convert(Decimal(amount), source, target)) == result


@given(amount=AMOUNTS, pair=st.sampled_from(LIKE))
def test_there_and_back_is_the_same_amount(amount, pair):
    one, other = pair
    there = units.convert(amount, one, other)
    assert units.convert(there, other, one) == amount
    assert Fraction(there) * units.FACTOR[other] == Fraction(amount) * units.FACTOR[one]


def test_what_measures_another_thing_does_not_convert():
    with pytest.raises(units.Unlike):
        units.convert(Decimal(1), "jin", "litre")
    with pytest.raises(ValueError, match="finite"):
        units.exact_decimal(Fraction(1, 3))


@pytest.mark.parametrize(
    ("price", "amount", "unit", "yuan", "per", "exact"),
    [
        ("39.80", "5", "jin", "7.96", "jin", True),
        ("39.80", "2.5", "kilogram", "7.96", "jin", True),
        ("39.80", "3", "jin", "13.27", "jin", False),
        ("10.00", "50", "gram", "100.00", "jin", True),
        ("68.00", "750", "millilitre", "90.67", "litre", False),
        ("58.00", "30", "piece", "1.93", "piece", False),
        ("0.01", "2", "jin", "0.01", "jin", False),
    ],
)
def test_the_price_of_a_jin_is_exact_or_says_that_it_was_rounded(
    price, amount, unit, yuan, per, exact
):
    found = units.price_per(Decimal(price), Decimal(amount), unit)
    assert (str(found.yuan), found.unit, found.exact) == (yuan, per, exact)


@given(price=PRICES, amount=AMOUNTS, unit=st.sampled_from([*ContentUnit]))
def test_a_rounded_price_is_never_more_than_half_a_fen_off(price, amount, unit):
    found = units.price_per(price, amount, unit)
    true = Fraction(price) * units.FACTOR[found.unit] / (Fraction(amount) * units.FACTOR[unit])
    assert abs(Fraction(found.yuan) - true) <= Fraction(1, 200)
    assert found.exact is (Fraction(found.yuan) == true)
