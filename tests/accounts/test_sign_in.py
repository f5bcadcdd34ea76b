"""Signing in: by name or number, the lock, signing up with a code, forgotten passwords."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.domain import password_link
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notices.models import Message
from tests.factories import PASSWORD, RUYUAN, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
SIGN_UP = {
    "full_name": "盘小英",
    "phone": "+86 139 0000 0001",
    "password1": PASSWORD,
    "comes_as": "creator",
    "agree": "on",
}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def signed_in_as(client: Client) -> int | None:
    value = client.session.get("_auth_user_id")
    return int(value) if value else None


def errors(response) -> list[str]:
    return [text for texts in response.context["form"].errors.values() for text in texts]


@pytest.mark.parametrize("login", ["zhangsan", " ZhangSan ", "13800008000", "+86 138-0000-8000"])
def test_name_and_number_both_sign_in(client: Client, login: str) -> None:
    user = UserFactory(username="zhangsan", phone="13800008000")
    response = sign_in(client, login)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in_as(client) == user.pk
    entry = Entry.objects.get()
    assert (entry.act, entry.user_id, entry.subject_id) == (
        "account.sign_in",
        user.pk,
        str(user.pk),
    )


def test_account_without_number_signs_in_by_name(client: Client) -> None:
    user = UserFactory(phone="", phone_verified=False)
    sign_in(client, user.username)
    assert signed_in_as(client) == user.pk


def test_demonstration_accounts_are_of_no_use_in_production(client: Client, settings) -> None:
    user = UserFactory(username="staff1", is_demonstration=True)
    settings.PRODUCTION = True
    response = client.post(LOGIN, {"login": "staff1", "password": PASSWORD}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "这是演示账号，不能在此使用。请联系系统管理员开通您自己的账号。"
    ]
    assert response.redirect_chain[-1][0] == LOGIN
    assert signed_in_as(client) is None
    # A wrong password tells nobody that such an account exists.
    assert errors(sign_in(client, "staff1", "wrong")) == errors(sign_in(client, "nobody", "wrong"))
    settings.PRODUCTION = False
    sign_in(client, "staff1")
    assert signed_in_as(client) == user.pk


def test_a_new_password_does_not_let_a_demonstration_account_in_either(
    client: Client, settings
) -> None:
    user = UserFactory(is_demonstration=True)
    settings.PRODUCTION = True
    link = password_link(user=user)
    page = client.get(link[link.index("/account/") :], follow=True)
    new = {"password1": f"{PASSWORD}8", "password2": f"{PASSWORD}8"}
    client.post(page.redirect_chain[-1][0], new)
    user.refresh_from_db()
    assert user.check_password(f"{PASSWORD}8")
    sign_in(client, user.username, f"{PASSWORD}8")
    assert signed_in_as(client) is None


def test_wrong_password_says_so_without_telling_who_exists(client: Client) -> None:
    UserFactory(username="zhangsan")
    sentence = ["用户名（手机号）或密码不正确。密码连续输错 5 次，账号将锁定 30 分钟。"]
    assert errors(sign_in(client, "zhangsan", "wrong")) == sentence
    assert errors(sign_in(client, "nobody", "wrong")) == sentence
    assert errors(sign_in(client, "13911112222", "wrong")) == sentence
    assert signed_in_as(client) is None


def test_five_failures_lock_the_account_for_thirty_minutes(client: Client) -> None:
    user = UserFactory(username="zhangsan", phone="13800008000")
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as moment:
        # The name and the number open the same door, so they share one lock.
        for login in ("zhangsan", "13800008000", "ZHANGSAN", "+8613800008000"):
            assert "锁定至" not in errors(sign_in(client, login, "wrong"))[0]
            moment.shift(timedelta(minutes=1))
        locked = [
            "密码错误次数过多，账号已锁定至 09:34。请届时再试，或点击“忘记密码”通过短信重设密码。"
        ]
        assert errors(sign_in(client, "zhangsan", "wrong")) == locked
        assert errors(sign_in(client, "13800008000")) == locked
        moment.shift(timedelta(minutes=29, seconds=59))
        assert errors(sign_in(client, "zhangsan")) == locked
        assert signed_in_as(client) is None
        moment.shift(timedelta(seconds=2))
        assert sign_in(client, "zhangsan").status_code == 302
        assert signed_in_as(client) == user.pk
    assert list(Entry.objects.order_by("pk").values_list("act", "user_id", "subject_id")) == [
        ("account.sign_in_locked", None, str(user.pk)),
        ("account.sign_in", user.pk, str(user.pk)),
    ]


def test_lock_of_one_account_leaves_its_neighbours_open(client: Client) -> None:
    UserFactory(username="zhangsan", phone="13800008000")
    other = UserFactory(username="lisi", phone="13800008001")
    for _try in range(5):
        sign_in(client, "13800008000", "wrong")
    assert "锁定至" in errors(sign_in(client, "13800008000"))[0]
    sign_in(client, "13800008001")
    assert signed_in_as(client) == other.pk


def test_unknown_names_are_locked_alike(client: Client) -> None:
    for _try in range(5):
        response = sign_in(client, "nobody", "wrong")
    assert "锁定至" in errors(response)[0]
    assert Entry.objects.count() == 0


def test_whole_office_behind_one_address_signs_in_within_a_minute() -> None:
    people = UserFactory.create_batch(35)
    for user in people:
        client = Client(REMOTE_ADDR="120.1.1.1")
        sign_in(client, user.username)
        assert signed_in_as(client) == user.pk


def test_closed_account_does_not_sign_in(client: Client) -> None:
    user = UserFactory(is_active=False)
    response = sign_in(client, user.username)
    assert response["Location"] == reverse("account_inactive")
    assert signed_in_as(client) is None


def code_in(message: Message) -> str:
    return re.search(r"\d{6}", message.body).group()


def test_sign_up_takes_a_code_and_gives_a_role(client: Client) -> None:
    response = client.post("/account/signup/", SIGN_UP)
    assert (response.status_code, response["Location"]) == (302, "/account/phone/verify/")
    user = User.objects.get()
    assert (user.full_name, user.phone, user.phone_verified) == ("盘小英", "13900000001", False)
    assert user.privacy_version == "2"
    assert timezone.now() - user.privacy_agreed_at < timedelta(minutes=1)
    assert signed_in_as(client) is None
    message = Message.objects.get()
    assert message.phone == "13900000001"
    assert message.body == (
        f"您的验证码是 {code_in(message)}，15 分钟内有效。"
        "工作人员不会向您索要验证码，请勿告诉他人。"
    )
    response = client.post("/account/phone/verify/", {"code": code_in(message)})
    assert (response.status_code, response["Location"]) == (302, "/")
    user.refresh_from_db()
    assert user.phone_verified is True
    assert signed_in_as(client) == user.pk
    assert [hat.role for hat in user.memberships.all()] == [Role.CREATOR]


def test_wrong_code_leaves_the_number_unconfirmed(client: Client) -> None:
    client.post("/account/signup/", SIGN_UP)
    right = code_in(Message.objects.get())
    wrong = "000000" if right != "000000" else "000001"
    response = client.post("/account/phone/verify/", {"code": wrong})
    assert errors(response) == ["验证码不正确，请与最新收到的短信核对。"]
    for _try in range(2):
        response = client.post("/account/phone/verify/", {"code": wrong})
    assert response["Location"] == LOGIN
    response = client.post("/account/phone/verify/", {"code": right})
    assert response.status_code == 302
    assert User.objects.get().phone_verified is False
    assert signed_in_as(client) is None


def test_mistyped_number_is_no_dead_end(client: Client) -> None:
    client.post("/account/signup/", SIGN_UP)
    assert client.get("/account/signup/")["Location"] == "/account/phone/verify/"
    response = client.post("/account/logout/", {"next": LOGIN})
    assert response["Location"] == LOGIN
    response = client.post("/account/signup/", SIGN_UP | {"phone": "13900000002"})
    assert response["Location"] == "/account/phone/verify/"
    assert Message.objects.first().phone == "13900000002"


def test_merchant_goes_on_to_the_organisation(client: Client) -> None:
    client.post("/account/signup/", SIGN_UP | {"comes_as": "merchant"})
    response = client.post("/account/phone/verify/", {"code": code_in(Message.objects.get())})
    assert response["Location"] == "/organisations/new/"
    assert User.objects.get().memberships.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("agree", "", "未同意个人信息保护说明，无法开通账号。"),
        ("phone", "12345", "请填写 11 位手机号码，例如 13800000000。"),
        ("password1", "12345678901", "密码只包含数字。"),
        ("comes_as", "staff", "选择一个有效的选项。 staff 不在可用的选项中。"),
        ("full_name", "", "这个字段是必填项。"),
    ],
)
def test_sign_up_refuses_field_by_field(
    client: Client, field: str, value: str, sentence: str
) -> None:
    response = client.post("/account/signup/", SIGN_UP | {field: value})
    form = response.context["form"]
    assert set(form.errors) == {field}
    assert sentence in form.errors[field]
    assert (User.objects.count(), Message.objects.count()) == (0, 0)


def test_sign_up_with_a_known_number_gives_nothing_away(client: Client) -> None:
    owner = UserFactory(phone="13900000001")
    response = client.post("/account/signup/", SIGN_UP)
    assert response["Location"] == "/account/phone/verify/"
    assert list(User.objects.all()) == [owner]
    assert Message.objects.get().body == (
        "有人用您的手机号注册，而该号码已有账号。"
        "如是您本人操作，请直接登录，或通过“忘记密码”重设密码。"
    )
    response = client.post("/account/phone/verify/", {"code": ""})
    assert signed_in_as(client) is None


def test_unconfirmed_claim_takes_nothing_from_the_owner(client: Client) -> None:
    client.post("/account/signup/", SIGN_UP | {"full_name": "冒名者"})
    cache.clear()
    owner = Client()
    owner.post("/account/signup/", SIGN_UP)
    owner.post("/account/phone/verify/", {"code": code_in(Message.objects.first())})
    user = User.objects.get(full_name="盘小英")
    assert signed_in_as(owner) == user.pk
    assert user.phone_verified is True
    # The one who claimed it first can no longer confirm it, even with the right code.
    response = client.post("/account/phone/verify/", {"code": code_in(Message.objects.last())})
    assert errors(response) == ["该手机号已被其他账号使用。"]
    assert User.objects.get(full_name="冒名者").phone_verified is False


def test_second_code_within_half_a_minute_is_a_message(client: Client) -> None:
    client.post("/account/signup/", SIGN_UP)
    response = Client().post("/account/signup/", SIGN_UP)
    assert response.context["form"].errors == {
        "phone": ["刚刚已向该号码发送过验证码，请等半分钟后再试。"]
    }
    assert (User.objects.count(), Message.objects.count()) == (1, 1)


def test_training_room_signs_up_within_a_minute() -> None:
    for number in range(30):
        client = Client(REMOTE_ADDR="120.1.1.1")
        response = client.post("/account/signup/", SIGN_UP | {"phone": f"139000001{number:02d}"})
        assert response["Location"] == "/account/phone/verify/"
    assert Message.objects.count() == 30


def link_in(message: Message) -> str:
    return re.search(r"http://localhost:8000(/\S+/)", message.body).group(1)


def test_forgotten_password_is_set_by_a_link_that_works_once(client: Client) -> None:
    user = UserFactory(phone="13800008000", official=RUYUAN)
    for _try in range(5):
        sign_in(client, "13800008000", "wrong")
    response = client.post("/account/password/reset/", {"phone": "138 0000 8000"})
    assert response["Location"] == "/account/password/reset/done/"
    link = link_in(Message.objects.get())
    page = client.get(link, follow=True)
    form_page = page.redirect_chain[-1][0]
    fresh = "另一把不易猜的钥匙 8"
    response = client.post(form_page, {"password1": fresh, "password2": fresh})
    assert response["Location"] == "/account/password/reset/key/done/"
    assert "token_fail" in Client().get(link).context
    # The new password lifts the lock.
    sign_in(client, "13800008000", fresh)
    assert signed_in_as(client) == user.pk


def test_forgotten_password_tells_nobody_who_has_an_account(client: Client) -> None:
    UserFactory(phone="13800008000", is_active=False)
    for phone in ("13800008000", "13800008009"):
        response = client.post("/account/password/reset/", {"phone": phone})
        assert response["Location"] == "/account/password/reset/done/"
    assert Message.objects.count() == 0


def test_three_links_an_hour_to_one_number(client: Client) -> None:
    UserFactory(phone="13800008000")
    for _try in range(3):
        client.post("/account/password/reset/", {"phone": "13800008000"})
    response = client.post("/account/password/reset/", {"phone": "13800008000"})
    assert errors(response) == ["同一号码每小时最多发送三次链接，请稍后再试。"]
    assert Message.objects.count() == 3


def test_number_is_changed_by_a_code_to_the_new_one(client: Client) -> None:
    user = UserFactory(phone="13800008000")
    sign_in(client, user.username)
    response = client.post("/account/phone/change/", {"phone": "13900000002"})
    assert response["Location"] == "/account/phone/verify/"
    user.refresh_from_db()
    assert user.phone == "13800008000"
    message = Message.objects.get()
    assert message.phone == "13900000002"
    client.post("/account/phone/verify/", {"code": code_in(message)})
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == ("13900000002", True)


def test_profile_shows_roles_and_a_masked_number(client: Client) -> None:
    organisation = OrganisationFactory(name="必背瑶寨合作社")
    user = UserFactory(phone="13800008000", merchant=organisation)
    client.force_login(user)
    page = client.get("/account/profile/").content.decode()
    assert "138****8000" in page
    assert "13800008000" not in page
    assert "商家 · 必背瑶寨合作社" in page


def test_person_takes_the_trainee_role_oneself_but_no_other(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    for role in ("trainee", "trainee", "staff", "merchant", "no such role"):
        assert client.post("/account/profile/role/", {"role": role})["Location"] == (
            "/account/profile/"
        )
    assert [hat.role for hat in user.memberships.all()] == [Role.TRAINEE]


def test_large_type_is_switched_on_and_off_and_returns_to_this_portal_only(client: Client) -> None:
    response = client.post("/elder-mode/", {"next": "/account/login/"})
    assert response["Location"] == "/account/login/"
    assert client.cookies["elder"].value == "1"
    response = client.post("/elder-mode/", {"next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert client.cookies["elder"].value == ""
    assert client.get("/elder-mode/").status_code == 405


def test_sessions_are_listed_and_ended(client: Client) -> None:
    user = UserFactory()
    sign_in(client, user.username)
    other = Client()
    sign_in(other, user.username)
    page = client.get("/account/sessions/")
    assert page.context["session_count"] == 2
    client.post("/account/sessions/")
    assert signed_in_as(client) == user.pk
    assert other.get("/account/profile/").status_code == 302
