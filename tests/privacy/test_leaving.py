"""Correcting one's name, and closing one's own account."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from creators.queries import creators as directory
from merchants.models import Application
from portal.accounts import domain as accounts
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.domain import digest
from portal.audit.models import Entry
from portal.notices.domain import send_text
from portal.notices.models import Message, Notice
from portal.personal import obligations_of
from portal.privacy import domain
from portal.privacy.models import Consent, DataExport
from portal.submissions.models import Snapshot, Submission
from portal.verdict import RuleBroken
from tests import dossiers
from tests.creators import world as works
from tests.factories import PASSWORD, RUYUAN, OrganisationFactory, UserFactory
from tests.merchants import world as subsidies
from tests.training import test_domain as classes

pytestmark = pytest.mark.django_db
CLOSE = "/my-data/close/"
PHONE = "13911112222"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def merchant() -> User:
    """A merchant who is the contact of the own organisation, with a consent on record."""
    row = OrganisationFactory(contact_name="盘小英", contact_phone=PHONE)
    user = UserFactory(merchant=row, full_name="盘小英", phone=PHONE, privacy_version="")
    domain.give_consent(user=user, version="2", actor=Actor.of(user))
    user.refresh_from_db()
    return user


def test_a_name_is_corrected_and_recorded_as_digests():
    user = UserFactory(full_name="盘小")
    client = signed_in(user)
    assert client.post("/my-data/name/", {"full_name": " "}).context["form"].errors
    assert client.post("/my-data/name/", {"full_name": "盘小英"})["Location"] == "/my-data/"
    user.refresh_from_db()
    assert user.full_name == "盘小英"
    entry = Entry.objects.get(act="privacy.correct_name")
    assert entry.data == {"full_name": [digest("盘小"), digest("盘小英")]}


def test_closing_replaces_the_person_and_keeps_the_acts(merchant: User):
    client = Client()
    client.post("/account/login/", {"login": merchant.username, "password": PASSWORD})
    assert UserSession.objects.filter(user=merchant).count() == 1
    send_text(phone=PHONE, body="验证码 123456")
    domain.ask_export(user=merchant, actor=Actor.of(merchant))
    acts_before = Entry.objects.filter(user=merchant).count()

    answer = client.post(CLOSE, {"password": PASSWORD})
    assert answer["Location"] == "/"
    assert "账号已注销" in client.get("/").content.decode()

    merchant.refresh_from_db()
    assert (merchant.full_name, merchant.username) == (
        f"已注销用户{merchant.pk}",
        f"closed.{merchant.pk}",
    )
    assert (merchant.phone, merchant.phone_verified, merchant.email) == ("", False, "")
    assert (merchant.is_active, merchant.has_usable_password()) == (False, False)
    assert (merchant.privacy_version, merchant.privacy_agreed_at) == ("", None)
    assert merchant.memberships.active().count() == 0
    assert UserSession.objects.count() == DataExport.objects.count() == 0
    assert list(Consent.objects.order_by("pk").values_list("version", "kind")) == [
        ("2", "given"),
        ("2", "withdrawn"),
    ]
    assert not Message.objects.filter(phone=PHONE).exists()
    assert not Message.objects.filter(recipient=merchant).exists()
    assert Entry.objects.filter(user=merchant).count() > acts_before
    entry = Entry.objects.get(act="privacy.close_account")
    assert entry.data == {"full_name": digest("盘小英"), "phone": digest(PHONE)}
    assert not Entry.objects.filter(data__icontains=PHONE).exists()
    organisation = merchant.memberships.get().organisation
    assert (organisation.contact_name, organisation.contact_phone) == ("", "")
    answer = client.post("/account/login/", {"login": PHONE, "password": PASSWORD})
    assert answer.status_code == 200


def test_the_number_is_free_again_and_the_account_stays_closed(merchant: User):
    domain.close_account(user=merchant, actor=Actor.of(merchant))
    merchant.refresh_from_db()
    admin = UserFactory(admin=True)
    with pytest.raises(RuleBroken):
        accounts.reactivate_user(user=merchant, actor=Actor.of(admin))
    assert f"/people/{merchant.pk}/open/" not in str(
        signed_in(admin).get(f"/people/{merchant.pk}/").content
    )
    again = UserFactory(phone=PHONE)
    assert again.pk != merchant.pk


def test_a_wrong_password_closes_nothing(merchant: User):
    client = signed_in(merchant)
    before = User.objects.filter(pk=merchant.pk).values().get()
    answer = client.post(CLOSE, {"password": "wrong"})
    assert answer.context["form"].errors == {"password": ["密码不正确。"]}
    assert User.objects.filter(pk=merchant.pk).values().get() == before


def test_nobody_closes_another_persons_account_here(merchant: User):
    with pytest.raises(RuleBroken):
        domain.close_account(user=merchant, actor=Actor.of(UserFactory(admin=True)))
    assert User.objects.get(pk=merchant.pk).is_active


def test_what_is_under_way_is_listed_and_stops_the_closing(merchant: User):
    office = Actor.of(UserFactory(staff=True))
    actor = Actor.of(merchant)
    row = subsidies.application(actor, subsidies.subsidy_round(office, county=RUYUAN))
    assert obligations_of(merchant) == []
    dossiers.move(row, "submit", actor)

    client = signed_in(merchant)
    page = client.get(CLOSE).content.decode()
    row.refresh_from_db()
    assert f'<a href="{row.get_absolute_url()}">“{row.title}”' in page
    assert 'type="password"' not in page
    assert client.post(CLOSE, {"password": PASSWORD}).status_code == 200
    with pytest.raises(RuleBroken):
        domain.close_account(user=merchant, actor=actor)
    assert User.objects.get(pk=merchant.pk).is_active

    dossiers.move(row, "withdraw", actor)
    assert obligations_of(merchant) == []


def test_filings_of_a_colleague_stay_with_who_else_acts_for_the_organisation(merchant: User):
    organisation = merchant.memberships.get().organisation
    colleague = UserFactory(merchant=organisation)
    office = Actor.of(UserFactory(staff=True))
    row = subsidies.application(Actor.of(colleague), subsidies.subsidy_round(office, county=RUYUAN))
    dossiers.move(row, "submit", Actor.of(colleague))
    assert obligations_of(merchant) == []
    colleague.memberships.update(ended_at=timezone.now())
    assert [duty.url for duty in obligations_of(merchant)] == [row.get_absolute_url()]


def test_money_to_come_seats_and_tasks_are_in_the_way(merchant: User):
    office = Actor.of(UserFactory(staff=True))
    actor = Actor.of(merchant)
    row = subsidies.application(actor, subsidies.subsidy_round(office, county=RUYUAN))
    Submission.objects.filter(pk=row.pk).update(
        state="approved",
        submitted_at=timezone.now(),
        decided_at=timezone.now(),
        decider=office.user,
    )
    budget = row.record.round.budget
    Application.objects.filter(pk=row.pk).update(account=budget, pay_by="2023-10-30")
    assert [duty.label for duty in obligations_of(merchant)] == [
        f"“{row.title}”：补贴将在 2023年10月30日前拨付。"
    ]
    Application.objects.filter(pk=row.pk).update(pay_by="2023-10-22")
    assert obligations_of(merchant) == []

    trainee = UserFactory(trainee=True)
    session = classes.planned(seats=5)
    classes.enrol(session, Actor.of(trainee), RUYUAN)
    assert [duty.url for duty in obligations_of(trainee)] == [f"/classes/{session.pk}/"]


def test_roles_of_an_office_are_handed_over_first():
    admin, official = UserFactory(admin=True), UserFactory(official=RUYUAN)
    assert [duty.label for duty in obligations_of(admin)] == [
        "您是唯一的系统管理员：请先指定另一位管理员。"
    ]
    UserFactory(admin=True)
    assert [duty.label for duty in obligations_of(admin)] == [
        "您现任“系统管理员”：请先交接工作，再请系统管理员收回该角色。"
    ]
    assert [duty.label for duty in obligations_of(official)] == [
        "您现任“县区工作人员 · 乳源瑶族自治县”：请先交接工作，再请系统管理员收回该角色。"
    ]


def test_the_persons_number_is_taken_out_of_every_filing_and_its_history():
    owner, office = dossiers.official(), dossiers.staff()
    leaver = UserFactory(full_name="盘阿妹", phone="13800138000")
    row = dossiers.product_in("published", owner=owner, office=office)
    other = dossiers.product_in("draft", owner=owner, contact_phone="13900139000")
    assert Snapshot.objects.filter(values__contact_phone="13800138000").count() == 1

    domain.close_account(user=leaver, actor=Actor.of(leaver))

    record = Submission.objects.get(pk=row.pk).record
    assert (record.contact_name, record.contact_phone) == ("", "")
    assert record.name == row.record.name
    snapshot = Snapshot.objects.get(submission=row)
    assert (snapshot.values["contact_phone"], snapshot.values["contact_name"]) == ("", "")
    assert snapshot.values["name"] == record.name
    assert Submission.objects.get(pk=row.pk).state == "published"
    assert other.record.contact_phone == "13900139000"


def test_a_creators_page_goes_with_the_account_and_own_drafts_are_withdrawn():
    user = UserFactory(creator=True, full_name="盘阿妹")
    maker = Actor.of(user)
    record = works.verified(maker, "瑶山阿妹", RUYUAN).record
    client = Client()
    assert client.get(f"/creators/{record.submission.code}/").status_code == 200
    Notice.objects.filter(recipient=user).delete()

    domain.close_account(user=user, actor=maker)

    record.refresh_from_db()
    assert (record.name, record.handle, record.introduction, record.contact_phone) == (
        f"已注销用户{user.pk}",
        "",
        "",
        "",
    )
    assert Submission.objects.get(pk=record.pk).title == f"已注销用户{user.pk}"
    assert "瑶山阿妹" not in str(list(Snapshot.objects.values_list("values", flat=True)))
    assert directory().count() == 0
    assert client.get(f"/creators/{record.submission.code}/").status_code == 404

    novice = UserFactory(creator=True)
    draft = works.draft(Actor.of(novice), "新人", RUYUAN)
    domain.close_account(user=novice, actor=Actor.of(novice))
    draft.refresh_from_db()
    assert draft.state == "withdrawn"


def test_ten_tries_a_minute(merchant: User):
    client = signed_in(merchant)
    for _try in range(10):
        client.post(CLOSE, {"password": "wrong"})
    answer = client.post(CLOSE, {"password": PASSWORD})
    assert answer.context["form"].errors == {"password": ["尝试次数过多，请等几分钟后再试。"]}
    assert User.objects.get(pk=merchant.pk).is_active
