"""Inviting, giving and ending roles, closing accounts: who may, and what is left on record."""

from __future__ import annotations

import io
import re
import threading

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from portal.accounts import domain
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.audit.domain import digest
from portal.audit.models import Entry
from portal.notices.models import Message
from portal.regions.models import City, County
from portal.verdict import RuleBroken
from tests.factories import (
    PASSWORD,
    RUYUAN,
    SHAOGUAN,
    XINFENG,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://localhost:8000(/account/password/reset/key/\S+/)")


def acts() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("pk").values_list("act", "subject_id"))


def invite_official(**changes):
    words = {
        "role": Role.OFFICIAL,
        "username": "li.si",
        "phone": "+86 139 0000 0000",
        "full_name": "李四",
        "county": County.objects.get(pk=RUYUAN),
        "actor": Actor.system(),
    }
    return domain.invite(**words | changes)


def test_invitation_opens_an_account_whose_owner_sets_the_password(client: Client) -> None:
    invitation = invite_official()
    user = User.objects.get()
    assert (user.username, user.full_name, user.phone, user.phone_verified) == (
        "li.si",
        "李四",
        "13900000000",
        True,
    )
    assert (user.has_usable_password(), user.is_staff, user.is_superuser) == (False, False, False)
    assert [(hat.role, hat.county_id, hat.city_id) for hat in user.memberships.all()] == [
        ("official", RUYUAN, None)
    ]
    message = Message.objects.get()
    assert message.phone == "13900000000"
    assert message.body == (
        f"李四，您好！已为您开通账号（用户名 li.si），请在 7 天内设置密码：{invitation.link}"
    )
    assert acts() == [("account.invite", str(user.pk)), ("account.grant_role", str(user.pk))]
    assert Entry.objects.first().data == {"invited_as": "official", "phone": digest("13900000000")}
    page = client.get(LINK.match(invitation.link).group(1), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/account/login/", {"login": "li.si", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("trait", [{}, {"staff": True}, {"official": RUYUAN}, {"auditor": True}])
def test_nobody_but_an_administrator_invites(trait) -> None:
    actor = Actor.of(UserFactory(**trait))
    with pytest.raises(RuleBroken, match="只有系统管理员可以办理。"):
        invite_official(actor=actor)
    assert (User.objects.count(), Message.objects.count(), acts()) == (1, 0, [])


def test_visitor_never_passes_for_the_system() -> None:
    with pytest.raises(RuleBroken):
        invite_official(actor=Actor.visitor())
    with pytest.raises(RuleBroken):
        invite_official(actor=Actor(None))
    assert User.objects.count() == 0


def test_number_with_an_account_is_refused_without_its_owners_name() -> None:
    UserFactory(phone="13900000000", full_name="王小明")
    with pytest.raises(RuleBroken) as caught:
        invite_official()
    assert str(caught.value) == ("该手机号已有账号（王**）。请在“人员管理”中打开该账号并添加角色。")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"username": "13911112222"},
            {"username": ["用户名不能全是数字（容易与手机号混淆），请至少包含一个字母或汉字。"]},
        ),
        ({"phone": "123"}, {"phone": ["请填写 11 位手机号码，例如 13800000000。"]}),
        ({"username": "ZhangSan"}, {"username": ["该用户名已被使用，请换一个。"]}),
    ],
)
def test_wrong_values_are_refused_by_field(changes, errors) -> None:
    UserFactory(username="zhangsan")
    with pytest.raises(ValidationError) as caught:
        invite_official(**changes)
    assert caught.value.message_dict == errors
    assert User.objects.count() == 1


def test_role_and_region_must_fit_and_nothing_half_written_remains() -> None:
    with pytest.raises(ValidationError) as caught:
        invite_official(county=None)
    assert caught.value.messages == ["干部须归属一个地市或一个县（市、区）。"]
    assert (User.objects.count(), Membership.objects.count(), acts()) == (0, 0, [])
    with pytest.raises(ValidationError):
        invite_official(role=Role.STAFF)
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "row",
    [
        {"role": Role.STAFF, "county_id": RUYUAN},
        {"role": Role.OFFICIAL},
        {"role": Role.OFFICIAL, "county_id": RUYUAN, "city_id": SHAOGUAN},
        {"role": Role.MERCHANT},
    ],
)
def test_database_refuses_roles_that_fit_no_region(row) -> None:
    user = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, **row)


def test_database_holds_one_role_of_a_kind_and_one_account_per_confirmed_number() -> None:
    user = UserFactory(phone="13900000000", official=RUYUAN)
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(user=user, role=Role.OFFICIAL, county_id=RUYUAN)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(phone="13900000000")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(phone="", phone_verified=True)
    UserFactory(phone="13900000000", phone_verified=False)
    MembershipFactory(user=user, role=Role.OFFICIAL, county_id=XINFENG)


def test_administrators_flags_come_and_go_with_the_role() -> None:
    boss, user = UserFactory(admin=True), UserFactory()
    row = domain.grant_membership(user=user, role=Role.ADMIN, actor=Actor.of(boss))
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (True, True)
    domain.end_membership(membership=row, actor=Actor.of(boss))
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert acts() == [
        ("account.grant_role", str(user.pk)),
        ("account.end_role", str(user.pk)),
    ]


def test_role_held_already_is_refused() -> None:
    boss, user = UserFactory(admin=True), UserFactory(staff=True)
    with pytest.raises(ValidationError) as caught:
        domain.grant_membership(user=user, role=Role.STAFF, actor=Actor.of(boss))
    assert caught.value.messages == ["此人在该处已有这个角色。"]
    assert user.memberships.count() == 1


GRANTS = [
    # who, role, allowed
    ("admin", Role.STAFF, True),
    ("admin", Role.MERCHANT, True),
    ("admin", Role.CREATOR, True),
    ("staff", Role.STAFF, False),
    ("staff", Role.OFFICIAL, False),
    ("staff", Role.MERCHANT, True),
    ("official", Role.MERCHANT, True),
    ("official", Role.OFFICIAL, False),
    ("city_official", Role.MERCHANT, True),
    ("neighbour", Role.MERCHANT, False),
    ("merchant", Role.MERCHANT, False),
    ("auditor", Role.MERCHANT, False),
    ("nobody", Role.MERCHANT, False),
    ("nobody", Role.TRAINEE, False),
    ("visitor", Role.TRAINEE, False),
]


@pytest.mark.parametrize(("who", "role", "allowed"), GRANTS)
def test_who_gives_which_role(who: str, role: Role, allowed: bool) -> None:
    organisation = OrganisationFactory()
    traits = {
        "official": {"official": RUYUAN},
        "city_official": {"official_of_city": SHAOGUAN},
        "neighbour": {"official": XINFENG},
        "merchant": {"merchant": organisation},
        "nobody": {},
    }
    actor = (
        Actor.visitor() if who == "visitor" else Actor.of(UserFactory(**traits.get(who, {who: 1})))
    )
    user = UserFactory()
    bound = {
        Role.MERCHANT: {"organisation": organisation},
        Role.OFFICIAL: {"county": County.objects.get(pk=RUYUAN)},
    }.get(role, {})
    if allowed:
        domain.grant_membership(user=user, role=role, actor=actor, **bound)
        assert [hat.role for hat in user.memberships.all()] == [role]
    else:
        with pytest.raises(RuleBroken):
            domain.grant_membership(user=user, role=role, actor=actor, **bound)
        assert user.memberships.count() == 0


@pytest.mark.parametrize("role", [Role.ADMIN, Role.STAFF, Role.AUDITOR])
def test_nobody_gives_a_role_to_oneself(role: Role) -> None:
    boss = UserFactory(admin=True)
    with pytest.raises(RuleBroken, match="不能给自己添加角色"):
        domain.grant_membership(user=boss, role=role, actor=Actor.of(boss))
    assert boss.memberships.count() == 1


def test_role_ends_but_its_row_stays() -> None:
    boss, user = UserFactory(admin=True), UserFactory(official=RUYUAN, staff=True)
    row = user.memberships.get(role=Role.OFFICIAL)
    domain.end_membership(membership=row, actor=Actor.of(boss))
    row.refresh_from_db()
    assert row.ended_at is not None
    assert [hat.role for hat in Actor.of(user).memberships] == [Role.STAFF]
    with pytest.raises(RuleBroken, match="该角色已经终止。"):
        domain.end_membership(membership=row, actor=Actor.of(boss))


def test_last_administrator_stays() -> None:
    boss = UserFactory(admin=True)
    with pytest.raises(RuleBroken, match="至少须保留一名系统管理员"):
        domain.end_membership(membership=boss.memberships.get(), actor=Actor.system())
    with pytest.raises(RuleBroken, match="至少须保留一名系统管理员"):
        domain.deactivate_user(user=boss, actor=Actor.system())
    boss.refresh_from_db()
    assert (boss.is_active, boss.is_superuser) == (True, True)
    assert boss.memberships.active().count() == 1


def test_closing_an_account_ends_roles_and_sessions_and_deletes_nothing(client: Client) -> None:
    boss, user = UserFactory(admin=True), UserFactory(staff=True, official=RUYUAN)
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    assert client.get("/account/profile/").status_code == 200
    domain.deactivate_user(user=user, actor=Actor.of(boss))
    assert client.get("/account/profile/").status_code == 302
    user.refresh_from_db()
    assert user.is_active is False
    assert (user.memberships.count(), user.memberships.active().count()) == (2, 0)
    domain.reactivate_user(user=user, actor=Actor.of(boss))
    user.refresh_from_db()
    assert user.is_active is True
    assert user.memberships.active().count() == 0


@pytest.mark.parametrize(
    "act", [domain.deactivate_user, domain.reactivate_user, domain.reset_second_factor]
)
@pytest.mark.parametrize("trait", [{"staff": True}, {"auditor": True}, {}])
def test_accounts_are_managed_by_administrators_only(act, trait) -> None:
    user = UserFactory(staff=True)
    with pytest.raises(RuleBroken, match="只有系统管理员可以办理。"):
        act(user=user, actor=Actor.of(UserFactory(**trait)))
    user.refresh_from_db()
    assert user.is_active is True
    assert acts() == []


def test_lost_second_factor_is_reset_by_another_administrator() -> None:
    boss, user = UserFactory(admin=True), UserFactory(staff=True)
    Authenticator.objects.create(user=user, type="totp", data={})
    Authenticator.objects.create(user=boss, type="totp", data={})
    with pytest.raises(RuleBroken, match="不能对自己的账号进行此操作"):
        domain.reset_second_factor(user=boss, actor=Actor.of(boss))
    domain.reset_second_factor(user=user, actor=Actor.of(boss))
    assert [row.user for row in Authenticator.objects.all()] == [boss]
    assert acts() == [("account.reset_second_factor", str(user.pk))]


def run_invite(**options: str) -> str:
    out = io.StringIO()
    words = {"role": "admin", "username": "zhang", "name": "张三", "phone": "13800000000"}
    call_command("invite", stdout=out, **words | options)
    return out.getvalue()


def test_command_makes_the_first_account_and_prints_its_link(client: Client) -> None:
    printed = run_invite()
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (True, True)
    assert [hat.role for hat in user.memberships.all()] == [Role.ADMIN]
    link = LINK.search(printed).group(1)
    assert "token_fail" not in client.get(link, follow=True).context
    assert Entry.objects.first().user_id is None


def test_command_binds_officials_and_merchants() -> None:
    organisation = OrganisationFactory()
    run_invite(role="official", city=SHAOGUAN)
    run_invite(
        role="merchant",
        username="pan",
        phone="13800000001",
        organisation=organisation.credit_code,
    )
    assert list(
        Membership.objects.order_by("pk").values_list("role", "city_id", "organisation_id")
    ) == [("official", SHAOGUAN, None), ("merchant", None, organisation.pk)]


def test_command_says_which_code_is_unknown() -> None:
    with pytest.raises(CommandError, match="--county 999999：没有找到该编码对应的记录，请核对。"):
        run_invite(role="official", county="999999")
    with pytest.raises(CommandError, match="请填写 11 位手机号码"):
        run_invite(phone="1")
    assert User.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_end_each_other_at_the_same_moment() -> None:
    one, two = UserFactory(admin=True), UserFactory(admin=True)
    barrier = threading.Barrier(2)
    refused: list[str] = []

    def end(actor: Actor, row: Membership) -> None:
        barrier.wait()
        try:
            domain.end_membership(membership=row, actor=actor)
        except RuleBroken as error:
            refused.append(str(error))
        finally:
            connection.close()

    pairs = [(Actor.of(one), two.memberships.get()), (Actor.of(two), one.memberships.get())]
    threads = [threading.Thread(target=end, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["至少须保留一名系统管理员，请先指定另一名管理员。"]
    assert Membership.objects.active().filter(role=Role.ADMIN).count() == 1


def test_cities_and_counties_are_there() -> None:
    assert City.objects.get(pk=SHAOGUAN).name == "韶关市"
    assert [County.objects.get(pk=code).name for code in (RUYUAN, XINFENG)] == [
        "乳源瑶族自治县",
        "新丰县",
    ]
