"""External ids are text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statements.reading import normalise_external_id
from portal.statements.reading.figures import Reject
from portal.statements.reading.ids import LONGEST_ID, parse_id
from traffic.models import ExternalId, UnmatchedDay

SAME = [
    ("17000000000000007\t", "17000000000000007"),
    ("7390000000000000001", "7390000000000000001"),
    ("12345678901234567890", "12345678901234567890"),
    ("\ufeff 123 ", "123"),
    ("１２３", "123"),
    ("'123", "123"),
    ('="0123"', "0123"),
    ("0123", "0123"),
    ("乡村视频0\r\n第二行", "乡村视频0 第二行"),
    ("英德\u3000红茶", "英德 红茶"),
    ("a\u200bb\u202ec", "abc"),
    ("Abc", "Abc"),
    ("产品①", "产品①"),
    ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("@SUM(1+1)", "@SUM(1+1)"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
]


@pytest.mark.parametrize(("text", "normal"), SAME)
def test_one_form(text, normal):
    assert normalise_external_id(text) == normal
    assert normalise_external_id(normal) == normal


@given(st.text())
def test_the_one_form_of_the_one_form_is_itself(text):
    assert normalise_external_id(normalise_external_id(text)) == normalise_external_id(text)


CODES = [
    ("66f00000000000000100", "66f00000000000000100"),
    ("66e1000", "66e1000"),
    (880, "880"),
    (880.0, "880"),
    (123456789012345.0, "123456789012345"),
    ("880.0", "880"),
    (date(2026, 5, 1), "2026-05-01"),
]
DAMAGED = [
    "1.00449E+11",
    "1.7E+16",
    "7E+18",
    "1.7e16",
    "17000000000000007.0",
    1e15,
    7.39e16,
    17000000000000007,
]


@pytest.mark.parametrize(("cell", "code"), CODES)
def test_codes(cell, code):
    assert parse_id(cell, is_code=True) == code


@pytest.mark.parametrize("cell", DAMAGED)
def test_an_id_that_lost_digits_is_refused_with_a_way_out(cell):
    found = parse_id(cell, is_code=True)
    assert isinstance(found, Reject)
    assert "已丢失位数" in str(found.reason)
    assert "不要打开直接上传" in str(found.reason)


@pytest.mark.parametrize("cell", [None, "", "-", "N/A", "\t"])
def test_figures_of_nothing_are_refused(cell):
    assert str(parse_id(cell, is_code=True).reason) == "缺少 ID 或名称，无法确定数据归属"


def test_a_name_may_look_like_a_number_with_an_exponent():
    assert parse_id("7E+18", is_code=False) == "7E+18"


def test_a_name_is_kept_up_to_the_width_of_its_column():
    assert parse_id("长" * LONGEST_ID, is_code=False) == "长" * 200
    assert parse_id(f" {'长' * LONGEST_ID} ", is_code=False) == "长" * 200
    refused = parse_id("长" * (LONGEST_ID + 1), is_code=False)
    assert str(refused.reason) == "ID 或名称有 201 个字，最多 200 个字"
    for model, name in ((ExternalId, "value"), (UnmatchedDay, "external_id")):
        assert model._meta.get_field(name).max_length == LONGEST_ID
