"""Categories that staff keep, and the form that follows them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.sheets import columns, headings
from portal.submissions import completeness, kinds
from portal.verdict import RuleBroken
from products.domain import write_category
from products.forms import ProductForm
from products.models import Category
from tests import dossiers
from tests.factories import UserFactory
from tests.sheets.books import product_row
from tests.sheets.test_round_trip import HEADINGS, brought_in
from tests.submissions.test_views import posted, signed_in

pytestmark = pytest.mark.django_db


def form_of(complete: bool = False, **changes: str) -> ProductForm:
    data = dossiers.as_post({**dossiers.PRODUCT, **changes})
    return ProductForm(data, actor=dossiers.official(), complete=complete)


def errors(complete: bool = False, **changes: str) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in form_of(complete, **changes).errors.items()}


def change(code: str, **changes) -> Category:
    """Staff change a category."""
    row = Category.objects.get(pk=code)
    for name, value in changes.items():
        setattr(row, name, value)
    return write_category(category=row, actor=dossiers.staff())


def test_the_ten_categories_there_were_keep_codes_names_and_order():
    assert list(Category.objects.values_list("code", "name")) == [
        ("fruit", "水果"),
        ("vegetable", "蔬菜"),
        ("livestock", "畜禽"),
        ("tea", "茶叶"),
        ("processed", "加工食品"),
        ("grain", "粮油"),
        ("aquatic", "水产"),
        ("craft", "工艺品"),
        ("herb", "中药材"),
        ("other", "其他"),
    ]


@pytest.mark.parametrize(
    ("category", "required", "hidden"),
    [
        ("processed", {"package", "shelf_life_days", "certificates"}, set()),
        ("fruit", {"season_start", "season_end", "certificates"}, set()),
        (
            "craft",
            set(),
            {"season_start", "season_end", "season_days", "shelf_life_days", "cold_chain"},
        ),
    ],
)
def test_the_form_asks_for_what_its_category_asks(category, required, hidden):
    form = ProductForm(dossiers.as_post({"name": "某物", "category": category}), complete=True)
    always = {"description", "unit", "price", "stock", "daily_capacity", "photos"}
    always |= {"contact_name", "contact_phone"}
    assert {*form.errors} == always | required
    assert {*ProductForm.base_fields} - {*form.fields} == hidden


def test_what_was_written_in_a_field_that_is_not_asked_stays_to_be_seen():
    row = dossiers.draft_product(dossiers.official(), shelf_life_days="30")
    changed = form_of(category="craft", shelf_life_days="30", season_start="", season_end="")
    assert "shelf_life_days" in changed.fields
    kept = ProductForm(dossiers.as_post({"name": "某物", "category": "craft"}), instance=row.record)
    assert "shelf_life_days" in kept.fields
    assert "cold_chain" not in kept.fields


def test_claims_a_category_forbids_are_named_with_it_wherever_they_stand():
    found = errors(category="tea", name="降血糖茶", description="治疗失眠，降血脂。")
    assert found == {
        "name": ["“茶叶”不允许使用这些词：降血糖。"],
        "description": ["“茶叶”不允许使用这些词：治疗、降血脂。"],
    }
    assert errors(category="craft", description="治疗室用的竹椅。", unit="piece") == {}


def test_a_unit_the_category_is_not_sold_by_is_refused_and_not_offered():
    assert errors(category="craft", unit="jin") == {"unit": ["“工艺品”的销售单位为：件、箱。"]}
    offered = form_of(category="craft", unit="piece").fields["unit"].widget.choices
    assert [key for key, _word in offered] == ["", "box", "piece"]


def test_photos_and_papers_are_counted_on_submission():
    row = dossiers.draft_product(
        dossiers.official(), category="processed", shelf_life_days="90", name="东陂腊味"
    )
    told = {name: said for name, _label, said in completeness.missing_fields(row)}
    assert told == {
        "photos": "“加工食品”至少需要 2 张照片，现有 1 张。",
        "certificates": "“加工食品”需要：食品生产许可证、出厂检验报告，每种一份 PDF；现有 1 份。",
    }


def test_a_retired_category_is_offered_to_nobody_but_who_has_it():
    row = dossiers.draft_product(dossiers.official(), category="herb")
    change("herb", is_active=False)
    assert errors(category="herb")["category"]
    kept = ProductForm(
        dossiers.as_post({**dossiers.PRODUCT, "category": "herb"}), instance=row.record
    )
    assert kept.is_valid(), kept.errors


def test_a_new_rule_meets_drafts_and_of_a_published_product_only_what_is_changed():
    owner = dossiers.official()
    draft = dossiers.draft_product(owner)
    published = dossiers.product_in("published", owner=owner)
    assert completeness.missing_fields(draft) == []
    change("vegetable", fields={"shelf_life_days": "required"}, forbidden=["脆甜"], min_photos=3)
    assert {name for name, *_rest in completeness.missing_fields(draft)} == {
        "shelf_life_days",
        "description",
        "photos",
    }
    assert completeness.missing_fields(published) == []

    client = signed_in(owner.user)
    page = client.get(f"/dossiers/{published.code}/edit/")
    address = f"/dossiers/{published.code}/edit/{page.context['action']}"
    client.post(address, posted(page) | {"stock": "7"})
    published.record.refresh_from_db()
    assert published.record.stock == 7
    page = client.get(f"/dossiers/{published.code}/edit/")
    address = f"/dossiers/{published.code}/edit/{page.context['action']}"
    refused = client.post(address, posted(page) | {"description": "脆甜。"})
    assert refused.context["form"].errors == {"description": ["“蔬菜”不允许使用这些词：脆甜。"]}


def test_moving_a_published_product_to_another_category_meets_all_its_rules():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner)
    form = kinds.get("product").form(
        dossiers.as_post({**dossiers.PRODUCT, "category": "processed"}),
        instance=row.record,
        actor=owner,
        complete=True,
    )
    assert {"shelf_life_days", "photos", "certificates"} <= {*form.errors}


def test_each_row_of_a_workbook_is_judged_by_its_own_category():
    actor = Actor.of(UserFactory(official=dossiers.RUYUAN))
    rows = [
        product_row(1),
        product_row(2, 品类="加工食品"),
        product_row(3, 品类="茶叶", 产品介绍="能降血压的茶。"),
        product_row(4, 品类="工艺品", 单位="件"),
    ]
    first, processed, tea, craft = brought_in(kinds.get("product"), actor, [HEADINGS, *rows])
    assert first["lacking"] == ["photos", "certificates"]
    assert processed["lacking"] == ["photos", "shelf_life_days", "certificates"]
    assert tea["errors"] == {"description": ["“茶叶”不允许使用这些词：降血压。"]}
    assert craft["lacking"] == ["photos"]


def test_the_template_says_which_categories_ask_for_more():
    kind = kinds.get("product")
    _headings, (explained, _example) = columns.template(kind)
    names = [column.name for column in headings.columns_of(kind)][1:]
    said = dict(zip(names, explained, strict=True))
    assert said["shelf_life_days"].endswith("以下类别必填：加工食品。")
    assert "茶叶" in said["category"]


def test_staff_add_change_and_retire_a_category_and_the_record_keeps_it(client):
    office = UserFactory(staff=True)
    client.force_login(office)
    sent = {"code": "honey", "name": "蜂产品", "name_en": "Honey", "position": "45"}
    sent |= {"is_active": "on", "papers": "食品生产许可证", "forbidden": "治咳嗽、润肺\n润肺"}
    sent |= {"min_photos": "2", "photo_hint": "蜜色与标签", "units": ["bag", "box"]}
    rules = {f"rule_{topic}": "optional" for topic in ("package", "variants", "season")}
    rules |= {"rule_dispatch_area": "hidden", "rule_cold_chain": "hidden"}
    answer = client.post(
        reverse("product-category-new"), sent | rules | {"rule_shelf_life_days": "required"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    row = Category.objects.get(pk="honey")
    assert (row.fields, row.papers, row.forbidden, row.units) == (
        {"shelf_life_days": "required", "dispatch_area": "hidden", "cold_chain": "hidden"},
        ["食品生产许可证"],
        ["治咳嗽", "润肺"],
        ["bag", "box"],
    )
    sent.pop("is_active")
    client.post(row.get_absolute_url(), sent | rules | {"rule_shelf_life_days": "optional"})
    row.refresh_from_db()
    assert row.is_active is False
    entry = Entry.objects.filter(act="products.category").latest("pk")
    assert (entry.user, entry.data["changed"]["is_active"]) == (office, [True, False])
    listed = client.get(reverse("product-categories"), {"offered": "no"}).content.decode()
    assert "蜂产品" in listed
    assert "水果" not in listed


def test_bad_input_of_a_category_is_named_by_its_field(client):
    client.force_login(UserFactory(staff=True))
    sent = {"code": "Bad Code", "name": "茶叶", "name_en": "Tea", "min_photos": "9"}
    sent |= {"position": "1", "papers": "很" * 31}
    answer = client.post(reverse("product-category-new"), sent)
    found = answer.context["form"].errors
    assert {"code", "name", "name_en", "min_photos", "papers", "rule_season"} <= {*found}
    assert found["name"] == ["已有同名的类别。"]
    assert Category.objects.count() == 10


@pytest.mark.parametrize("role", [{"official": dossiers.RUYUAN}, {"auditor": True}])
def test_nobody_else_keeps_categories(client, role):
    user = UserFactory(**role)
    client.force_login(user)
    for name in ("product-categories", "product-categories-export", "product-category-new"):
        assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse("product-category", args=["tea"]), {}).status_code == 404
    with pytest.raises(RuleBroken, match="项目办"):
        write_category(category=Category.objects.get(pk="tea"), actor=Actor.of(user))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("category_asks_for_one_to_six_photos", {"min_photos": 0}),
        ("category_asks_for_one_to_six_photos", {"min_photos": 7}),
        ("category_code_is_plain", {"code": "茶"}),
    ],
)
def test_the_database_refuses(name, changed):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Category.objects.filter(pk="herb").update(**changed)
