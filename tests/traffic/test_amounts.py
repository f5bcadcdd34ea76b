"""Amounts as people write them: exact, or refused with the reason."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from traffic.allotting.amounts import NoAmount, amount_of
from traffic.allotting.forms import AmountField


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("100万", 1_000_000),
        ("100 万", 1_000_000),
        ("１００万", 1_000_000),
        ("1.2亿", 120_000_000),
        ("0.0001万", 1),
        ("3千万", 30_000_000),
        ("3百万次", 3_000_000),
        ("2w", 20_000),
        ("5,000,000", 5_000_000),
        ("5，000，000", 5_000_000),
        ("+7", 7),
        ("12.0", 12),
        ("10000000000", 10_000_000_000),
        ("9223372036854775807", 2**63 - 1),
    ],
)
def test_every_spelling_of_a_whole_number_is_taken_exactly(text, amount):
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0", "大于零|大于 0|大于"),
        ("-5", "大于"),
        ("-100万", "大于"),
        ("1.5", "不是整数"),
        ("1.23456万", "不是整数"),
        ("约100万", "请填写|请输入"),
        ("100万+", "请填写|请输入"),
        ("1e6", "请填写|请输入"),
        ("50%", "请填写|请输入"),
        ("一百万", "请填写|请输入"),
        ("1,00", "请填写|请输入"),
        ("=1+1", "请填写|请输入"),
        ("9223372036854775808", "过大"),
        ("100亿亿", "请填写|请输入"),
    ],
)
def test_what_is_no_exact_amount_is_refused_with_the_reason(text, why):
    with pytest.raises(NoAmount, match=why):
        amount_of(text)
    with pytest.raises(ValidationError, match=why):
        AmountField().clean(text)


@given(st.integers(1, 2**63 - 1))
def test_no_digit_is_lost(number):
    assert amount_of(str(number)) == amount_of(f"{number:,}") == number
    if number < 10**15:
        assert amount_of(f"{number // 10_000}.{number % 10_000:04}万") == number
