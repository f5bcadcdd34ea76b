"""The acts on a dossier."""

import uuid

import pytest
from django.utils.datastructures import MultiValueDict

from portal.moves.domain import SeenTooOld
from portal.notices.models import Notice
from portal.regions.models import Town
from portal.submissions import completeness, domain, kinds, values
from portal.submissions.models import Remark, Revision, Submission
from portal.verdict import RuleBroken
from products.models import Product
from tests import dossiers
from tests.creators import world as creators
from tests.factories import UserFactory
from tests.tourism import world as places

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def edited(row, actor, *, complete=False, **changes):
    """The kind's form bound to the record's values overlaid with `changes`."""
    kind = kinds.get(row.kind)
    now = values.of_form(kind.form(instance=row.record))
    data = values.as_post({**now, **changes})
    form = kind.form(data, MultiValueDict(), instance=row.record, actor=actor, complete=complete)
    assert form.is_valid(), form.errors
    return form


def test_a_double_click_makes_one_dossier():
    owner = dossiers.official()
    kind = kinds.get("product")
    key = uuid.uuid4()
    rows = []
    for _click in range(2):
        form = kind.form(dossiers.as_post({"name": "乳源红薯"}), actor=owner)
        assert form.is_valid()
        rows.append(domain.file_draft(kind=kind, form=form, actor=owner, form_key=key))
    assert rows[0].pk == rows[1].pk
    assert (Submission.objects.count(), Product.objects.count()) == (1, 1)
    assert rows[0].code == f"SP{rows[0].pk:06d}"


def test_a_draft_takes_its_place_from_the_official_or_the_merchants_organisation():
    official = dossiers.draft_product(dossiers.official())
    assert (official.county_id, official.city_id, official.organisation) == (
        "440232",
        "440200",
        None,
    )
    person = UserFactory(merchant=True)
    hat = person.memberships.get()
    merchant = dossiers.draft_product(dossiers.Actor.of(person))
    assert merchant.organisation == hat.organisation
    assert merchant.county == hat.organisation.county


def test_trainees_file_no_products():
    trainee = dossiers.Actor.of(UserFactory(trainee=True))
    with pytest.raises(RuleBroken, match="县区工作人员或商家"):
        dossiers.draft_product(trainee)
    assert not Submission.objects.exists()


def test_an_incomplete_draft_is_kept_but_not_submitted():
    owner = dossiers.official()
    row = dossiers.draft_product(owner, price="", contact_phone="")
    assert {name for name, _l, _m in completeness.missing_fields(row)} == {
        "price",
        "contact_phone",
    }
    with pytest.raises(RuleBroken, match="尚未填完"):
        dossiers.move(row, "submit", owner)
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_return_names_all_defects_and_keeps_every_value():
    owner, office = dossiers.official(), dossiers.staff()
    row = dossiers.product_in("endorsed", owner=owner)
    before = values.of_form(kinds.get("product").form(instance=row.record))
    remarks = [("price", "wrong", "价格与包装不符"), ("photos", "photo", "请补产地照片")]
    row = domain.return_submission(
        submission=row, remarks=remarks, note="", actor=office, seen=row.version
    )
    assert (row.state, row.endorsed_at) == ("returned", None)
    assert (
        list(Remark.objects.filter(submission=row).values_list("field", "reason", "text"))
        == remarks
    )
    domain.save_draft(
        submission=row, form=edited(row, owner, price="45.00"), actor=owner, seen=row.version
    )
    row = dossiers.move(row, "submit", owner)
    after = values.of_form(kinds.get("product").form(instance=row.record))
    assert values.changes(before, after) == {"price": ["39.90", "45.00"]}
    assert not Remark.objects.filter(submission=row, answered_at__isnull=True).exists()
    first, second = row.snapshots.order_by("version")
    assert values.changes(first.values, second.values) == {"price": ["39.90", "45.00"]}


def test_a_return_without_any_remark_is_refused():
    row = dossiers.product_in("endorsed")
    with pytest.raises(RuleBroken, match="至少标注一个字段"):
        domain.return_submission(
            submission=row, remarks=[], note=" ", actor=dossiers.staff(), seen=row.version
        )
    row.refresh_from_db()
    assert row.state == "endorsed"


def test_two_tabs_of_one_draft_do_not_overwrite_each_other():
    owner = dossiers.official()
    row = dossiers.draft_product(owner)
    form = edited(row, owner, stock="10")
    domain.save_draft(submission=row, form=form, actor=owner, seen=1)
    with pytest.raises(SeenTooOld):
        domain.save_draft(submission=row, form=edited(row, owner, stock="20"), actor=owner, seen=1)
    assert Product.objects.get().stock == 10


def test_stock_changes_at_once_and_a_name_waits_for_review():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    form = edited(row, owner, complete=True, stock="20", name="乳源彩虹萝卜")
    live, revision = domain.change_published(
        submission=row, form=form, actor=owner, seen=row.version
    )
    product = Product.objects.get()
    assert (live, product.stock, product.name) == (["stock"], 20, "乳源彩石萝卜")
    assert revision.changes == {"name": ["乳源彩石萝卜", "乳源彩虹萝卜"]}
    dossiers.move(revision, "approve", dossiers.staff())
    row.refresh_from_db()
    product.refresh_from_db()
    assert (product.name, product.stock, row.title) == ("乳源彩虹萝卜", 20, "乳源彩虹萝卜")
    assert (row.state, Revision.objects.get().state) == ("published", "approved")


def test_a_stock_of_nothing_is_an_answer():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    form = edited(row, owner, complete=True, stock="0")
    live, revision = domain.change_published(
        submission=row, form=form, actor=owner, seen=row.version
    )
    assert (live, revision, Product.objects.get().stock) == (["stock"], None, 0)


def test_a_refused_revision_leaves_the_record_and_tells_why():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    form = edited(row, owner, complete=True, name="国宝萝卜")
    _live, revision = domain.change_published(
        submission=row, form=form, actor=owner, seen=row.version
    )
    dossiers.move(revision, "refuse", dossiers.staff(), note="名称不规范")
    assert Product.objects.get().name == "乳源彩石萝卜"
    assert "名称不规范" in Notice.objects.filter(recipient=owner.user).order_by("pk").last().text


def test_a_second_revision_waits_until_the_first_is_decided():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    form = edited(row, owner, complete=True, name="甲")
    domain.change_published(submission=row, form=form, actor=owner, seen=row.version)
    row.refresh_from_db()
    with pytest.raises(RuleBroken, match="已有一项修改"):
        domain.change_published(
            submission=row,
            form=edited(row, owner, complete=True, name="乙", stock="7"),
            actor=owner,
            seen=row.version,
        )
    assert Revision.objects.count() == 1
    assert Product.objects.get().stock == 500


def proposed(row, actor, *, files=None, **changes):
    """A revision of a published record, as its form proposes it."""
    kind = kinds.get(row.kind)
    now = values.of_form(kind.form(instance=row.record))
    data = values.as_post({**now, **changes})
    form = kind.form(
        data, MultiValueDict(files or {}), instance=row.record, actor=actor, complete=True
    )
    assert form.is_valid(), form.errors
    _live, revision = domain.change_published(
        submission=row, form=form, actor=actor, seen=row.version
    )
    return revision


def test_every_field_of_a_published_record_can_be_changed_and_approved():
    owner = dossiers.official()
    product = dossiers.product_in("published", owner=owner)
    spot = places.publish(places.draft_spot(owner, "云门寺"), owner)
    changes = {
        product: {
            "photos": [],
            "category": "tea",
            "description": "高山云雾茶。",
            "unit": "piece",
            "package": "一罐",
            "season_start": "3",
            "season_end": "5",
            "certificates": [],
            "contact_name": "赵春兰",
            "cold_chain": True,
        },
        spot: {"town": Town.objects.filter(county="440232").last().pk, "photos": []},
    }
    for row, changed in changes.items():
        files = {"photos-new": [dossiers.photo_upload()]}
        if row == product:
            files["certificates-new"] = [dossiers.pdf_upload()]
        revision = proposed(row, owner, files=files, **changed)
        assert set(changed) <= set(revision.changes) | set(kinds.get(row.kind).live_fields)
        dossiers.move(revision, "approve", dossiers.staff())
        row.refresh_from_db()
        now = values.of_form(kinds.get(row.kind).form(instance=row.record))
        assert {name: now[name] for name in revision.changes} == {
            name: pair[1] for name, pair in revision.changes.items()
        }


def test_a_creator_who_moves_takes_the_dossier_to_the_new_county():
    maker = dossiers.Actor.of(UserFactory(creator=True))
    row = creators.verified(maker)
    revision = proposed(row, maker, county=dossiers.XINFENG)
    row.refresh_from_db()
    assert row.county_id == dossiers.RUYUAN
    dossiers.move(revision, "approve", dossiers.staff())
    row.refresh_from_db()
    assert (row.county_id, row.record.county_id) == (dossiers.XINFENG, dossiers.XINFENG)
