"""Story 3 through the pages."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from merchants.models import Round, Scheme
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.audit.models import Entry
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.submissions.models import Submission
from tests import dossiers, twice
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.merchants import world

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_scheme_from_the_first_word_to_the_day_of_payment():
    staff = client_of(UserFactory(staff=True))
    staff.post(reverse("subsidy-scheme-new"), {"name": "冷链补贴", "summary": "购置冷藏设备"})
    scheme = Scheme.objects.get()
    staff.post(
        reverse("subsidy-round-new", args=[scheme.pk]),
        {
            "name": "第一轮",
            "opens": "2023-10-01",
            "closes": "2023-11-30",
            "promised_days": "10",
            "fen": "20000",
        },
    )
    page = reverse("subsidy-round", args=[Round.objects.get().pk])
    answer = staff.post(page, {"county": "440232", "fen": "30000", "reason": "首批"})
    assert "余额只有 20,000.00元" in answer.content.decode()
    staff.post(page, {"county": "440232", "fen": "10000", "reason": "首批"})
    assert Account.objects.get(level="share").balance == 1_000_000

    person = UserFactory(merchant=True)
    merchant = client_of(person)
    new = reverse("dossier-new", args=["application"])
    form = merchant.get(f"{new}?round={Round.objects.get().pk}").content.decode()
    assert person.memberships.get().organisation.contact_name in form
    merchant.post(
        new,
        {
            "round": Round.objects.get().pk,
            "name": "茶叶冷藏库",
            "amount": "6000",
            "purpose": "冷库",
            "contact_name": "盘小英",
            "contact_phone": "13700000001",
            "certificates-new": dossiers.pdf_upload(),
        },
    )
    row = Submission.objects.get()
    for client, move in (
        (merchant, "submit"),
        (client_of(UserFactory(official="440232")), "endorse"),
        (staff, "approve"),
    ):
        row.refresh_from_db()
        client.post(
            reverse("dossier-move", args=[row.code, move]) + f"?seen={row.version}", follow=True
        )
    text = merchant.get(row.get_absolute_url()).content.decode()
    assert "已批准 6,000.00元，将于 2023年11月6日 前拨付。" in text
    assert "发布" not in text


def test_only_staff_open_schemes_and_give_shares():
    client = client_of(UserFactory(official="440232"))
    assert client.get(reverse("subsidy-scheme-new")).status_code == 404
    assert (
        client.post(reverse("subsidy-scheme-new"), {"name": "x", "summary": "x"}).status_code == 404
    )
    assert not Scheme.objects.exists()


SCHEME = {"name": "冷链补贴", "summary": "购置冷藏设备"}
ROUND = {
    "name": "第一轮",
    "opens": "2023-10-01",
    "closes": "2023-11-30",
    "promised_days": "10",
    "fen": "20000",
}
SHARE = {"county": "440232", "fen": "5000", "reason": "首批"}


def test_every_form_of_subsidies_acts_once_however_often_it_is_clicked():
    staff = client_of(UserFactory(staff=True))
    led_to = twice.clicked_twice(staff, reverse("subsidy-scheme-new"), SCHEME)
    scheme = Scheme.objects.get()
    new_round = reverse("subsidy-round-new", args=[scheme.pk])
    assert led_to == (new_round, ["补贴项目已建立，请接着开设第一轮。"])

    led_to = twice.clicked_twice(staff, new_round, ROUND)
    row = Round.objects.get()
    page = reverse("subsidy-round", args=[row.pk])
    assert led_to == (page, ["本轮已开设，请给各县区分配份额。"])
    assert row.budget.balance == 2_000_000

    assert twice.clicked_twice(staff, page, SHARE) == (page, ["份额已记入。"])
    row.budget.refresh_from_db()
    share = Account.objects.get(level="share")
    assert (row.budget.balance, share.balance) == (1_500_000, 500_000)
    assert Transfer.objects.count() == 2
    acts = Entry.objects.filter(act__in=("scheme.open", "round.open", "ledger.move"))
    assert Counter(row.act for row in acts) == {
        "scheme.open": 1,
        "round.open": 1,
        "ledger.move": 2,
    }
    assert ledger.breaks() == []


def test_a_share_form_opened_anew_books_a_second_share():
    office = UserFactory(staff=True)
    row = world.subsidy_round(Actor.of(office), share=0)
    page = reverse("subsidy-round", args=[row.pk])
    staff = client_of(office)
    twice.clicked_twice(staff, page, SHARE)
    twice.clicked_twice(staff, page, SHARE)
    assert Account.objects.get(level="share").balance == 1_000_000


def test_a_share_form_sent_anew_with_another_amount_books_nothing_and_says_so():
    office = UserFactory(staff=True)
    row = world.subsidy_round(Actor.of(office), share=0)
    staff = client_of(office)
    address = twice.form_address(staff, reverse("subsidy-round", args=[row.pk]))
    twice.click(staff, address, SHARE)
    page = staff.post(address, {**SHARE, "fen": "7000"}).content.decode()
    assert "这张表单已经提交过，已划转 5,000.00元" in page
    assert Account.objects.get(level="share").balance == 500_000


def test_a_round_form_sent_anew_with_another_budget_opens_nothing_and_says_so():
    staff = client_of(UserFactory(staff=True))
    twice.click(staff, reverse("subsidy-scheme-new"), SCHEME)
    address = twice.form_address(
        staff, reverse("subsidy-round-new", args=[Scheme.objects.get().pk])
    )
    twice.click(staff, address, ROUND)
    page = staff.post(address, {**ROUND, "fen": "90000"}).content.decode()
    assert "这张表单已经提交过，已划转 20,000.00元" in page
    assert Round.objects.get().budget.balance == 2_000_000


def test_a_second_round_of_one_name_is_refused_beside_its_field_and_long_names_fit():
    staff = client_of(UserFactory(staff=True))
    twice.click(staff, reverse("subsidy-scheme-new"), SCHEME)
    new = reverse("subsidy-round-new", args=[Scheme.objects.get().pk])
    name = "轮" * 60
    staff.post(new, {**ROUND, "name": name})
    page = staff.post(new, {**ROUND, "name": name}).content.decode()
    assert "该项目已有同名轮次。" in page
    assert [row.name for row in Round.objects.all()] == [name]


def test_a_second_scheme_of_one_name_is_refused_beside_its_field():
    staff = client_of(UserFactory(staff=True))
    staff.post(reverse("subsidy-scheme-new"), SCHEME)
    page = staff.post(reverse("subsidy-scheme-new"), SCHEME).content.decode()
    assert "已存在" in page
    assert Scheme.objects.count() == 1


def test_only_merchants_whose_county_has_a_share_are_offered_to_apply():
    row = world.subsidy_round(dossiers.staff())
    page = reverse("subsidy-round", args=[row.pk])
    apply = f"{reverse('dossier-new', args=['application'])}?round={row.pk}"
    neighbour = UserFactory(merchant=OrganisationFactory(county_id=dossiers.XINFENG))
    found = {
        name: apply in client_of(user).get(page).content.decode()
        for name, user in {
            "merchant": UserFactory(merchant=True),
            "neighbour": neighbour,
            "official": UserFactory(official="440232"),
        }.items()
    }
    assert found == {"merchant": True, "neighbour": False, "official": False}


def test_who_acts_for_two_organisations_says_for_which_and_it_stays_so():
    office = Actor.of(UserFactory(staff=True))
    round_ = world.subsidy_round(office, county=dossiers.XINFENG)
    person = UserFactory(merchant=True)
    other = OrganisationFactory(county_id=dossiers.XINFENG)
    MembershipFactory(user=person, role=Role.MERCHANT, organisation=other)
    own = person.memberships.exclude(organisation=other).get().organisation
    client, new = client_of(person), reverse("dossier-new", args=["application"])
    page = client.get(new).content.decode()
    assert (own.name in page, other.name in page) == (True, True)
    values = {"round": round_.pk, "name": "茶叶冷藏库", "amount": "6000", "purpose": "冷库"}

    assert "这个字段是必填项。" in client.post(new, values).content.decode()
    page = client.post(new, {**values, "organisation": own.pk}).content.decode()
    assert "本轮没有分配给乳源瑶族自治县的份额，请选择其他轮次。" in page
    assert not Submission.objects.exists()

    client.post(new, {**values, "organisation": other.pk})
    row = Submission.objects.get()
    assert (row.organisation, row.county_id, row.city_id) == (other, "440233", "440200")
    assert other.name in client.get(row.get_absolute_url()).content.decode()
    edit = f"{reverse('dossier-edit', args=[row.code])}?seen={row.version}"
    client.post(edit, {**values, "amount": "6000.00", "organisation": other.pk})
    row.refresh_from_db()
    assert row.version == 1


def test_an_organisation_of_somebody_else_cannot_be_named():
    office = Actor.of(UserFactory(staff=True))
    round_ = world.subsidy_round(office)
    person = UserFactory(merchant=True)
    second = OrganisationFactory()
    MembershipFactory(user=person, role=Role.MERCHANT, organisation=second)
    stranger = OrganisationFactory(name="别家合作社")
    values = {"round": round_.pk, "name": "冷库", "organisation": stranger.pk}
    client = client_of(person)
    page = client.post(reverse("dossier-new", args=["application"]), values).content.decode()
    assert "选择一个有效的选项" in page
    assert stranger.name not in page
    assert not Submission.objects.exists()


def test_the_ledger_speaks_the_language_of_the_programme_whoever_acts():
    office = Actor.of(UserFactory(staff=True))
    with translation.override("en"):
        round_ = world.subsidy_round(office)
        row = dossiers.move(world.endorsed(round_), "approve", office)
    reasons = Transfer.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["本轮预算", "首批", f"批准：{row.code}"]
    assert round_.budget.parent.name == "补贴资金"
