"""Organisations through their pages: form, list, record, sheet; and what a neighbour sees."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.accounts.enums import Role
from portal.organisations.models import Organisation
from tests.factories import (
    RUYUAN,
    SHAOGUAN,
    XINFENG,
    OrganisationFactory,
    UserFactory,
    credit_code,
)

pytestmark = pytest.mark.django_db

NEW = "/organisations/new/"


def typed(**changes: str) -> dict[str, str]:
    words = {
        "credit_code": credit_code(77),
        "name": "必背瑶寨合作社",
        "kind": "cooperative",
        "county": RUYUAN,
        "address": "必背镇",
        "legal_person": "盘大山",
        "contact_name": "盘小英",
        "contact_phone": "137 0000 0000",
    }
    return words | changes


def signed_in(client: Client, **traits):
    user = UserFactory(**traits)
    client.force_login(user)
    return user


def listed(client: Client, **query: str) -> list[str]:
    return [row.name for row in client.get("/organisations/", query).context["page_obj"]]


def test_new_organisation_through_the_page(client: Client) -> None:
    user = signed_in(client)
    response = client.post(NEW, typed())
    row = Organisation.objects.get()
    assert response["Location"] == f"/organisations/{row.pk}/"
    assert (row.credit_code, row.contact_phone) == (credit_code(77), "13700000000")
    assert user.memberships.get().organisation == row
    page = client.get(response["Location"]).content.decode()
    assert "“必背瑶寨合作社”已登记入库。" in page
    assert "13700000000" in page


def test_wrong_fields_are_named_and_right_ones_kept(client: Client) -> None:
    signed_in(client)
    page = client.post(NEW, typed(credit_code="9144", contact_phone="1", county="999999"))
    form = page.context["form"]
    assert form.errors == {
        "credit_code": ["统一社会信用代码应为 18 位，现在是 4 位。"],
        "contact_phone": ["请填写 11 位手机号码，例如 13800000000。"],
        "county": ["选择一个有效的选项： 该选择不在可用的选项中。"],
    }
    assert form["name"].value() == "必背瑶寨合作社"
    assert Organisation.objects.count() == 0


def test_known_code_is_said_beside_the_field(client: Client) -> None:
    OrganisationFactory(credit_code=credit_code(77), name="瑶山茶厂")
    signed_in(client)
    form = client.post(NEW, typed()).context["form"]
    assert form.errors == {
        "credit_code": [
            "该信用代码已登记：瑶山茶厂（乳源瑶族自治县）。请联系县级主管部门将您添加为经办人。"
        ]
    }
    assert Organisation.objects.count() == 1


def test_counties_are_grouped_by_city_and_limited_to_the_officials_region(client: Client) -> None:
    signed_in(client)
    choices = client.get(NEW).context["form"].fields["county"].choices
    assert len(choices) == 22
    assert sum(len(group) for _city, group in choices[1:]) == 124
    signed_in(client, official=RUYUAN)
    choices = client.get(NEW).context["form"].fields["county"].choices
    assert choices[1:] == [("韶关市", [(RUYUAN, "乳源瑶族自治县")])]
    signed_in(client, official_of_city=SHAOGUAN)
    choices = client.get(NEW).context["form"].fields["county"].choices
    assert [(city, len(group)) for city, group in choices[1:]] == [("韶关市", 10)]
    client.post(NEW, typed(county="440103"))
    assert Organisation.objects.count() == 0


def test_auditor_finds_no_form(client: Client) -> None:
    signed_in(client, auditor=True)
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, typed()).status_code == 404
    assert Organisation.objects.count() == 0


def test_visitor_is_asked_to_sign_in(client: Client) -> None:
    row = OrganisationFactory()
    for address in (
        "/organisations/",
        NEW,
        "/organisations/export/",
        f"/organisations/{row.pk}/",
        f"/organisations/{row.pk}/edit/",
    ):
        assert client.get(address)["Location"] == f"/account/login/?next={address}"


def test_everybody_lists_what_is_theirs(client: Client) -> None:
    ours = OrganisationFactory(name="乳源社")
    OrganisationFactory(name="新丰社", county_id=XINFENG)
    OrganisationFactory(name="广州社", county_id="440103")
    expected = {
        "staff": ["乳源社", "广州社", "新丰社"],
        "auditor": ["乳源社", "广州社", "新丰社"],
        "official": ["乳源社"],
        "official_of_city": ["乳源社", "新丰社"],
        "merchant": ["乳源社"],
        "creator": [],
    }
    traits = {"official": RUYUAN, "official_of_city": SHAOGUAN, "merchant": ours}
    for trait, names in expected.items():
        signed_in(client, **{trait: traits.get(trait, True)})
        assert sorted(listed(client)) == sorted(names), trait


def test_list_is_narrowed(client: Client) -> None:
    signed_in(client, staff=True)
    OrganisationFactory(name="瑶山茶厂", kind="enterprise")
    OrganisationFactory(name="新丰茶社", county_id=XINFENG)
    assert listed(client, text="瑶山") == ["瑶山茶厂"]
    assert listed(client, county=XINFENG) == ["新丰茶社"]
    assert listed(client, kind="enterprise") == ["瑶山茶厂"]
    assert listed(client, text=Organisation.objects.get(name="瑶山茶厂").credit_code) == [
        "瑶山茶厂"
    ]


def sheet(response) -> list[list[object]]:
    content = b"".join(response.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_sheet_holds_the_filtered_list_with_masked_numbers(client: Client) -> None:
    signed_in(client, official=RUYUAN)
    row = OrganisationFactory(name="=瑶山茶厂", contact_phone="13712348000", address="必背镇")
    OrganisationFactory(name="另一家")
    OrganisationFactory(name="新丰茶社", county_id=XINFENG)
    rows = sheet(client.get("/organisations/export/", {"text": "瑶山"}))
    assert rows[0] == [
        "统一社会信用代码",
        "主体名称",
        "类型",
        "地市",
        "县区",
        "地址",
        "联系人",
        "联系手机",
        "登记时间",
    ]
    assert [line[:8] for line in rows[1:]] == [
        [
            row.credit_code,
            "=瑶山茶厂",
            "农民专业合作社",
            "韶关市",
            "乳源瑶族自治县",
            "必背镇",
            "盘**",
            "137****8000",
        ]
    ]


def test_neighbour_finds_no_mark_of_it(client: Client) -> None:
    row = OrganisationFactory(name="瑶山茶厂")
    merchant = UserFactory(merchant=row)
    hat = merchant.memberships.get()
    UserFactory(phone="13911112222")
    signed_in(client, official=XINFENG)
    record = f"/organisations/{row.pk}/"
    assert client.get(record).status_code == 404
    assert client.get(f"{record}edit/").status_code == 404
    assert client.post(f"{record}edit/", {"name": "抢来"}).status_code == 404
    assert client.post(f"{record}people/", {"phone": "13911112222"}).status_code == 404
    assert client.post(f"{record}people/{hat.pk}/end/").status_code == 404
    assert "瑶山茶厂" not in client.get("/organisations/").content.decode()
    assert len(sheet(client.get("/organisations/export/"))) == 1
    row.refresh_from_db()
    hat.refresh_from_db()
    assert (row.name, hat.ended_at) == ("瑶山茶厂", None)
    assert row.memberships.count() == 1


def test_edit_changes_what_was_typed_and_nothing_else(client: Client) -> None:
    signed_in(client, official=RUYUAN)
    row = OrganisationFactory(name="旧名", address="必背镇")
    page = f"/organisations/{row.pk}/edit/"
    form = client.get(page).context["form"]
    assert set(form.fields) == {
        "name",
        "kind",
        "county",
        "address",
        "legal_person",
        "contact_name",
        "contact_phone",
    }
    # Meanwhile a colleague changes the address; this page still shows the old one.
    Organisation.objects.filter(pk=row.pk).update(address="桂头镇")
    before = {name: form[name].value() for name in form.fields}
    response = client.post(page, before | {"name": "新名", "address": "桂头镇"})
    assert response["Location"] == f"/organisations/{row.pk}/"
    row.refresh_from_db()
    assert (row.name, row.address, row.credit_code) == ("新名", "桂头镇", row.credit_code)


def test_merchant_edits_contact_only(client: Client) -> None:
    row = OrganisationFactory(name="旧名")
    signed_in(client, merchant=row)
    page = f"/organisations/{row.pk}/edit/"
    assert set(client.get(page).context["form"].fields) == {
        "address",
        "legal_person",
        "contact_name",
        "contact_phone",
    }
    client.post(page, {"name": "新名", "address": "必背镇", "contact_phone": "13700000002"})
    row.refresh_from_db()
    assert (row.name, row.address, row.contact_phone) == ("旧名", "必背镇", "13700000002")


def test_auditor_reads_masked_numbers_and_changes_nothing(client: Client) -> None:
    row = OrganisationFactory(contact_phone="13712348000")
    UserFactory(merchant=row, phone="13912345678", full_name="盘大山")
    signed_in(client, auditor=True)
    page = client.get(f"/organisations/{row.pk}/").content.decode()
    assert "137****8000" in page
    assert "13712348000" not in page
    assert ("盘大山" in page, "139****5678" in page, "13912345678" in page) == (True, True, False)
    assert ">显示<" not in page
    assert client.get(f"/organisations/{row.pk}/edit/").status_code == 404
    assert client.post(f"/organisations/{row.pk}/people/", {"phone": "1"}).status_code == 404


def test_county_lets_a_person_act_and_ends_it(client: Client) -> None:
    signed_in(client, official=RUYUAN)
    row, user = OrganisationFactory(), UserFactory(phone="13911112222")
    record = f"/organisations/{row.pk}/"
    response = client.post(f"{record}people/", {"phone": "139 1111 2222"})
    assert response["Location"] == record
    hat = user.memberships.get()
    assert (hat.role, hat.organisation_id) == (Role.MERCHANT, row.pk)
    page = client.post(f"{record}people/", {"phone": "13911119999"})
    assert page.context["form"].errors == {
        "phone": ["该手机号尚未注册，请先让对方用此号码注册账号。"]
    }
    client.post(f"{record}people/{hat.pk}/end/")
    hat.refresh_from_db()
    assert hat.ended_at is not None


def test_merchant_does_not_choose_colleagues(client: Client) -> None:
    row = OrganisationFactory()
    signed_in(client, merchant=row)
    other = UserFactory(merchant=row)
    hat = other.memberships.get()
    page = client.get(f"/organisations/{row.pk}/").content.decode()
    assert "添加该经办人" not in page
    client.post(f"/organisations/{row.pk}/people/{hat.pk}/end/")
    hat.refresh_from_db()
    assert hat.ended_at is None
