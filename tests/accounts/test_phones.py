"""Numbers as people type them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.phones import as_phone, clean_phone, mask_name, mask_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800008000",
        " 138 0000 8000 ",
        "138-0000-8000",
        "+86 138 0000 8000",
        "+8613800008000",
        "008613800008000",
        "8613800008000",
        "１３８００００８０００",
        "(+86) 138–0000–8000",
    ],
)
def test_typed_numbers_are_one_number(typed: str) -> None:
    assert clean_phone(typed) == "13800008000"


@pytest.mark.parametrize(
    "typed",
    ["", "1380000800", "138000080000", "12800008000", "+1 138 0000 8000", "abc", "07511234567"],
)
def test_other_numbers_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean_phone(typed)
    assert caught.value.messages == [
        "请填写 11 位手机号码，例如 13800000000。",
    ]
    assert as_phone(typed) is None


def test_masks() -> None:
    assert mask_phone("13800008000") == "138****8000"
    assert mask_phone("") == ""
    assert mask_name("张三丰") == "张**"
    assert mask_name("") == ""
