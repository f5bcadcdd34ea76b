"""Many forms made of one check what each would check by itself; many dossiers written together are
written as one is."""

from __future__ import annotations

import uuid
from copy import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.moves.domain import SeenTooOld
from portal.moves.models import MoveLog
from portal.search import words_of
from portal.submissions import domain, kinds, values
from portal.submissions.filling import Filling
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from products.lines import packed
from products.models import Product
from tests import dossiers, services

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
KIND = kinds.get("product")
BOX = packed("大箱", "5", "kilogram", "59.90", "30")
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["红薯", "", "极品红薯", "长" * 41]),
        "category": st.sampled_from(["fruit", "tea", "craft", "processed", "", "crystal"]),
        "description": st.sampled_from(["", "好吃。", "能降血压。", "全网第一。"]),
        "unit": st.sampled_from(["", "box", "jin", "piece"]),
        "package": st.sampled_from(["", "5斤/箱"]),
        "price": st.sampled_from(["", "0", "39.9", "1.234", "面议"]),
        "stock": st.sampled_from(["", 0, "7", "-1"]),
        "season_start": st.sampled_from(["", "11", "13"]),
        "season_end": st.sampled_from(["", "2"]),
        "season_days": st.sampled_from(["", "10-15 ~ 11-20: 80", "十月"]),
        "cold_chain": st.sampled_from([True, False, "on", "false", ""]),
        "shelf_life_days": st.sampled_from(["", "0", "30"]),
        "dispatch_area": st.sampled_from(["", "大桥镇"]),
        "variants": st.sampled_from([[], [BOX], [BOX, BOX]]),
        "contact_phone": st.sampled_from(["", "13800138000", "1380013"]),
        "photos": st.sampled_from([[], [str(uuid.UUID(int=7))]]),
        "filed_for": st.sampled_from(["", "盘婶"]),
    },
)


def seen_of(row: Submission) -> Submission:
    """A dossier as it is read for many forms."""
    return Submission.objects.select_related(KIND.accessor, "county").get(pk=row.pk)


def world() -> tuple[Actor, list[Submission | None]]:
    """Who fills in, and dossiers in every state that takes a form; None is a new one."""
    owner = dossiers.official()
    bare = dossiers.draft_product(owner, category="", season_start="", season_end="")
    rows = [bare, dossiers.draft_product(owner, variants=BOX, season_days="10-15 ~ 11-20: 80")]
    rows += [dossiers.product_in(state, owner=owner) for state in ("published", "suspended")]
    bare.attachments.all().delete()
    return owner, [None, *map(seen_of, rows)]


def verdict(form: Any) -> Any:
    """All that somebody asks of a form."""
    good = form.is_valid()
    return (
        list(form.fields),
        {name: list(texts) for name, texts in form.errors.items()},
        [values.cleaned(form), form.lacking()] if good else [],
        form.changed_data,
        [getattr(form.instance, f.attname) for f in form.instance._meta.concrete_fields],
    )


@given(
    numbers=st.lists(st.tuples(st.integers(0, 4), GIVEN), min_size=2, max_size=12),
)
@settings(max_examples=services.examples(25), suppress_health_check=list(HealthCheck))
def test_forms_made_of_one_say_what_each_says_by_itself(numbers, filled_world):
    owner, rows = filled_world
    filling = Filling(KIND, owner)
    for number, typed in numbers:
        row = rows[number]
        before = filling.before(row)
        record = None if row is None else copy(getattr(row, KIND.accessor))
        if row is not None:
            assert before == values.of_form(KIND.form(instance=copy(record)))
        said = {n: v for n, v in typed.items() if row is not None or v not in ("", None)}
        alone = KIND.form(
            values.as_post({**before, **said}),
            instance=record,
            actor=owner,
            complete=row is not None and row.state == "published",
        )
        assert verdict(filling.form(row, typed, before)) == verdict(alone)


@pytest.fixture
def filled_world():
    return world()


def test_a_form_made_of_another_takes_no_file_of_that_one():
    owner = dossiers.official()
    stranger = dossiers.draft_product(dossiers.official(dossiers.XINFENG))
    files = [str(row.file_id) for row in stranger.attachments.filter(purpose="photos")]
    rows = [seen_of(dossiers.draft_product(owner)) for _n in range(2)]
    filling = Filling(KIND, owner)
    for row in [*rows, None]:
        before = filling.before(row) | {"name": "红薯"}
        form = filling.form(row, {"photos": files}, before)
        assert list(form.errors) == ["photos"]


def forms_of(rows: list[Submission], owner: Actor, **given: Any) -> list[Any]:
    filling = Filling(KIND, owner)
    forms = [filling.form(row, given, filling.before(row)) for row in map(seen_of, rows)]
    assert [form.errors for form in forms] == [{}] * len(rows)
    return forms


def written(row: Submission) -> Any:
    """What stands of a dossier, but for its name and number."""
    row.refresh_from_db()
    record = values.of_form(KIND.form(instance=row.record))
    files = {name: len(record[name]) for name in ("photos", "certificates")}
    history = MoveLog.objects.of(row).values_list(
        "move", "from_state", "to_state", "version", "user", "role", "on_behalf_of"
    )
    entries = Entry.objects.filter(subject_id=str(row.pk), subject_type="submissions.submission")
    return (
        {**record, "name": record["name"].rstrip("甲乙"), **files},
        (row.state, row.version, row.filed_for, row.county_id, row.title.rstrip("甲乙")),
        row.words == words_of(row.title, row.code),
        [(w.starts, w.ends, w.daily_capacity) for w in row.record.windows.all()],
        list(history),
        list(entries.order_by("pk").values_list("act", "data", "user", "role", "on_behalf_of")),
    )


CHANGES = [
    {"price": "12.50"},
    {"name": "新名甲", "stock": 0, "variants": [BOX]},
    {"season_days": "10-15 ~ 11-20: 80", "category": "tea"},
    {"photos": []},
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", ["draft", "returned"])
def test_many_drafts_are_written_as_one_is(change, state):
    owner, office = dossiers.official(), dossiers.staff()
    three = [dossiers.product_in(state, owner=owner, office=office) for _n in range(3)]
    [form] = forms_of(three[:1], owner, **change)
    domain.save_draft(submission=three[0], form=form, actor=owner, seen=three[0].version)
    forms = forms_of(three[1:], owner, **change)
    seen = [row.version for row in three[1:]]
    domain.save_drafts(kind=KIND, forms=forms, seen=seen, actor=owner)
    alone, *together = map(written, three)
    assert together == [alone, alone]


def test_many_are_filed_as_one_is():
    owner = dossiers.official()

    def made(name: str) -> Any:
        filling = Filling(KIND, owner)
        given = {**dossiers.PRODUCT, "variants": [BOX], "name": name}
        form = filling.form(None, given, filling.before(None))
        assert form.is_valid(), form.errors
        return form

    key = uuid.uuid4()
    alone = domain.file_draft(kind=KIND, form=made("红薯"), actor=owner, form_key=key)
    rows = domain.file_drafts(kind=KIND, forms=[made("红薯甲"), made("红薯乙")], actor=owner)
    assert [written(row) for row in rows] == [written(alone)] * 2


def test_of_many_none_is_written_when_one_moved_on_or_is_somebody_elses():
    owner = dossiers.official()
    rows = [dossiers.draft_product(owner) for _n in range(2)]
    seen = [row.version for row in rows]
    forms = forms_of(rows, owner, price="12.50")
    Submission.objects.filter(pk=rows[1].pk).update(version=9)
    with pytest.raises(SeenTooOld):
        domain.save_drafts(kind=KIND, forms=forms, seen=seen, actor=owner)
    stranger = dossiers.official(dossiers.XINFENG)
    with pytest.raises(RuleBroken):
        domain.save_drafts(kind=KIND, forms=forms, seen=[seen[0], 9], actor=stranger)
    assert {str(price) for price in Product.objects.values_list("price", flat=True)} == {"39.90"}
    assert not MoveLog.objects.filter(move="edit").exists()
