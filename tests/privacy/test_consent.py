"""Who has not agreed to the text in force is asked once, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.privacy import domain
from portal.privacy.models import Consent
from portal.verdict import RuleBroken
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
ASK = "/privacy/consent/?next=%2Fdossiers%2F%3Fturn%3Down"


@pytest.fixture
def user() -> User:
    return UserFactory(merchant=True, privacy_version="1")


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_the_next_page_asks_once_and_then_goes_on(signed_in: Client, user: User):
    assert signed_in.get("/dossiers/?turn=own")["Location"] == ASK
    page = signed_in.get(ASK)
    assert [version.number for version in page.context["newer"]] == ["2"]
    answer = signed_in.post(ASK, {"version": "2"})
    assert answer["Location"] == "/dossiers/?turn=own"
    assert signed_in.get("/dossiers/?turn=own").status_code == 200

    consent = Consent.objects.get()
    assert (consent.user, consent.version, consent.kind) == (user, "2", "given")
    user.refresh_from_db()
    assert (user.privacy_version, user.privacy_agreed_at) == ("2", consent.at)
    entry = Entry.objects.get(act="privacy.consent")
    assert (entry.user, entry.subject_id, entry.data) == (
        user,
        str(user.pk),
        {"privacy_version": "2"},
    )


def test_a_form_that_is_sent_goes_through(signed_in: Client, user: User):
    answer = signed_in.post("/account/profile/role/", {"role": "trainee"})
    assert answer["Location"] == "/account/profile/"
    assert user.memberships.filter(role="trainee").count() == 1
    assert signed_in.get("/account/profile/")["Location"].startswith("/privacy/consent/")


def test_what_was_typed_before_the_session_ended_is_there_after_the_consent(user: User):
    client = Client()
    client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    client.cookies.pop("sessionid")
    page = "/my-data/name/"
    typed = {"full_name": "盘小"}
    login = client.post(page, typed, headers={"Referer": f"http://testserver{page}"})
    assert login["Location"] == "/account/login/?next=%2Fmy-data%2Fname%2F"
    client.post(login["Location"], {"login": user.username, "password": PASSWORD})
    client.post("/privacy/consent/", {"version": "2"})
    assert client.get(page).context["form"]["full_name"].value() == "盘小"


def test_rights_need_no_consent(signed_in: Client, user: User):
    for address in ("/privacy/", "/privacy/1/", "/my-data/", "/my-data/name/", "/my-data/close/"):
        assert signed_in.get(address).status_code == 200, address
    assert signed_in.get("/account/phone/change/").status_code != 500
    work = signed_in.post("/my-data/export/")["Location"]
    assert signed_in.get(work).status_code == 200
    assert Consent.objects.count() == 0


def test_who_was_invited_is_asked_at_the_first_page(client: Client):
    client.force_login(UserFactory(staff=True, privacy_version=""))
    assert client.get("/")["Location"] == "/privacy/consent/?next=%2F"
    assert client.get("/privacy/consent/?next=%2F").context["newer"] == []


def test_the_sign_up_writes_its_consent(client: Client):
    typed = {
        "full_name": "盘小英",
        "phone": "13900000001",
        "password1": PASSWORD,
        "comes_as": "creator",
    }
    assert client.post("/account/signup/", typed).context["form"].errors == {
        "agree": ["未同意个人信息保护说明，无法开通账号。"]
    }
    client.post("/account/signup/", typed | {"agree": "on"})
    user = User.objects.get()
    consent = Consent.objects.get()
    assert (consent.user, consent.version, consent.kind) == (user, "2", "given")
    assert (user.privacy_version, user.privacy_agreed_at) == ("2", consent.at)


def test_agreeing_twice_is_agreeing_once(user: User):
    actor = Actor.of(user)
    first = domain.give_consent(user=user, version="2", actor=actor)
    assert domain.give_consent(user=user, version="2", actor=actor) == first
    assert (Consent.objects.count(), Entry.objects.filter(act="privacy.consent").count()) == (1, 1)


def test_an_older_text_is_not_agreed_to_and_nobody_agrees_for_another(user: User):
    with pytest.raises(RuleBroken):
        domain.give_consent(user=user, version="1", actor=Actor.of(user))
    with pytest.raises(RuleBroken):
        domain.give_consent(user=user, version="2", actor=Actor.of(UserFactory(admin=True)))
    assert Consent.objects.count() == 0


def test_a_page_left_open_over_a_change_shows_the_new_text(signed_in: Client):
    page = signed_in.post(ASK, {"version": "1"})
    assert "个人信息保护说明刚刚更新" in page.content.decode()
    assert Consent.objects.count() == 0


def test_it_leads_nowhere_but_into_the_portal(signed_in: Client):
    answer = signed_in.post("/privacy/consent/?next=https://evil.example/", {"version": "2"})
    assert answer["Location"] == reverse("home")


def test_consents_are_only_ever_added(user: User):
    consent = domain.give_consent(user=user, version="2", actor=Actor.of(user))
    for change in (
        lambda: Consent.objects.filter(pk=consent.pk).update(version="9"),
        lambda: Consent.objects.filter(pk=consent.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Consent.objects.get().version == "2"
