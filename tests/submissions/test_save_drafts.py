"""Many changed drafts saved at once: each as if by itself, or none."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.enums import Role
from portal.audit.models import Entry
from portal.moves.domain import SeenTooOld
from portal.moves.models import MoveLog
from portal.search import words_of
from portal.submissions import domain, kinds, values
from portal.submissions.filling import Filling
from portal.submissions.models import Attachment, Submission
from portal.verdict import RuleBroken
from products.lines import packed
from products.models import Product, Variant
from products.seasons.models import SeasonWindow
from tests import dossiers

pytestmark = pytest.mark.django_db

BOX = packed("礼盒", "2.5", "kilogram", "39.80", 100)
LOOSE = packed("散装", "1", "jin", "8.50", "")
CHANGED = {
    "name": "改名的萝卜",
    "price": "45.00",
    "variants": [LOOSE, BOX],
    "season_days": "10-15 ~ 11-20: 80",
}


@pytest.fixture
def owner():
    return dossiers.official()


def drafts(owner, number):
    return [dossiers.draft_product(owner, name=f"产品{n}", variants=BOX) for n in range(number)]


def filled(rows, owner, **changes):
    """Forms of the rows with `changes` in each, read as a machine's request reads them."""
    kind = kinds.get("product")
    found = (
        Submission.objects.select_related("product")
        .prefetch_related("attachments", "conflicts", *kind.beside_dossier)
        .in_bulk([row.pk for row in rows])
    )
    filling = Filling(kind, owner)
    forms = []
    for row in rows:
        before = filling.before(found[row.pk])
        form = filling.form(found[row.pk], changes, before)
        form.leave_to_database()
        assert form.is_valid(), form.errors
        forms.append(form)
    return forms


def save(rows, owner, **changes):
    return domain.save_drafts(
        kind=kinds.get("product"),
        forms=filled(rows, owner, **changes),
        actor=owner,
        seen=[row.version for row in rows],
    )


def everything(row):
    """What stands of a dossier, without what tells two of them apart."""
    row = Submission.objects.get(pk=row.pk)
    own = {"id", "code", "form_key", "created_at", "words", "submission", "product"}

    def of(record):
        return {
            f.name: getattr(record, f.attname) for f in record._meta.fields if f.name not in own
        }

    logs = MoveLog.objects.of(row).order_by("pk")
    entries = Entry.objects.filter(subject_id=str(row.pk), subject_type=row._meta.label_lower)
    return [
        of(row),
        of(row.product),
        [of(each) for each in row.product.variants.all()],
        [of(each) for each in row.product.windows.all()],
        [(each.purpose, each.position) for each in row.attachments.all()],
        list(logs.values("move", "from_state", "to_state", "version", "role", "user")),
        list(entries.order_by("pk").values("act", "user", "role", "data")),
    ]


@pytest.mark.sqlite
def test_each_is_saved_as_by_itself(owner):
    one, *many = drafts(owner, 3)
    domain.save_draft(
        submission=one, form=filled([one], owner, **CHANGED)[0], actor=owner, seen=one.version
    )
    saved = save(many, owner, **CHANGED)

    assert [row.pk for row in saved] == [row.pk for row in many]
    assert [row.version for row in saved] == [2, 2]
    assert [everything(row) for row in many] == [everything(one)] * 2
    for row in saved:
        row.refresh_from_db()
        assert row.words == words_of("改名的萝卜", row.code)
    assert SeasonWindow.objects.count() == 3
    assert Attachment.objects.count() == 6


@pytest.mark.sqlite
def test_a_variant_that_keeps_its_name_keeps_its_row_and_others_of_the_same_name_are_not_touched(
    owner,
):
    first, second = drafts(owner, 2)
    there = {row.product_id: row.pk for row in Variant.objects.all()}

    save([first], owner, variants=[LOOSE, BOX.replace("39.80", "42.00")])

    rows = Variant.objects.order_by("product_id", "position")
    assert list(rows.values_list("product_id", "name", "price")) == [
        (first.pk, "散装", 8.5),
        (first.pk, "礼盒", 42),
        (second.pk, "礼盒", rows.last().price),
    ]
    assert (rows[1].pk, rows[2].pk) == (there[first.pk], there[second.pk])
    assert str(rows.last().price) == "39.80"
    first.refresh_from_db()
    save([first], owner, variants=[])
    assert list(Variant.objects.values_list("pk", flat=True)) == [there[second.pk]]


def test_returned_ones_are_logged_as_returned_and_each_with_the_hat_that_allowed_it(owner):
    draft = dossiers.draft_product(owner)
    returned = dossiers.product_in("returned", owner=owner)
    save([draft, returned], owner, stock=7)
    logs = MoveLog.objects.filter(move="edit").order_by("subject_id")
    assert [(log.subject_id, log.from_state, log.to_state, log.role) for log in logs] == [
        (str(draft.pk), "draft", "draft", Role.OFFICIAL),
        (str(returned.pk), "returned", "returned", Role.OFFICIAL),
    ]


def test_files_follow_where_they_changed_alone(owner):
    kept, changed = drafts(owner, 2)
    there = set(kept.attachments.values_list("pk", flat=True))
    forms = filled([kept], owner, stock=9) + filled([changed], owner, photos=[])
    domain.save_drafts(kind=kinds.get("product"), forms=forms, actor=owner, seen=[1, 1])
    assert set(kept.attachments.values_list("pk", flat=True)) == there
    assert list(changed.attachments.values_list("purpose", flat=True)) == ["certificates"]


@pytest.mark.parametrize("why", ["moved on", "under review"])
def test_what_moved_on_since_it_was_read_keeps_all_from_being_written(owner, why):
    first, second = drafts(owner, 2)
    forms = filled([first, second], owner, stock=7)
    seen = [1, 1]
    if why == "moved on":
        save([second], owner, stock=8)
    else:
        dossiers.move(second, "submit", owner)
        seen = [1, second.version + 1]
    before = [everything(row) for row in (first, second)]

    with pytest.raises(SeenTooOld if why == "moved on" else RuleBroken):
        domain.save_drafts(kind=kinds.get("product"), forms=forms, actor=owner, seen=seen)
    assert [everything(row) for row in (first, second)] == before


def test_what_the_database_refuses_keeps_all_from_being_written(owner):
    rows = drafts(owner, 2)
    forms = filled(rows, owner, stock=7)
    forms[1].instance.price = -1
    with pytest.raises(IntegrityError, match="product_price_is_positive"):
        domain.save_drafts(kind=kinds.get("product"), forms=forms, actor=owner, seen=[1, 1])
    assert set(Product.objects.values_list("stock", flat=True)) == {500}
    assert set(Submission.objects.values_list("version", flat=True)) == {1}


def test_somebody_else_saves_none_of_them(owner):
    rows = drafts(owner, 1)
    with pytest.raises(RuleBroken):
        domain.save_drafts(
            kind=kinds.get("product"),
            forms=filled(rows, owner, stock=7),
            actor=dossiers.official(dossiers.XINFENG),
            seen=[1],
        )
    assert values.changes({"stock": 500}, {"stock": Product.objects.get().stock}) == {}


def test_thirty_take_as_many_queries_as_one(owner):
    def queries(number):
        rows = drafts(owner, number)
        forms = filled(rows, owner, **CHANGED)
        with CaptureQueriesContext(connection) as context:
            domain.save_drafts(
                kind=kinds.get("product"), forms=forms, actor=owner, seen=[1] * number
            )
        return len(context.captured_queries)

    assert queries(30) == queries(1) == 14
