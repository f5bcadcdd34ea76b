"""Regional brands: kept by their region, borne by its products, read by everybody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.regions.models import City, County
from portal.verdict import RuleBroken
from products.brands import domain, queries, rules
from products.brands.models import BrandMember, RegionalBrand
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.factories import UserFactory
from tests.products.branding import brand
from tests.qualifications.world import LAST, at, paper

pytestmark = pytest.mark.django_db
NEXT_DAY = LAST.replace(month=11, day=1)


@pytest.fixture
def official() -> Actor:
    return dossiers.official()


def shown(row: RegionalBrand) -> list[str]:
    return [product.name for product in queries.public_members(row).order_by("name")]


def test_a_county_puts_its_brand_on_file_and_everybody_reads_it(official):
    client = signed_in(official.user)
    values = {
        "name": "乳源彩石萝卜",
        "city": "440200",
        "county": dossiers.RUYUAN,
        "description": "高山冷凉蔬菜。",
        "is_public": "on",
        "emblem-new": dossiers.photo_upload("标识.jpg"),
    }
    answer = client.post("/brands/new/", values)
    row = RegionalBrand.objects.get()
    assert answer["Location"] == "/brands/ruyuancaishiluobo/products/"
    assert (row.county_id, row.emblem.name, row.created_by) == (
        dossiers.RUYUAN,
        "标识.jpg",
        official.user,
    )
    visitor = Client()
    page = content(visitor.get("/brands/ruyuancaishiluobo/"))
    assert "高山冷凉蔬菜。" in page
    assert "还没有产品" in page
    assert status(visitor.get(f"/files/{row.emblem_id}/thumb/")) == 200
    assert row.name in content(visitor.get("/brands/"))
    del values["emblem-new"], values["is_public"]
    client.post(f"/brands/{row.code}/edit/", values | {"emblem": str(row.emblem_id)})
    row.refresh_from_db()
    assert (row.is_public, row.emblem.name) == (False, "标识.jpg")
    assert visitor.get(f"/brands/{row.code}/").status_code == 404
    assert row.name not in content(visitor.get("/brands/"))
    assert status(visitor.get(f"/files/{row.emblem_id}/thumb/")) == 404
    acts = Entry.objects.filter(act__startswith="brand.").order_by("pk")
    assert [(entry.act, entry.data.get("fields")) for entry in acts] == [
        ("brand.create", None),
        ("brand.edit", ["is_public"]),
    ]


def test_published_members_stand_on_the_page_and_a_lapsed_one_does_not(official):
    row, owner = brand(official), dossiers.official()
    products = [
        dossiers.product_in("published", owner=owner, name=name) for name in ("甲萝卜", "乙萝卜")
    ]
    for product in products:
        domain.join_brand(brand=row, product=product.product, actor=official)
    paper(products[0], owner)
    with at(LAST):
        assert shown(row) == ["乙萝卜", "甲萝卜"]
    with at(NEXT_DAY):
        assert shown(row) == ["乙萝卜"]
        (counted,) = queries.brands(official.user)
        assert counted.published == 1
        page = content(Client().get(f"/brands/{row.code}/"))
        assert ("乙萝卜" in page, "甲萝卜" in page) == (True, False)
    dossiers.move(products[1], "suspend", dossiers.staff(), note="x")
    assert shown(row) == ["甲萝卜"]
    assert "乳源彩石" in content(Client().get(f"/products/{products[0].code}/"))


def test_a_member_is_chosen_and_taken_off_through_the_page(official):
    row = brand(official)
    owner = dossiers.official()
    product = dossiers.product_in("published", owner=owner, name="彩石萝卜")
    draft = dossiers.draft_product(owner, name="草稿萝卜")
    there = dossiers.product_in("published", owner=dossiers.official(dossiers.XINFENG))
    page, client = f"/brands/{row.code}/products/", signed_in(official.user)
    form = client.get(page).context["form"]
    assert list(form.fields["row"].queryset) == [product.product]
    for refused in (draft, there):
        answer = client.post(page, {"row": refused.pk})
        assert answer.context["form"].errors["row"] == [
            "选择一个有效的选项： 该选择不在可用的选项中。"
        ]
    looked = client.post(page, {"row-words": "luobo", "row-find": "1"})
    assert f'name="row" value="{product.pk}" checked' in content(looked)
    assert f'value="{there.pk}"' not in content(looked)
    assert not row.members.exists()
    assert client.post(page, {"row": product.pk})["Location"] == page
    member = row.members.get()
    assert "彩石萝卜" in content(client.get(f"{page}export/"))
    with pytest.raises(RuleBroken, match="只有品牌所在地区已发布的产品可加入"):
        domain.join_brand(brand=row, product=product.product, actor=official)
    for _time in range(2):
        answer = client.post(f"{page}{member.pk}/end/")
    assert answer.status_code == 404
    member.refresh_from_db()
    assert member.left_on is not None
    # Who left may join again; the row before stays.
    domain.join_brand(brand=row, product=product.product, actor=official)
    assert row.members.count() == 2


def test_a_citys_brand_takes_products_of_all_its_counties():
    city = City.objects.get(pk="440200")
    keeper = Actor.of(UserFactory(official_of_city="440200"))
    row = domain.create_brand(
        name="韶关山货", city=city, county=None, description="山里来的。", actor=keeper
    )
    offered = [
        dossiers.product_in("published", owner=dossiers.official(county)).product
        for county in (dossiers.RUYUAN, dossiers.XINFENG)
    ]
    assert set(queries.may_join(row)) == set(offered)
    found = Client().get("/brands/", {"county": dossiers.XINFENG}).context["page_obj"]
    assert list(found) == [row]
    assert Client().get("/brands/", {"county": "441802"}).context["page_obj"].paginator.count == 0


KEEPS = {
    "official": True,
    "official_of_city": True,
    "neighbour": False,
    "merchant": False,
    "staff": True,
    "auditor": False,
}


@pytest.mark.parametrize("who", KEEPS)
def test_who_keeps_a_countys_brand(who, official):
    row = brand(official)
    traits = {
        "official": {"official": dossiers.RUYUAN},
        "official_of_city": {"official_of_city": "440200"},
        "neighbour": {"official": dossiers.XINFENG},
    }.get(who, {who: True})
    user = UserFactory(**traits)
    assert bool(rules.may_edit(row, Actor.of(user))) is KEEPS[who]
    client = signed_in(user)
    for page in ("edit", "products", "products/export"):
        assert status(client.get(f"/brands/{row.code}/{page}/")) == (200 if KEEPS[who] else 404)


def test_an_official_makes_no_brand_elsewhere_and_moves_none_there(official):
    there = County.objects.get(pk=dossiers.XINFENG)
    with pytest.raises(RuleBroken, match="只有该地区工作人员"):
        brand(official, dossiers.XINFENG)
    row = brand(official)
    with pytest.raises(RuleBroken, match="只有该地区工作人员"):
        domain.edit_brand(brand=row, county=there, actor=official)
    answer = signed_in(official.user).post(
        f"/brands/{row.code}/edit/",
        {"name": row.name, "city": "440200", "county": dossiers.XINFENG, "description": "x"},
    )
    assert set(answer.context["form"].errors) == {"county"}
    row.refresh_from_db()
    assert row.county_id == dossiers.RUYUAN


def test_names_that_sound_alike_get_addresses_of_their_own(official):
    first, second = brand(official, name="清远鸡"), brand(official, name="轻远鸡")
    assert (first.code, second.code) == ("qingyuanji", "qingyuanji-2")
    answer = signed_in(official.user).post(
        "/brands/new/",
        {"name": "清远鸡", "city": "440200", "county": dossiers.RUYUAN, "description": "x"},
    )
    assert "name" in answer.context["form"].errors
    assert RegionalBrand.objects.count() == 2


def test_the_database_refuses_a_second_membership_and_a_backward_end(official):
    row = brand(official)
    product = dossiers.product_in("published").product
    member = domain.join_brand(brand=row, product=product, actor=official)
    with pytest.raises(IntegrityError, match="brand_member_leaves"), transaction.atomic():
        BrandMember.objects.filter(pk=member.pk).update(left_on="2000-01-01")
    member.pk = None
    with pytest.raises(IntegrityError, match=r"one_membership|\.brand_id"), transaction.atomic():
        member.save(force_insert=True)
