"""Credit codes (GB 32100-2015): which part is wrong is said."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from stdnum.cn import uscc

from portal.organisations.validators import clean_credit_code
from tests.factories import credit_code


def test_codes_are_cleaned_of_blanks_and_small_letters() -> None:
    code = credit_code(7)
    assert len(code) == 18
    typed = f" {code[:2].lower()} {code[2:8]} {code[8:].lower()} "
    assert clean_credit_code(typed) == code


def test_dashes_and_wide_characters_are_no_obstacle() -> None:
    code = credit_code(7)
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert clean_credit_code(wide) == code
    assert clean_credit_code(f"{code[:8]}-{code[8:17]}-{code[17]}") == code


def test_rural_collectives_begin_with_a_letter() -> None:
    body = "N2440232MF1234567"
    code = body + uscc.calc_check_digit(body)
    assert clean_credit_code(code) == code


SHAPE = "统一社会信用代码只含数字和大写字母（不含 I、O、S、V、Z），第 3 至 8 位为数字。"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "统一社会信用代码应为 18 位，现在是 0 位。"),
        (credit_code(1)[:17], "统一社会信用代码应为 18 位，现在是 17 位。"),
        (credit_code(1) + "1", "统一社会信用代码应为 18 位，现在是 19 位。"),
        ("91440232O000000001", SHAPE),
        ("9144023200000000I1", SHAPE),
        ("91A402320000000001", SHAPE),
        ("统一社会信用代码统一社会信用代码统一", SHAPE),
        ("91440232000000000U", "校验位不符，请对照营业执照逐位核对。"),
    ],
)
def test_wrong_codes_say_what_is_wrong(code: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean_credit_code(code)
    assert caught.value.messages == [sentence]


def test_every_single_wrong_character_is_found() -> None:
    code = credit_code(123456)
    for place in range(18):
        for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if other == code[place]:
                continue
            with pytest.raises(ValidationError):
                clean_credit_code(code[:place] + other + code[place + 1 :])


def test_generated_codes_are_all_different_and_valid() -> None:
    codes = {credit_code(number) for number in range(500)}
    assert len(codes) == 500
    assert {clean_credit_code(code) for code in codes} == codes
