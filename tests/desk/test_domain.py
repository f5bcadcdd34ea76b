"""Giving out work, declared interests, kept filters."""

import pytest

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.models import StandIn
from portal.audit.models import Entry
from portal.desk import domain, queries
from portal.desk.models import Letter, SavedView
from portal.moves.models import MoveLog
from portal.notices.models import Notice
from portal.submissions import queries as dossiers_of
from portal.submissions import rules
from portal.submissions.models import Conflict
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.merchants import world as subsidies

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office():
    """Three of the programme office, in the order of their numbers."""
    return [UserFactory(staff=True) for _person in range(3)]


def endorsed(number):
    owner, colleague, rows = dossiers.official(), dossiers.official(), []
    for _row in range(number):
        row = dossiers.move(dossiers.draft_product(owner), "submit", owner)
        rows.append(dossiers.move(row, "endorse", colleague))
    return rows


def test_an_assignment_is_recorded_and_tells_the_applicant_nothing(office):
    (row,) = endorsed(1)
    before = Notice.objects.count(), MoveLog.objects.count(), row.version
    domain.assign(submission=row, reviewer=office[1], actor=Actor.of(office[0]))
    row.refresh_from_db()
    assert (row.reviewer, Notice.objects.count(), MoveLog.objects.count(), row.version) == (
        office[1],
        *before,
    )
    assert Entry.objects.filter(act="desk.assign").count() == 1


def test_what_ends_with_its_approval_is_given_out_to_nobody_afterwards(office):
    staff = Actor.of(office[0])
    row = subsidies.endorsed(subsidies.subsidy_round(staff))
    domain.assign(submission=row, reviewer=office[1], actor=staff)
    approved = dossiers.move(row, "approve", staff)
    with pytest.raises(RuleBroken, match="已不在审核中"):
        domain.assign(submission=approved, reviewer=office[2], actor=staff)
    approved.refresh_from_db()
    assert approved.reviewer == office[1]
    product = dossiers.product_in("approved")
    domain.assign(submission=product, reviewer=office[1], actor=staff)


def test_what_is_on_a_desk_waits_for_nobody_else(office):
    mine, free = endorsed(2)
    domain.assign(submission=mine, reviewer=office[0], actor=Actor.of(office[2]))

    def waiting(user):
        rows = dossiers_of.dossiers(user)
        return set(dossiers_of.waiting_for(rows, Actor.of(user)))

    assert waiting(office[0]) == {mine, free}
    assert waiting(office[1]) == {free}
    StandIn.objects.create(
        absent=office[0], deputy=office[1], first_day=clock.today(), last_day=clock.today()
    )
    assert waiting(office[1]) == {mine, free}
    assert waiting(office[2]) == {free}


def test_work_is_given_to_who_has_least_and_is_there(office):
    rows = endorsed(5)
    domain.assign(submission=rows[0], reviewer=office[0], actor=Actor.of(office[0]))
    StandIn.objects.create(
        absent=office[2], deputy=office[1], first_day=clock.today(), last_day=clock.today()
    )
    load = queries.load()
    assert load == {office[0].pk: 1, office[1].pk: 0}
    given = [
        domain.assign_to_least(submission=row, load=load, actor=Actor.of(office[0])).reviewer
        for row in rows[1:]
    ]
    assert given == [office[1], office[0], office[1], office[0]]


def test_nobody_is_given_what_they_may_not_decide(office):
    owner = dossiers.official()
    row = dossiers.product_in("refused", owner=owner, office=Actor.of(office[0]))
    row = dossiers.move(row, "appeal", owner, note="补了报告")
    domain.declare_interest(submission=row, reason="亲属", actor=Actor.of(office[1]))
    for barred in office[:2]:
        with pytest.raises(RuleBroken, match=r"不能办理|利害关系"):
            domain.assign(submission=row, reviewer=barred, actor=Actor.of(office[2]))
    load = queries.load()
    given = domain.assign_to_least(submission=row, load=load, actor=Actor.of(office[2]))
    assert given.reviewer == office[2]


def test_an_official_gives_out_no_work(office):
    (row,) = endorsed(1)
    with pytest.raises(RuleBroken, match="只有项目办"):
        domain.assign(submission=row, reviewer=office[0], actor=dossiers.official())


def test_a_declared_interest_bars_from_deciding_and_clears_the_desk(office):
    (row,) = endorsed(1)
    domain.assign(submission=row, reviewer=office[0], actor=Actor.of(office[1]))
    domain.declare_interest(submission=row, reason="亲属是负责人", actor=Actor.of(office[0]))
    row.refresh_from_db()
    assert row.reviewer is None
    verdict = rules.may_decide(row, Actor.of(office[0]))
    assert (bool(verdict), str(verdict.reason)) == (
        False,
        "您已申明与此件有利害关系：由同事办理。",
    )
    assert not dossiers_of.waiting_for(dossiers_of.dossiers(office[0]), Actor.of(office[0]))
    with pytest.raises(RuleBroken, match="已经申明过"):
        domain.declare_interest(submission=row, reason="再说", actor=Actor.of(office[0]))
    assert Conflict.objects.count() == 1


def test_an_official_with_an_interest_does_not_endorse():
    row = dossiers.product_in("submitted")
    colleague = dossiers.official()
    domain.declare_interest(submission=row, reason="亲属", actor=colleague)
    assert not rules.may_endorse(row, colleague)


def test_a_view_of_the_same_name_is_changed_and_twelve_are_enough(office):
    actor = Actor.of(office[0])
    for number in range(domain.MOST_VIEWS):
        domain.keep_view(name=f"方案{number}", query="clock=over", actor=actor)
    domain.keep_view(name="方案3", query="clock=soon", actor=actor)
    with pytest.raises(RuleBroken, match="最多保存十二个"):
        domain.keep_view(name="又一个", query="", actor=actor)
    kept = SavedView.objects.filter(user=office[0])
    assert (kept.count(), kept.get(name="方案3").query) == (12, "clock=soon")


def test_only_the_office_writes_letters(office):
    letter = Letter(reason="photo", text="照片请在自然光下重拍。")
    with pytest.raises(RuleBroken):
        domain.write_letter(letter=letter, actor=dossiers.official())
    domain.write_letter(letter=letter, actor=Actor.of(office[0]))
    assert list(queries.letters()) == [letter]
