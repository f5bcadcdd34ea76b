"""Finding dossiers by words of two characters, by pinyin, initials and code; on both databases."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import search
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
TITLES = ("英德红茶", "梅州金柚", "清远麻鸡", "台山大米 2023新米", "AA级红糖")


@pytest.fixture
def rows() -> dict[str, Submission]:
    owner = dossiers.official()
    first = dossiers.draft_product(owner, name=TITLES[0])
    copies = dossiers.copies(first, len(TITLES) - 1)
    for row, title in zip(copies, TITLES[1:], strict=True):
        row.title = title
        row.save()
    return {row.title: row for row in Submission.objects.all()}


def found(text: str) -> set[str]:
    return set(Submission.objects.matching(text).values_list("title", flat=True))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("红茶", {"英德红茶"}),
        ("红", {"英德红茶", "AA级红糖"}),
        ("德红", {"英德红茶"}),
        ("英茶", set()),
        ("ydhc", {"英德红茶"}),
        ("YDHC", {"英德红茶"}),
        ("hc", {"英德红茶"}),
        ("yingde", {"英德红茶"}),
        ("hongch", {"英德红茶"}),
        ("yd 红茶", {"英德红茶"}),
        ("ｙｄ", {"英德红茶"}),
        ("台山大米", {"台山大米 2023新米"}),
        ("2023", {"台山大米 2023新米"}),
        ("aa", {"AA级红糖"}),
        ("qymj", {"清远麻鸡"}),
        ("没有", set()),
        ("%", set()),
        ("' & | ! :*", set()),
        ("", set()),
    ],
)
def test_a_dossier_is_found_by_what_people_type(rows, text: str, titles: set[str]):
    assert found(text) == titles


def test_a_dossier_is_found_by_its_code_and_its_number(rows):
    row = dossiers.draft_product(dossiers.official(), name="新会陈皮")
    for text in (row.code, row.code.lower(), row.code[2:], row.code[2:].lstrip("0")):
        assert "新会陈皮" in found(text)
    assert found(row.code) == {"新会陈皮"}


def test_a_new_title_is_found_and_the_old_one_is_not(rows):
    row = rows["清远麻鸡"]
    row.title = "清远三黄鸡"
    row.save()
    assert (found("三黄"), found("麻鸡")) == ({"清远三黄鸡"}, set())


def test_lists_search_so(rows):
    browser = Client()
    browser.force_login(UserFactory(official=dossiers.RUYUAN))
    page = browser.get(reverse("dossiers"), {"q": "ydhc"})
    assert [row.title for row in page.context["page_obj"]] == ["英德红茶"]


@pytest.mark.postgres
def test_postgresql_answers_from_the_index(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Submission.objects.order_by().matching("红茶").explain()
    assert "submission_words" in plan


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


@given(HAN)
@settings(max_examples=60)
def test_every_part_of_a_title_finds_it(title: str):
    words = search.words_of(title)
    for start in range(len(title)):
        for end in range(start + 1, len(title) + 1):
            for word, begins in search.asked(title[start:end]):
                assert f" {word}" in words if begins else f" {word} " in words
