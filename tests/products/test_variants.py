"""Variants on their way through the form, a workbook's cell, a draft, a revision and the page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.submissions import domain, kinds, values
from products.enums import ContentUnit
from products.fields import VariantsField
from products.forms import ProductForm
from products.lines import packed
from products.models import Variant
from tests import dossiers
from tests.submissions.test_views import posted, signed_in

LINES = st.lists(
    st.builds(
        packed,
        st.text(st.sampled_from("礼盒装散Ab1 "), min_size=1, max_size=9)
        .map(str.strip)
        .filter(bool),
        st.decimals("0.001", "999999.999", places=3),
        st.sampled_from(ContentUnit.values),
        st.decimals("0.01", "99999.99", places=2),
        st.none() | st.integers(0, 10**6),
    ),
    max_size=4,
    unique_by=lambda line: line.split('"')[1],
)
BOX = packed("礼盒", "2.5", "kilogram", "39.80", 100)
LOOSE = packed("散装", "1", "jin", "8.50", "")


def typed(*lines: tuple[str, ...]) -> dict[str, str]:
    """Lines as a browser posts them."""
    parts = ("name", "amount", "unit", "price", "stock")
    return {
        f"variants-{place}-{part}": piece
        for place, line in enumerate(lines)
        for part, piece in zip(parts, line, strict=True)
    }


@given(lines=LINES, language=st.sampled_from(["zh-hans", "en"]))
def test_what_a_cell_says_comes_in_as_it_went_out(lines, language):
    field = VariantsField(required=False)
    clean = field.clean(lines)
    with translation.override(language):
        cell = field.in_words(clean)
        assert field.clean(field.from_cell(cell) or []) == clean
    assert not field.has_changed(clean, clean)


@pytest.mark.parametrize(
    "cell",
    [
        "礼盒 / 2.5公斤 / 39.8元 / 100件；散装/1 斤/8.5",
        "礼盒／2.5kg／¥39.80／100\n散装／1市斤／8.50元",
        "礼盒/2.5千克/39.80/100;散装 / 1.000jin / 8.5",
    ],
)
def test_a_cell_is_read_as_people_write_it(cell):
    field = VariantsField(required=False)
    assert field.clean(field.from_cell(cell)) == [BOX, LOOSE]


def test_a_cell_that_says_too_little_is_told_how():
    with pytest.raises(ValidationError, match="礼盒 39元"):
        VariantsField().from_cell("礼盒 39元")


@pytest.mark.django_db
class TestForm:
    def errors(self, *lines: tuple[str, ...]) -> list[str]:
        data = dossiers.as_post({**dossiers.PRODUCT, **typed(*lines)})
        form = ProductForm(data, actor=dossiers.official())
        form.is_valid()
        return list(form.errors.get("variants", []))

    def test_lines_that_say_nothing_are_none(self):
        assert self.errors(("", "", "jin", "", "")) == []

    def test_every_mistake_is_named_by_line_and_part(self):
        assert self.errors(
            ("礼盒", "0", "jin", "39.805", "1"),
            ("", "1", "stone", "", "-1"),
            ("好/坏", "1", "jin", "1", ""),
        ) == [
            "规格 1：含量：确保该值大于或等于0.001。",
            "规格 1：价格（元）：确认小数不超过 2 位.",
            "规格 2：名称：这个字段是必填项。",
            "规格 2：单位：选择一个有效的选项。 stone 不在可用的选项中。",
            "规格 2：价格（元）：这个字段是必填项。",
            "规格 2：库存：确保该值大于或等于0。",
            "规格 3：规格名称里不能有斜杠。",
        ]

    def test_two_of_one_name_and_more_than_twelve_are_refused(self):
        assert self.errors(*[("礼盒", "1", "jin", "1", "")] * 2) == ["有两个规格同名：礼盒。"]
        many = [(f"第{n}种", "1", "jin", "1", "") for n in range(13)]
        assert self.errors(*many) == ["最多 12 个规格。"]

    def test_a_forbidden_word_in_a_name_is_found(self):
        assert self.errors(("顶级礼盒", "1", "jin", "1", "")) == [
            "《广告法》不允许使用这些词：顶级。"
        ]


@pytest.mark.django_db
def test_a_draft_keeps_its_variants_as_rows_and_a_name_keeps_its_row():
    owner = dossiers.official()
    row = dossiers.draft_product(owner, **typed(("礼盒", "2.50", "kilogram", "39.8", "100")))
    first = Variant.objects.get()
    assert (first.amount, first.unit, first.price, first.stock) == (
        Decimal("2.500"),
        "kilogram",
        Decimal("39.80"),
        100,
    )
    kind = kinds.get("product")
    before = values.of_form(kind.form(instance=row.record))
    assert before["variants"] == [BOX]
    form = kind.form(
        values.as_post({**before, "variants": [LOOSE, BOX.replace("39.80", "42.00")]}),
        instance=row.record,
        actor=owner,
    )
    assert form.is_valid(), form.errors
    row = domain.save_draft(submission=row, form=form, actor=owner, seen=row.version)
    assert list(Variant.objects.order_by("position").values_list("name", "price", "stock")) == [
        ("散装", Decimal("8.50"), None),
        ("礼盒", Decimal("42.00"), 100),
    ]
    assert Variant.objects.get(name="礼盒").pk == first.pk


@pytest.mark.django_db
def test_a_published_price_changes_at_once_and_a_new_pack_waits_and_shows_as_a_diff():
    owner = dossiers.official()
    row = dossiers.product_in(
        "published", owner=owner, **typed(("礼盒", "2.5", "kilogram", "39.80", "100"))
    )
    client = signed_in(owner.user)
    page = client.get(f"/dossiers/{row.code}/edit/")
    sent = posted(page) | {"variants": [BOX.replace("39.80", "42.00")]}
    client.post(f"/dossiers/{row.code}/edit/{page.context['action']}", sent)
    assert row.revisions.count() == 0
    assert Variant.objects.get().price == Decimal("42.00")

    page = client.get(f"/dossiers/{row.code}/edit/")
    sent = posted(page)
    sent["variants"] = [*sent["variants"], LOOSE]
    client.post(f"/dossiers/{row.code}/edit/{page.context['action']}", sent)
    revision = row.revisions.get()
    assert Variant.objects.count() == 1
    assert revision.changes == {"variants": [[BOX.replace("39.80", "42.00")], sent["variants"]]}
    text = client.get(reverse("revision", args=[revision.pk])).content.decode()
    assert "散装 / 1斤 / 8.50元" in text

    # While that waits, a price waits too: approving would put the old one back.
    page = client.get(f"/dossiers/{row.code}/edit/")
    sent = posted(page) | {"variants": [BOX.replace("39.80", "50.00")]}
    answer = client.post(f"/dossiers/{row.code}/edit/{page.context['action']}", sent)
    assert answer.context["form"].non_field_errors()
    dossiers.transition(revision, "approve", actor=dossiers.staff(), seen=revision.version)
    assert [row.name for row in Variant.objects.order_by("position")] == ["礼盒", "散装"]


@pytest.mark.django_db
def test_the_public_page_says_what_a_jin_costs(client):
    row = dossiers.product_in(
        "published",
        unit="kilogram",
        price="12.00",
        **typed(("箱", "5", "jin", "39.80", ""), ("小份", "3", "jin", "39.80", "")),
    )
    text = client.get(reverse("product", args=[row.code])).content.decode()
    assert "12.00 元/公斤 · 合 6.00 元/斤" in text
    assert "箱（5斤）：39.80 元 · 合 7.96 元/斤" in text
    assert "小份（3斤）：39.80 元 · 约合 13.27 元/斤" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("variant_holds_something", {"amount": 0}),
        ("variant_price_is_positive", {"price": 0}),
        ("one_variant_of_a_name", {"name": "散装"}),
    ],
)
def test_the_database_refuses(name, change):
    dossiers.draft_product(
        dossiers.official(),
        **typed(("礼盒", "1", "jin", "1", ""), ("散装", "1", "jin", "1", "")),
    )
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Variant.objects.filter(name="礼盒").update(**change)
