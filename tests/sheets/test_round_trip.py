"""Out and in again is nothing; out, changed and in again is the change alone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.accounts.actor import Actor
from portal.jobs.domain import run as run_work
from portal.sheets import columns, domain, headings, queries
from portal.sheets.check import Check
from portal.sheets.models import Intake
from portal.statements.reading.decode import decode
from portal.statements.reading.tables import Table
from portal.submissions import kinds, values
from portal.submissions.domain import file_draft
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.sheets.books import HEADINGS, product_row

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
LETTERS = st.sampled_from("红茶米AB12 ，。=+-@'\"&<>％")
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(str.strip)
PRODUCT = st.fixed_dictionaries(
    {
        "name": WORDS.filter(bool).map(lambda text: f"特产{text}"),
        "category": st.sampled_from(["fruit", "tea", ""]),
        "description": WORDS,
        "unit": st.sampled_from(["jin", "box", ""]),
        "package": WORDS,
        "price": st.decimals("0.01", "99999.99", places=2).map(str),
        "stock": st.integers(0, 10**6).map(str),
        "season_start": st.just("11"),
        "season_end": st.integers(1, 12).map(str),
        "season_days": st.sampled_from(["", "10-15 ~ 11-20: 80\n12-25 ~ 01-05: 30"]),
        "cold_chain": st.sampled_from(["on", ""]),
    }
)


def table_of(rows: list[list[Any]]) -> Table:
    """The rows as a file's reader hands them on."""
    return Table("", [[None if cell == "" else cell for cell in row] for row in rows])


def file(actor: Actor, product: dict[str, str]) -> str:
    """A draft without photos, which take time to make; its code."""
    kind = kinds.get("product")
    form = kind.form(dossiers.as_post(product), actor=actor)
    assert form.is_valid(), form.errors
    return file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4()).code


def exported(actor: Actor) -> tuple[list[str], list[list[Any]]]:
    """Headings and cells as a workbook of own products would have them."""
    kind = kinds.get("product")
    shown = columns.export(kind)
    rows = [
        [column.value(row) if column.value else None for column in shown]
        for row in queries.records(actor, kind)
    ]
    return [str(column.title) for column in shown], rows


def brought_in(actor: Actor, head: list[str], rows: list[list[Any]]) -> list[dict[str, Any]]:
    """What each row would do."""
    table = table_of([head, *rows])
    found = headings.find([table], kinds.get("product"), {})
    assert found is not None
    intake = Intake(kind="product", mapping=found.mapping, rows=[list(row) for row in found.rows])
    check = Check(intake, actor)
    return [check.outcome(row) for rows in check.chunks(intake.rows) for row in rows]


@given(products=st.lists(PRODUCT, min_size=1, max_size=3, unique_by=lambda row: row["name"]))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_exported_comes_in_unchanged_and_one_change_is_one(products):
    actor = Actor.of(UserFactory(official=dossiers.RUYUAN))
    # By code: the county has the products of every example before, some of the same name.
    filed = {file(actor, product): product for product in products}
    head, rows = exported(actor)
    mine = [row for row in rows if row[0] in filed]
    assert {row["verdict"] for row in brought_in(actor, head, mine)} == {"unchanged"}
    mine[0][head.index("库存")] = 10**6 + 1
    first, *others = brought_in(actor, head, mine)
    before = int(filed[mine[0][0]]["stock"])
    assert first["changes"] == {"stock": [before, 10**6 + 1]}
    assert {row["verdict"] for row in others} <= {"unchanged"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_every_encoding_is_read(encoding):
    lines = [HEADINGS, product_row(1), product_row(2)]
    text = "\r\n".join(",".join(str(cell) for cell in line) for line in lines)
    tables = decode(text.encode(encoding), name="登记表.csv")
    found = headings.find(tables, kinds.get("product"), {})
    assert found is not None
    assert [cells[1] for _number, cells in found.rows] == ["乳源特产1", "乳源特产2"]


def test_a_worker_that_dies_leaves_the_rest_to_the_next_one_and_files_nothing_twice():
    actor = Actor.of(UserFactory(official=dossiers.RUYUAN))
    kind = kinds.get("product")
    table = table_of([HEADINGS, *(product_row(n) for n in range(1, 6))])
    found = headings.find([table], kind, {})
    assert found is not None
    intake = domain.upload(kind=kind, name="登记表.xlsx", found=found, archive=None, actor=actor)

    run_work(work_id=domain.ask(intake=intake, act="check", actor=actor).pk)
    intake.refresh_from_db()
    checker = Check(intake, actor)
    [chunk] = checker.chunks(intake.rows[:2])
    for row in chunk:
        assert domain._take_row(intake, row, actor) == ""
    # What the dead worker had begun cannot be mended any more.
    work = domain.ask(intake=intake, act="take_in", actor=actor)
    Intake.objects.filter(pk=intake.pk).update(taken_at=clock.now())
    with pytest.raises(RuleBroken):
        domain.mend(intake=intake, cells={(2, 1): "别的"}, actor=actor)
    run_work(work_id=work.pk)
    titles = [row.submission.title for row in intake.taken.select_related("submission")]
    assert titles == [f"乳源特产{n}" for n in range(1, 6)]
    record = intake.taken.get(row=3).submission.record
    assert values.of_form(kind.form(instance=record))["stock"] == 500


def test_what_was_mended_after_taking_in_was_asked_for_is_checked_first():
    actor = Actor.of(UserFactory(official=dossiers.RUYUAN))
    kind = kinds.get("product")
    found = headings.find([table_of([HEADINGS, product_row(1)])], kind, {})
    assert found is not None
    intake = domain.upload(kind=kind, name="登记表.xlsx", found=found, archive=None, actor=actor)
    run_work(work_id=domain.ask(intake=intake, act="check", actor=actor).pk)
    work = domain.ask(intake=intake, act="take_in", actor=actor)
    domain.mend(intake=intake, cells={(2, 1): "别的菜"}, actor=actor)
    run_work(work_id=work.pk)
    intake.refresh_from_db()
    assert (intake.taken_at, intake.taken.count()) == (None, 0)
