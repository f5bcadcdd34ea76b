"""One file per credit code: who opens it, who changes it, and who acts for it."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.audit.domain import digest
from portal.audit.models import Entry
from portal.organisations import domain
from portal.organisations.models import Organisation
from portal.regions.models import County
from portal.verdict import RuleBroken
from tests.factories import (
    RUYUAN,
    SHAOGUAN,
    XINFENG,
    OrganisationFactory,
    UserFactory,
    credit_code,
)

pytestmark = pytest.mark.django_db

CODE = credit_code(4321)


def fields(**changes):
    words = {
        "credit_code": f"{CODE[:8]} {CODE[8:]}".lower(),
        "name": "必背瑶寨合作社",
        "kind": "cooperative",
        "county": County.objects.get(pk=RUYUAN),
        "contact_phone": "13700000000",
    }
    return words | changes


def test_private_person_becomes_the_merchant_of_the_own_organisation() -> None:
    user = UserFactory()
    row = domain.register_organisation(actor=Actor.of(user, address="10.1.1.1"), **fields())
    assert (row.credit_code, row.name, row.county_id) == (CODE, "必背瑶寨合作社", RUYUAN)
    assert [(hat.role, hat.organisation_id) for hat in user.memberships.all()] == [
        (Role.MERCHANT, row.pk)
    ]
    entries = list(Entry.objects.order_by("pk"))
    assert [(entry.act, entry.user_id, entry.address) for entry in entries] == [
        ("organisation.register", user.pk, "10.1.1.1"),
        ("account.grant_role", user.pk, "10.1.1.1"),
    ]
    assert entries[0].data == {"credit_code": CODE, "county": RUYUAN}


@pytest.mark.parametrize(
    "trait",
    [{"staff": True}, {"admin": True}, {"official": RUYUAN}, {"official_of_city": SHAOGUAN}],
)
def test_office_registers_without_becoming_a_merchant(trait) -> None:
    user = UserFactory(**trait)
    domain.register_organisation(actor=Actor.of(user), **fields())
    assert Organisation.objects.get().credit_code == CODE
    assert [hat.role for hat in user.memberships.all()] != [Role.MERCHANT]
    assert user.memberships.count() == 1


@pytest.mark.parametrize(
    ("trait", "sentence"),
    [
        ({"official": XINFENG}, "您只能登记本地区的经营主体。"),
        ({"auditor": True}, "审计人员和平台接口账号只能查看，不能登记。"),
    ],
)
def test_others_register_nothing(trait, sentence: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        domain.register_organisation(actor=Actor.of(UserFactory(**trait)), **fields())
    assert str(caught.value) == sentence
    assert Organisation.objects.count() == 0


def test_visitor_registers_nothing() -> None:
    with pytest.raises(RuleBroken, match="请先登录。"):
        domain.register_organisation(actor=Actor.visitor(), **fields())


def test_known_code_is_refused_and_says_whom_to_ask() -> None:
    row = OrganisationFactory(credit_code=CODE, name="瑶山茶厂", contact_name="盘小英")
    UserFactory(full_name="盘大山", merchant=row)
    user = UserFactory()
    with pytest.raises(RuleBroken) as caught:
        domain.register_organisation(actor=Actor.of(user), **fields())
    assert str(caught.value) == (
        "该信用代码已登记：瑶山茶厂（乳源瑶族自治县）。"
        "请联系其经办人 盘** 或县级主管部门将您添加为经办人。"
    )
    assert user.memberships.count() == 0
    row.refresh_from_db()
    assert row.name == "瑶山茶厂"
    assert Entry.objects.count() == 0


def test_known_code_without_people_points_to_the_county() -> None:
    OrganisationFactory(credit_code=CODE, name="瑶山茶厂")
    with pytest.raises(RuleBroken) as caught:
        domain.register_organisation(actor=Actor.of(UserFactory()), **fields())
    assert str(caught.value) == (
        "该信用代码已登记：瑶山茶厂（乳源瑶族自治县）。请联系县级主管部门将您添加为经办人。"
    )


def test_wrong_values_are_refused_by_field() -> None:
    with pytest.raises(ValidationError) as caught:
        domain.register_organisation(
            actor=Actor.of(UserFactory()), **fields(name="", contact_phone="1")
        )
    assert set(caught.value.message_dict) == {"name", "contact_phone"}
    assert Organisation.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_register_one_code_at_once_make_one_file() -> None:
    users = [UserFactory(), UserFactory()]
    words = fields()
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def register(actor: Actor) -> None:
        barrier.wait()
        try:
            domain.register_organisation(actor=actor, **words)
            outcomes.append("registered")
        except RuleBroken as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=(Actor.of(user),)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["credit_code_on_file", "registered"]
    row = Organisation.objects.get()
    assert sum(user.memberships.filter(organisation=row).count() for user in users) == 1


def test_change_is_recorded_with_digests_of_personal_values() -> None:
    row = OrganisationFactory(name="旧名", contact_phone="13700000000", address="必背镇")
    user = UserFactory(official=RUYUAN)
    domain.edit_organisation(
        organisation=row,
        actor=Actor.of(user),
        name="新名",
        contact_phone="13700000009",
        address="大桥镇",
    )
    row.refresh_from_db()
    assert (row.name, row.contact_phone, row.address) == ("新名", "13700000009", "大桥镇")
    assert (row.contact_name, row.legal_person) == ("盘小英", "")
    entry = Entry.objects.get()
    assert (entry.act, entry.user_id, entry.subject_id) == (
        "organisation.edit",
        user.pk,
        str(row.pk),
    )
    assert entry.data == {
        "changes": {
            "name": ["旧名", "新名"],
            "contact_phone": [digest("13700000000"), digest("13700000009")],
            # A family farm's address is a home.
            "address": [digest("必背镇"), digest("大桥镇")],
        }
    }


def test_same_values_change_and_record_nothing() -> None:
    row = OrganisationFactory(name="旧名")
    domain.edit_organisation(organisation=row, actor=Actor.of(UserFactory(staff=True)), name="旧名")
    assert Entry.objects.count() == 0


def test_own_people_change_their_contact_but_not_what_an_office_checked() -> None:
    row = OrganisationFactory(name="旧名")
    actor = Actor.of(UserFactory(merchant=row))
    domain.edit_organisation(organisation=row, actor=actor, address="必背镇口村")
    with pytest.raises(RuleBroken, match="名称、类型和所属县（市、区）由县级主管部门修改。"):
        domain.edit_organisation(organisation=row, actor=actor, name="新名")
    with pytest.raises(RuleBroken):
        domain.edit_organisation(organisation=row, actor=actor, credit_code=credit_code(9999))
    row.refresh_from_db()
    assert (row.name, row.address) == ("旧名", "必背镇口村")


@pytest.mark.parametrize(
    "trait", [{}, {"official": XINFENG}, {"auditor": True}, {"merchant": True}]
)
def test_strangers_change_nothing(trait) -> None:
    row = OrganisationFactory(name="旧名")
    with pytest.raises(RuleBroken, match="只有该主体的经办人和县级主管部门可以修改此档案。"):
        domain.edit_organisation(
            organisation=row, actor=Actor.of(UserFactory(**trait)), address="别处"
        )
    row.refresh_from_db()
    assert row.address == ""


def test_official_cannot_push_a_file_into_another_county() -> None:
    row = OrganisationFactory()
    with pytest.raises(RuleBroken, match="您只能登记本地区的经营主体。"):
        domain.edit_organisation(
            organisation=row,
            actor=Actor.of(UserFactory(official=RUYUAN)),
            county=County.objects.get(pk=XINFENG),
        )
    row.refresh_from_db()
    assert row.county_id == RUYUAN


def test_county_names_a_person_by_number() -> None:
    row, user = OrganisationFactory(), UserFactory(phone="13911112222")
    actor = Actor.of(UserFactory(official=RUYUAN))
    hat = domain.name_person(organisation=row, phone="13911112222", actor=actor)
    assert (hat.user_id, hat.role, hat.organisation_id) == (user.pk, Role.MERCHANT, row.pk)
    with pytest.raises(RuleBroken, match="该人员已是该主体的经办人。"):
        domain.name_person(organisation=row, phone="13911112222", actor=actor)
    with pytest.raises(RuleBroken, match="该手机号尚未注册，请先让对方用此号码注册账号。"):
        domain.name_person(organisation=row, phone="13911119999", actor=actor)
    assert user.memberships.count() == 1


def test_unconfirmed_claim_to_a_number_gets_no_organisation() -> None:
    row = OrganisationFactory()
    UserFactory(phone="13911112222", phone_verified=False)
    with pytest.raises(RuleBroken, match="该手机号尚未注册"):
        domain.name_person(
            organisation=row,
            phone="13911112222",
            actor=Actor.of(UserFactory(official=RUYUAN)),
        )


@pytest.mark.parametrize(
    "trait", [{}, {"official": XINFENG}, {"auditor": True}, {"merchant": True}]
)
def test_strangers_name_nobody(trait) -> None:
    row, user = OrganisationFactory(), UserFactory(phone="13911112222")
    with pytest.raises(RuleBroken, match="该主体的经办人由县级主管部门确定。"):
        domain.name_person(
            organisation=row, phone="13911112222", actor=Actor.of(UserFactory(**trait))
        )
    assert user.memberships.count() == 0
