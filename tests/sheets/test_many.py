"""A county's whole workbook: every wrong cell is told, the rest goes in, in few queries."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.actor import Actor
from portal.jobs.domain import run as run_work
from portal.moves.models import MoveLog
from portal.sheets import domain, headings
from portal.sheets.check import Check
from portal.sheets.models import Intake
from portal.submissions import kinds
from portal.submissions.models import Submission
from products.models import Product
from tests import dossiers
from tests.factories import UserFactory
from tests.sheets.books import HEADINGS, product_row
from tests.sheets.test_round_trip import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
ROWS, WRONG = 1_500, 300
MISTAKES: list[dict[str, Any]] = [
    {"售价（元）": "面议"},
    {"品类": "水晶"},
    {"联系电话": "1380013"},
    {"产品介绍": "全网第一的菜。"},
    {"库存量": "很多"},
    {"上市止": ""},
    {"单位": "光年"},
    {"冷链": "也许"},
    {"品名": ""},
    {"日发货量": "-1"},
]
FIELDS = ["price", "category", "contact_phone", "description", "stock", "season_end", "unit"]
FIELDS += ["cold_chain", "name", "daily_capacity"]


@pytest.fixture
def actor():
    return Actor.of(UserFactory(official=dossiers.RUYUAN))


def checked(actor: Actor, rows: list[list[Any]], head: list[str] = HEADINGS) -> Intake:
    """A workbook brought in and checked."""
    kind = kinds.get("product")
    found = headings.find([table_of([head, *rows])], kind, {})
    assert found is not None
    intake = domain.upload(kind=kind, name="登记表.xlsx", found=found, archive=None, actor=actor)
    return act(intake, "check", actor)


def act(intake: Intake, name: str, actor: Actor) -> Intake:
    run_work(work_id=domain.ask(intake=intake, act=name, actor=actor).pk)
    intake.refresh_from_db()
    return intake


def test_of_three_hundred_wrong_cells_each_is_told_and_the_rest_goes_in(actor):
    step = ROWS // WRONG
    rows = [
        product_row(n, **({} if n % step else MISTAKES[n // step % len(MISTAKES)]))
        for n in range(ROWS)
    ]
    intake = checked(actor, rows)
    told = {row["row"]: row["errors"] for row in intake.checked if row["errors"]}
    # The rows stand below one of headings, and count from one.
    expected = {n + 2: [FIELDS[n // step % len(FIELDS)]] for n in range(0, ROWS, step)}
    assert {number: list(errors) for number, errors in told.items()} == expected
    assert all(texts and all(texts) for errors in told.values() for texts in errors.values())
    assert Counter(row["verdict"] for row in intake.checked) == {
        "new": ROWS - WRONG,
        "wrong": WRONG,
    }
    act(intake, "take_in", actor)
    assert intake.taken.count() == Product.objects.count() == ROWS - WRONG
    assert MoveLog.objects.filter(move="create").count() == ROWS - WRONG


def queries_of_changing(actor: Actor, count: int, start: int) -> int:
    """File `count` products, change each, and as many new ones; the queries of taking them in."""
    numbers = range(start, start + count)
    act(checked(actor, [product_row(n) for n in numbers]), "take_in", actor)
    changed = [product_row(n, 库存量=7) for n in numbers]
    new = [product_row(n + 10_000) for n in numbers]
    intake = checked(actor, changed + new)
    work = domain.ask(intake=intake, act="take_in", actor=actor)
    with CaptureQueriesContext(connection) as found:
        run_work(work_id=work.pk)
    assert intake.taken.count() == 2 * count
    return len(found)


def test_many_rows_are_written_in_the_queries_of_a_few(actor):
    assert queries_of_changing(actor, 3, 1) == queries_of_changing(actor, 25, 1_001)
    changed = Product.objects.filter(name__in=["乳源特产1", "乳源特产1025"])
    assert [row.stock for row in changed] == [7, 7]


def test_what_moved_on_while_it_was_written_says_so_and_the_others_go_in(actor):
    act(checked(actor, [product_row(n) for n in (1, 2)]), "take_in", actor)
    intake = checked(actor, [product_row(n, 库存量=7) for n in (1, 2)])
    [chunk] = Check(intake, actor).chunks(intake.rows)
    Submission.objects.filter(title="乳源特产1").update(version=9)
    assert domain._take_changed(intake, chunk, actor) == set()
    first, second = (domain._take_row(intake, row, actor) for row in chunk)
    assert first == "您打开本页之后内容有改动，请重新查看。"
    assert second == ""
    stocks = dict(Product.objects.values_list("name", "stock"))
    assert stocks == {"乳源特产1": 500, "乳源特产2": 7}


def test_two_rows_about_one_dossier_are_not_both_taken(actor):
    act(checked(actor, [product_row(1)]), "take_in", actor)
    code = Submission.objects.get().code
    rows = [[code, *product_row(1, 库存量=7)], [code, *product_row(1)], ["", *product_row(1)]]
    errors = [row["errors"] for row in checked(actor, rows, ["编号", *HEADINGS]).checked]
    assert errors == [
        {},
        {"code": ["该卷宗在文件前面已经出现。"]},
        {"name": ["该卷宗在文件前面已经出现。"]},
    ]


def test_names_that_differ_before_a_slash_are_two(actor):
    rows = [product_row(1, 品名="红薯/小箱"), product_row(2, 品名="芋头/小箱")]
    assert [row["errors"] for row in checked(actor, rows).checked] == [{}, {}]
