"""Out and in again is nothing; out, changed and in again is the change alone."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.accounts.actor import Actor
from portal.jobs.domain import run as run_work
from portal.sheets import columns, domain, headings, queries
from portal.sheets.check import Check
from portal.sheets.forms import LIMITS
from portal.sheets.models import Intake
from portal.spreadsheet import write_xlsx
from portal.statements.reading.decode import decode
from portal.statements.reading.tables import Table
from portal.submissions import kinds, values
from portal.submissions.domain import file_draft
from portal.verdict import RuleBroken
from tests import dossiers, services
from tests.factories import UserFactory
from tests.sheets.books import HEADINGS, product_row
from tests.tourism import world as tourism

if TYPE_CHECKING:
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
LETTERS = st.sampled_from("红茶米AB12 ，。=+-@'\"&<>％\n")
WORDS = st.text(LETTERS, max_size=12)
# What a field of several lines holds, as a cell spells it.
SPELLED = {
    "variants": ["", "小箱 / 2.5斤 / 39.8 / 20", "大箱 / 5斤 / 70\n礼盒 / 12枚 / 66 / 8"],
    "season_days": ["", "10-15 ~ 11-20: 80\n12-25 ~ 01-05: 30", "03-01 ~ 04-10: 5"],
}
# What says nothing alone.
TOGETHER = {
    "closed_until": "closed_because",
    "closed_because": "closed_until",
    "season_start": "season_end",
    "season_end": "season_start",
}
JOINED = [kind.code for kind in kinds.every() if kind.by_sheet]


def table_of(rows: list[list[Any]]) -> Table:
    """The rows as a file's reader hands them on."""
    return Table("", [[None if cell == "" else cell for cell in row] for row in rows])


def posted(name: str, field: forms.Field) -> st.SearchStrategy[Any]:
    """What a browser may post for a field."""
    if name in SPELLED:
        hear = getattr(field, "from_cell", str)
        return st.sampled_from([hear(text) for text in SPELLED[name]])
    if name == "contact_phone":
        return st.integers(0, 10**8 - 1).map(lambda number: f"138{number:08d}") | st.just("")
    if isinstance(field, forms.BooleanField):
        return st.sampled_from(["on", ""])
    if isinstance(field, forms.ModelChoiceField):
        return st.sampled_from(["", *(str(row.pk) for row in field.queryset[:12])])
    if isinstance(field, forms.ChoiceField):
        return st.sampled_from([str(key) for key, _word in values.flat(field.choices)])
    if isinstance(field, forms.DecimalField):
        return st.decimals("0.01", "99999.99", places=2).map(str)
    if isinstance(field, forms.IntegerField):
        return st.integers(1, 3000).map(str)
    if isinstance(field, forms.DateField):
        days = st.dates(clock.today(), clock.today() + timedelta(days=400))
        return days.map(str) | st.just("")
    assert isinstance(field, forms.CharField), f"nothing is known to post for {name}"
    return WORDS


def filled(kind: Kind, actor: Actor) -> st.SearchStrategy[dict[str, Any]]:
    """What somebody may fill in for each of the kind's columns."""
    return st.fixed_dictionaries(
        {
            column.name: posted(column.name, column.field)
            for column in headings.columns_of(kind, actor)
            if column.field is not None and not column.files
        }
    )


def file(kind: Kind, actor: Actor, filled_in: dict[str, Any], title: str) -> Submission:
    """A draft of what was filled in; what the form refuses is left empty."""
    filled_in = {**filled_in, kind.form.title_field: title}
    for _again in filled_in:
        form = kind.form(values.as_post(filled_in), actor=actor)
        if form.is_valid():
            break
        for name in form.errors:
            filled_in[name] = filled_in[TOGETHER.get(name, name)] = ""
    assert form.is_valid(), form.errors
    return file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())


def exported(kind: Kind, actor: Actor) -> list[list[Any]]:
    """The workbook of own dossiers as its file is read again: headings, then a row for each."""
    target = io.BytesIO()
    write_xlsx(target, columns.export(kind), queries.records(actor, kind))
    [table] = decode(target.getvalue(), name="x.xlsx", limits=LIMITS)
    width = len(table.rows[0])
    return [[*row, *[None] * (width - len(row))] for row in table.rows]


def brought_in(kind: Kind, actor: Actor, rows: list[list[Any]]) -> list[dict[str, Any]]:
    """What each row below the headings would do."""
    found = headings.find([table_of(rows)], kind, {})
    assert found is not None
    intake = Intake(kind=kind.code, mapping=found.mapping, rows=[list(row) for row in found.rows])
    check = Check(intake, actor)
    return [check.outcome(row) for rows in check.chunks(intake.rows) for row in rows]


@pytest.fixture
def actor(db) -> Actor:
    """An official of a county with published spots, two of them of one name."""
    official = dossiers.official()
    for name in ("云门寺", "云门寺", "必背瑶寨", "大峡谷"):
        tourism.publish(tourism.draft_spot(official, name), official)
    return official


def stands(kind: Kind, row: Submission) -> dict[str, Any]:
    return values.of_form(kind.form(instance=row.record))


def moved_up(stands: dict[str, Any]) -> dict[str, Any]:
    """A route leaves no stop out between two; nothing else moves."""
    names = [name for name in stands if name.startswith("stop")]
    kept = [stands[name] for name in names if stands[name]]
    return stands | dict(zip_longest(names, kept))


def said(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """A field that is not there, one that is empty and a box that is not ticked say the same."""
    return {
        name: [None if value in ("", []) or value is False else value for value in both]
        for name, both in changes.items()
    }


@pytest.mark.parametrize("code", JOINED)
@given(data=st.data())
@settings(
    max_examples=services.examples(8),
    # Each example files dossiers: shrinking one would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_what_was_exported_comes_in_unchanged_and_one_cell_changes_one_field(code, actor, data):
    kind = kinds.get(code)
    first, second = (
        file(kind, actor, data.draw(filled(kind, actor)), f"{name}{uuid.uuid4().hex[:8]}")
        for name in "甲乙"
    )
    head, *rows = exported(kind, actor)
    assert {row["verdict"] for row in brought_in(kind, actor, [head, *rows])} == {"unchanged"}

    mine, other = (next(row for row in rows if row[0] == one.code) for one in (first, second))
    names = [column.name for column in headings.columns_of(kind) if not column.files]
    edited = [at for at, name in enumerate(names) if at and mine[at] != other[at]]
    # One row for each cell: the second dossier's word in the first one's row.
    lines = [[*mine[:at], other[at], *mine[at + 1 :]] for at in edited]
    before, given = stands(kind, first), stands(kind, second)
    assert brought_in(kind, actor, [head, *lines])[0]["verdict"] == "changed"
    for at, outcome in zip(edited, brought_in(kind, actor, [head, *lines]), strict=True):
        name = names[at]
        event(f"{name}: {outcome['verdict']}")
        if outcome["verdict"] == "wrong":
            # What the form does not take of one dossier beside the rest of another.
            assert outcome["changes"] == {}
        else:
            after = moved_up({**before, name: given.get(name)})
            assert said(outcome["changes"]) == said(values.changes(before, after))


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
