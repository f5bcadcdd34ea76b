"""Text that outlives a session, and the second factor."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache
from django.test import Client

from portal.accounts.middleware import KEPT_KEY
from portal.accounts.models import User
from portal.organisations.models import Organisation
from tests.factories import PASSWORD, RUYUAN, UserFactory, credit_code

pytestmark = pytest.mark.django_db

NEW = "/organisations/new/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def sign_in(client: Client, user: User):
    return client.post("/account/login/", {"login": user.username, "password": PASSWORD})


def end_session(client: Client) -> None:
    client.session.flush()
    client.cookies.pop("sessionid")


def typed() -> dict[str, str]:
    return {
        "credit_code": credit_code(900),
        "name": "必背瑶寨合作社",
        "kind": "cooperative",
        "county": RUYUAN,
        "password_hint": "不保留",
    }


def test_text_typed_before_the_session_ended_is_there_again(client: Client) -> None:
    user = UserFactory()
    sign_in(client, user)
    end_session(client)
    response = client.post(NEW, typed())
    assert response["Location"] == "/account/login/?next=%2Forganisations%2Fnew%2F"
    page = client.get(response["Location"]).content.decode()
    assert "登录已失效，请重新登录。您填写的内容已保留。" in page
    response = client.post(
        "/account/login/", {"login": user.username, "password": PASSWORD, "next": NEW}
    )
    assert response["Location"] == NEW
    form = client.get(NEW).context["form"]
    assert form["name"].value() == "必背瑶寨合作社"
    assert form["county"].value() == RUYUAN
    assert "password_hint" not in form.data
    assert Organisation.objects.count() == 0
    # Handed back once.
    assert client.get(NEW).context["form"]["name"].value() is None


def test_another_person_never_sees_it(client: Client) -> None:
    user, other = UserFactory(), UserFactory()
    sign_in(client, user)
    end_session(client)
    client.post(NEW, typed())
    assert KEPT_KEY in client.session
    sign_in(client, other)
    assert KEPT_KEY not in client.session
    assert client.get(NEW).context["form"]["name"].value() is None
    # Nor does it come back for the first person later.
    client.post("/account/logout/")
    sign_in(client, user)
    assert client.get(NEW).context["form"]["name"].value() is None


def test_page_of_another_address_does_not_get_it(client: Client) -> None:
    user = UserFactory()
    sign_in(client, user)
    end_session(client)
    client.post("/account/profile/role/", {"role": "trainee"})
    sign_in(client, user)
    assert client.get(NEW).context["form"]["name"].value() is None
    assert KEPT_KEY in client.session


def test_nothing_is_kept_for_a_browser_nobody_signed_in_with(client: Client) -> None:
    response = client.post(NEW, typed())
    assert response["Location"] == "/account/login/?next=/organisations/new/"
    assert KEPT_KEY not in client.session


def test_forged_cookie_keeps_nothing(client: Client) -> None:
    user = UserFactory()
    client.cookies["last_user"] = f"{user.pk}:forged"
    client.post(NEW, typed())
    assert KEPT_KEY not in client.session


def test_other_site_cannot_plant_text() -> None:
    client = Client(enforce_csrf_checks=True)
    user = UserFactory()
    page = client.get("/account/login/")
    token = page.context["csrf_token"]
    client.post(
        "/account/login/",
        {"login": user.username, "password": PASSWORD, "csrfmiddlewaretoken": str(token)},
    )
    end_session(client)
    assert client.post(NEW, typed()).status_code == 403
    assert KEPT_KEY not in client.session


def test_more_than_100_kb_is_not_kept(client: Client) -> None:
    sign_in(client, UserFactory())
    end_session(client)
    client.post(NEW, typed() | {"address": "a" * 102_400})
    assert KEPT_KEY not in client.session
    client.post(NEW, typed() | {"address": "a" * 90_000})
    assert KEPT_KEY in client.session


def test_part_asked_by_script_reloads_the_whole_page(client: Client) -> None:
    sign_in(client, UserFactory())
    end_session(client)
    response = client.post(NEW, typed(), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/account/login/?next=%2Forganisations%2Fnew%2F"


def test_form_posted_elsewhere_returns_to_its_own_page(client: Client) -> None:
    sign_in(client, UserFactory())
    end_session(client)
    page = "http://testserver/account/profile/?tab=1"
    response = client.post("/account/profile/role/", {"role": "trainee"}, headers={"Referer": page})
    assert response["Location"] == "/account/login/?next=%2Faccount%2Fprofile%2F%3Ftab%3D1"
    response = client.post(
        "/account/profile/role/", {"role": "trainee"}, headers={"Referer": "http://evil.example/x"}
    )
    assert response["Location"] == "/account/login/?next=%2Faccount%2Fprofile%2Frole%2F"


def code_of(secret: str) -> str:
    counter = int(time.time() // 30)
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def _required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize(
    "trait", [{"admin": True}, {"staff": True}, {"official": RUYUAN}, {"auditor": True}]
)
def test_required_roles_are_sent_to_set_up_a_second_factor(client: Client, trait) -> None:
    user = UserFactory(**trait)
    client.force_login(user)
    for address in ("/organisations/", "/account/profile/", "/admin/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, "/account/2fa/totp/activate/")
    assert client.post("/organisations/new/", typed()).status_code == 302
    assert Organisation.objects.count() == 0
    assert client.post("/account/logout/").status_code == 302


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("trait", [{}, {"merchant": True}, {"creator": True}, {"trainee": True}])
def test_others_are_not(client: Client, trait) -> None:
    client.force_login(UserFactory(**trait))
    assert client.get("/account/profile/").status_code == 200


def test_switched_off_nobody_is(client: Client, settings) -> None:
    assert settings.SECOND_FACTOR_REQUIRED is False
    client.force_login(UserFactory(staff=True))
    assert client.get("/account/profile/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_recovery_codes_alone_are_no_second_factor(client: Client) -> None:
    user = UserFactory(staff=True)
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "x"})
    client.force_login(user)
    assert client.get("/account/profile/").status_code == 302


@pytest.mark.usefixtures("_required")
def test_setting_up_opens_the_portal_and_is_asked_for_ever_after(client: Client) -> None:
    user = UserFactory(staff=True)
    sign_in(client, user)
    page = client.get("/account/2fa/totp/activate/", follow=True)
    if page.redirect_chain:
        client.post(page.redirect_chain[-1][0], {"password": PASSWORD})
        page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    stored = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(stored.data)
    assert client.get("/account/profile/").status_code == 200
    cache.clear()
    again = Client()
    response = sign_in(again, user)
    assert response["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in again.session
    again.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert again.session["_auth_user_id"] == str(user.pk)


def test_second_factor_survives_a_change_of_the_secret_key(settings) -> None:
    user = UserFactory()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another-secret-key-0123456789-abcdefghijklmnopqrstuv"
    settings.SECRET_KEY_FALLBACKS = [former]
    row = Authenticator.objects.get(user=user)
    assert row.wrap().validate_code(code_of(secret)) is True
