"""Entering, renewing, checking and taking off: what is written, and what is refused."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.notices.models import Notice
from portal.qualifications import domain
from portal.qualifications.models import Qualification
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import OrganisationFactory, UserFactory
from tests.qualifications.world import FIRST, LAST, at, days, paper, renewal

pytestmark = pytest.mark.django_db
SAME_KIND = (
    "“营业执照”（编号甲1，有效期至2023年10月31日）已登记：请登记它的续期；"
    "确为另一份的，请勾选此项。"
)


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def merchant(organisation) -> Actor:
    return Actor.of(UserFactory(merchant=organisation))


@pytest.fixture
def row(organisation, merchant) -> Qualification:
    return paper(organisation, merchant, kind="licence", number="甲1")


def acts() -> list[str]:
    rows = Entry.objects.filter(subject_type="qualifications.qualification")
    return list(rows.order_by("pk").values_list("act", flat=True))


def test_a_renewal_keeps_the_former_paper_as_it_was(row, merchant):
    before = Qualification.objects.filter(pk=row.pk).values().get()
    new = renewal(row, merchant, number="甲2")
    assert Qualification.objects.filter(pk=row.pk).values().get() == before
    assert (new.renews, new.kind, new.organisation, new.number) == (
        row,
        "licence",
        row.organisation,
        "甲2",
    )
    assert acts() == ["qualification.enter", "qualification.renew"]


def test_the_same_form_twice_makes_one_paper_and_one_renewal(organisation, merchant):
    keys = uuid.uuid4(), uuid.uuid4()
    fields = days(kind="licence")
    twice = [
        domain.enter(holder=organisation, actor=merchant, form_key=keys[0], **fields)
        for _time in range(2)
    ]
    assert twice[0] == twice[1]
    again = [renewal(twice[0], merchant, form_key=keys[1]) for _time in range(2)]
    assert again[0] == again[1]
    assert Qualification.objects.count() == 2
    assert acts() == ["qualification.enter", "qualification.renew"]


def test_a_second_renewal_of_the_same_paper_is_refused(row, merchant):
    renewal(row, merchant)
    with pytest.raises(RuleBroken, match="这份证照已有续期"):
        renewal(row, dossiers.official())
    assert Qualification.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"valid_from": FIRST}, "valid_from", "续期的起始日须晚于原证照的2023年1月1日。"),
        (
            {"valid_until": LAST, "valid_from": LAST},
            "valid_until",
            "续期的截止日须晚于原证照的2023年10月31日。",
        ),
        ({"valid_from": date(2025, 1, 1)}, "__all__", "截止日不能早于起始日。"),
        ({"number": ""}, "number", "此字段不能为空。"),
    ],
)
def test_a_renewal_that_goes_back_writes_nothing(row, merchant, change, field, sentence):
    with pytest.raises(ValidationError) as refused:
        renewal(row, merchant, **change)
    assert refused.value.message_dict == {field: [sentence]}
    assert list(Qualification.objects.all()) == [row]


def test_a_paper_of_the_same_kind_is_renewed_unless_it_stands_beside(row, organisation, merchant):
    with pytest.raises(ValidationError) as refused:
        paper(organisation, merchant, kind="licence", number="乙")
    assert refused.value.message_dict == {"beside": [SAME_KIND]}
    paper(organisation, merchant, kind="licence", number="乙", beside=True)
    with pytest.raises(ValidationError, match="同种类、同编号的证照已登记"):
        paper(organisation, merchant, kind="licence", number="甲1", beside=True)
    assert set(Qualification.objects.values_list("number", flat=True)) == {"甲1", "乙"}


def test_a_stranger_enters_nothing(organisation):
    for actor in (dossiers.official(dossiers.XINFENG), Actor.visitor()):
        with pytest.raises(RuleBroken):
            paper(organisation, actor, kind="licence")
    assert not Qualification.objects.exists()


def test_a_second_person_checks_and_the_first_cannot(row, merchant):
    official = dossiers.official()
    with pytest.raises(RuleBroken):
        domain.verify(qualification=row, actor=merchant)
    checked = domain.verify(qualification=row, actor=official)
    assert (checked.verified_by, checked.verified_at is not None) == (official.user, True)
    with pytest.raises(RuleBroken, match="这份证照已核对"):
        domain.verify(qualification=row, actor=dossiers.staff())
    assert acts() == ["qualification.enter", "qualification.verify"]


def test_taking_off_tells_who_entered_it_why(row, merchant):
    domain.take_off(qualification=row, reason=" 编号不符 ", actor=dossiers.official())
    notice = Notice.objects.get(event="qualification.taken_off")
    assert (notice.recipient, notice.text) == (
        merchant.user,
        f"“{row.organisation.name}”的“营业执照”已被移除。原因：编号不符",
    )
    with pytest.raises(RuleBroken, match="这份证照已被移除"):
        domain.take_off(qualification=row, reason="x", actor=dossiers.staff())
    with pytest.raises(RuleBroken, match="请重新登记"):
        renewal(row, merchant)
    # The number is free again.
    paper(row.organisation, merchant, kind="licence", number="甲1")


def test_a_renewed_paper_is_taken_off_from_its_end(row, merchant):
    new = renewal(row, merchant)
    official = dossiers.official()
    with pytest.raises(RuleBroken, match="请先移除其续期"):
        domain.take_off(qualification=row, reason="x", actor=official)
    with pytest.raises(RuleBroken, match="请填写原因"):
        domain.take_off(qualification=new, reason="  ", actor=official)
    domain.take_off(qualification=new, reason="x", actor=official)
    assert renewal(row, merchant).renews == row


def test_a_yearly_check_moves_the_day(organisation, merchant):
    due = date(2023, 11, 1)
    row = paper(organisation, merchant, kind="yue", valid_until=None, check_due_on=due)
    with at(date(2023, 10, 20)):
        for wrong in (
            {"done_on": date(2023, 10, 21), "next_on": date(2024, 10, 21)},
            {"done_on": date(2023, 10, 20), "next_on": date(2023, 10, 20)},
        ):
            with pytest.raises(ValidationError):
                domain.note_check(qualification=row, actor=merchant, **wrong)
        done = {"done_on": date(2023, 10, 18), "next_on": date(2024, 11, 1)}
        domain.note_check(qualification=row, actor=merchant, **done)
        with pytest.raises(ValidationError, match="已登记更晚的年检"):
            domain.note_check(
                qualification=row, actor=merchant, **done | {"done_on": date(2023, 10, 17)}
            )
    row.refresh_from_db()
    assert (row.checked_on, row.check_due_on) == (date(2023, 10, 18), date(2024, 11, 1))
    entry = Entry.objects.get(act="qualification.check")
    assert entry.data == {"done_on": "2023-10-18", "due": ["2023-11-01", "2024-11-01"]}
    licence = paper(organisation, merchant, kind="licence")
    with pytest.raises(RuleBroken, match="没有年检"):
        domain.note_check(qualification=licence, actor=merchant, **done)


def attack(row: Qualification, **change: object) -> None:
    with transaction.atomic():
        Qualification.objects.filter(pk=row.pk).update(**change)


ATTACKS = {
    "qualification_has_one_holder": lambda row: {"organisation": None},
    "qualification_ends_after_its_beginning": lambda row: {
        "valid_until": row.valid_from - timedelta(days=1)
    },
    "qualification_has_an_end": lambda row: {"kind": "food_trade", "valid_until": None},
    "qualification_check_is_of_brands": lambda row: {"check_due_on": LAST},
    "qualification_other_has_a_name": lambda row: {"kind": "other"},
    "qualification_check_has_person_and_day": lambda row: {"verified_at": row.entered_at},
    "qualification_is_checked_by_a_second_person": lambda row: {
        "verified_at": row.entered_at,
        "verified_by": row.entered_by,
    },
    "qualification_removal_has_a_reason": lambda row: {
        "removed_at": row.entered_at,
        "removed_by": row.entered_by,
    },
    "qualification_renews_another": lambda row: {"renews": row},
}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses(name, row):
    with pytest.raises(IntegrityError, match=name):
        attack(row, **ATTACKS[name](row))


def test_the_database_refuses_a_second_renewal_and_a_second_number(row, merchant):
    new = renewal(row, merchant)
    beside = paper(row.organisation, merchant, kind="licence", number="丙", beside=True)
    with pytest.raises(IntegrityError, match=r"one_renewal|\.renews_id"):
        attack(beside, renews=new.renews)
    with pytest.raises(IntegrityError, match=r"number_organisation|\.organisation_id"):
        attack(beside, number="甲1")
    own = dossiers.draft_product(dossiers.official())
    first, second = (
        paper(own, dossiers.staff(), beside=True, number=number) for number in ("子", "丑")
    )
    with pytest.raises(IntegrityError, match=r"number_submission|\.submission_id"):
        attack(second, number=first.number)
