"""The administrators' pages."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.notices.models import Message
from tests.factories import PASSWORD, RUYUAN, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> User:
    user = UserFactory(admin=True, full_name="管理员")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    "trait", [{}, {"staff": True}, {"official": RUYUAN}, {"auditor": True}, {"merchant": True}]
)
def test_others_find_no_page(client: Client, trait) -> None:
    user, other = UserFactory(**trait), UserFactory(staff=True)
    client.force_login(user)
    row = other.memberships.get()
    for address in (
        "/people/",
        "/people/invite/",
        f"/people/{other.pk}/",
        f"/people/{other.pk}/role/",
        f"/people/{other.pk}/close/",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/people/{other.pk}/close/").status_code == 404
    assert client.post(f"/people/{other.pk}/role/{row.pk}/end/").status_code == 404
    other.refresh_from_db()
    row.refresh_from_db()
    assert (other.is_active, row.ended_at) == (True, None)


def test_visitor_is_asked_to_sign_in(client: Client) -> None:
    response = client.get("/people/")
    assert response["Location"] == "/account/login/?next=/people/"


def test_list_shows_roles_and_masked_numbers(client: Client) -> None:
    client.force_login(UserFactory(admin=True, full_name="管理员"))
    UserFactory(official=RUYUAN, staff=True, full_name="李四", phone="13912348000")
    page = client.get("/people/")
    assert [person.full_name for person in page.context["page_obj"]] == ["李四", "管理员"]
    text = page.content.decode()
    assert "139****8000" in text
    assert "13912348000" not in text
    assert "县（市、区）干部 · 乳源瑶族自治县" in text or "乳源瑶族自治县" in text


def test_list_is_narrowed_by_text_and_role(client: Client, boss: User) -> None:
    UserFactory(official=RUYUAN, full_name="李四")
    UserFactory(staff=True, full_name="李五")
    names = lambda query: [  # noqa: E731
        person.full_name for person in client.get("/people/", query).context["page_obj"]
    ]
    assert names({"text": "李"}) == ["李五", "李四"]
    assert names({"role": "official"}) == ["李四"]
    assert names({"text": "李", "role": "staff"}) == ["李五"]
    assert names({"text": "赵"}) == []


def test_invitation_through_the_page(client: Client, boss: User) -> None:
    data = {
        "role": "official",
        "county": RUYUAN,
        "full_name": "李四",
        "username": "li.si",
        "phone": "13900000000",
    }
    page = client.post("/people/invite/", data)
    user = User.objects.get(username="li.si")
    assert page.context["invitation"].link in page.content.decode()
    assert [(hat.role, hat.county_id) for hat in user.memberships.all()] == [("official", RUYUAN)]
    assert Message.objects.get().phone == "13900000000"
    # The same again: the number is taken, and the form keeps what was typed.
    page = client.post("/people/invite/", data | {"username": "li.si2"})
    assert page.context["form"].non_field_errors() == [
        "该手机号已有账号（李*）。请在“人员管理”中打开该账号并添加角色。"
    ]
    assert page.context["form"]["username"].value() == "li.si2"
    assert User.objects.count() == 2


def test_official_needs_one_region(client: Client, boss: User) -> None:
    data = {"role": "official", "full_name": "李四", "username": "li", "phone": "13900000000"}
    for region in ({}, {"county": RUYUAN, "city": "440200"}):
        page = client.post("/people/invite/", data | region)
        assert page.context["form"].errors == {
            "county": ["县（市、区）干部须归属一个县级单位或一个地市，请选择其中一项。"]
        }
    assert User.objects.count() == 1


def test_role_is_given_and_ended_on_the_persons_page(client: Client, boss: User) -> None:
    user = UserFactory()
    response = client.post(f"/people/{user.pk}/role/", {"role": "staff", "county": RUYUAN})
    assert response["Location"] == f"/people/{user.pk}/"
    hat = user.memberships.get()
    assert (hat.role, hat.county_id) == (Role.STAFF, None)
    client.post(f"/people/{user.pk}/role/{hat.pk}/end/")
    hat.refresh_from_db()
    assert hat.ended_at is not None


def test_account_is_closed_after_a_question(client: Client, boss: User) -> None:
    user = UserFactory(staff=True, full_name="李四")
    page = client.get(f"/people/{user.pk}/close/").content.decode()
    assert "停用 李四 的账号" in page
    user.refresh_from_db()
    assert user.is_active is True
    client.post(f"/people/{user.pk}/close/")
    user.refresh_from_db()
    assert user.is_active is False
    client.post(f"/people/{user.pk}/open/")
    user.refresh_from_db()
    assert user.is_active is True
    assert client.post(f"/people/{user.pk}/explode/").status_code == 404


def test_own_account_is_not_changed_here(client: Client, boss: User) -> None:
    UserFactory(admin=True)
    client.post(f"/people/{boss.pk}/close/")
    page = client.get(f"/people/{boss.pk}/").content.decode()
    assert "不能对自己的账号进行此操作，请由其他管理员办理。" in page
    assert "这是您自己的账号，需由其他管理员修改。" in page
    boss.refresh_from_db()
    assert boss.is_active is True


def test_admin_site_signs_in_through_the_portal_and_changes_nothing(client: Client) -> None:
    assert client.get("/admin/login/")["Location"].startswith("/account/login/?next=")
    user = UserFactory(admin=True, phone="13912348000", password=PASSWORD)
    client.force_login(user)
    page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "139****8000" in page
    assert "13912348000" not in page
    assert user.password not in page
    assert client.post(f"/admin/accounts/user/{user.pk}/change/", {}).status_code == 403
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.get("/admin/accounts/membership/").status_code == 200
    client.force_login(UserFactory(staff=True))
    assert client.get("/admin/accounts/user/").status_code in {302, 403}
