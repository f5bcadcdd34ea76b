"""Handing over in one act, and standing in for some days."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.actor import Actor
from portal.accounts.models import StandIn
from portal.desk import domain, handover
from portal.moves.models import MoveLog
from portal.notices.models import Notice
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from tests import dossiers
from tests.desk.test_domain import endorsed
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def owners():
    return list(Submission.objects.order_by("pk").values_list("owner", flat=True))


def test_all_open_work_changes_hands_in_one_act():
    leaver, successor = (UserFactory(official=dossiers.RUYUAN) for _person in range(2))
    actor = Actor.of(leaver)
    rows = [dossiers.product_in(state, owner=actor) for state in ("draft", "returned", "published")]
    kept = dossiers.product_in("withdrawn", owner=actor)
    handed = handover.hand_over(leaver=leaver, successor=successor, actor=actor)
    assert handed == handover.Handed(filed=3, reviewed=0)
    assert owners() == [successor.pk] * 3 + [leaver.pk]
    assert kept.owner_id == leaver.pk
    for row in rows:
        log = MoveLog.objects.of(row).last()
        row.refresh_from_db()
        assert (log.move, log.user, log.version) == ("hand_over", leaver, row.version)
    told = Notice.objects.get(recipient=successor, event="desk.hand_over")
    assert told.text == f"{leaver} 向您移交了工作：申报 3 件，待审 0 件。"


def test_a_desk_changes_hands_but_for_what_the_successor_may_not_decide():
    leaver, successor = (UserFactory(staff=True) for _person in range(2))
    rows = endorsed(2)
    for row in rows:
        domain.assign(submission=row, reviewer=leaver, actor=Actor.of(leaver))
    domain.declare_interest(submission=rows[1], reason="亲属", actor=Actor.of(successor))
    handed = handover.hand_over(leaver=leaver, successor=successor, actor=Actor.of(leaver))
    assert handed == handover.Handed(filed=0, reviewed=2)
    given = Submission.objects.order_by("pk").values_list("reviewer", flat=True)
    assert list(given) == [successor.pk, None]


def test_an_administrator_hands_over_for_who_has_left():
    leaver, successor = (UserFactory(official=dossiers.RUYUAN) for _person in range(2))
    dossiers.product_in("draft", owner=Actor.of(leaver))
    admin = Actor.of(UserFactory(admin=True))
    handover.hand_over(leaver=leaver, successor=successor, actor=admin)
    assert owners() == [successor.pk]


def test_a_stranger_or_another_county_takes_nothing_over():
    leaver = UserFactory(official=dossiers.RUYUAN)
    colleague = UserFactory(official=dossiers.RUYUAN)
    neighbour = UserFactory(official=dossiers.XINFENG)
    dossiers.product_in("draft", owner=Actor.of(leaver))
    with pytest.raises(RuleBroken, match="同一单位"):
        handover.hand_over(leaver=leaver, successor=neighbour, actor=Actor.of(leaver))
    with pytest.raises(RuleBroken, match="只有本人或系统管理员"):
        handover.hand_over(leaver=leaver, successor=colleague, actor=Actor.of(colleague))
    assert owners() == [leaver.pk]


def test_colleagues_hold_each_of_the_same_roles():
    person = UserFactory(official=dossiers.RUYUAN)
    same = UserFactory(official=dossiers.RUYUAN)
    UserFactory(official=dossiers.RUYUAN, is_active=False)
    UserFactory(official=dossiers.XINFENG)
    UserFactory(staff=True)
    assert list(accounts.colleagues_of(person)) == [same]
    assert list(accounts.colleagues_of(UserFactory(trainee=True))) == []


TODAY = date(2023, 10, 23)


@pytest.mark.parametrize(
    ("first", "last", "error", "message"),
    [
        (TODAY, TODAY - timedelta(days=2), RuleBroken, "已经过去"),
        (TODAY + timedelta(days=9), TODAY + timedelta(days=8), ValidationError, "早于"),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=9), RuleBroken, "已有代办人"),
    ],
)
def test_days_that_do_not_fit_are_refused(first, last, error, message):
    absent, deputy = (UserFactory(staff=True) for _person in range(2))
    actor = Actor.of(absent)
    handover.stand_in(
        absent=absent,
        deputy=deputy,
        first_day=TODAY,
        last_day=TODAY + timedelta(days=4),
        actor=actor,
    )
    with pytest.raises(error, match=message):
        handover.stand_in(absent=absent, deputy=deputy, first_day=first, last_day=last, actor=actor)
    assert StandIn.objects.count() == 1


def test_nobody_stands_in_for_oneself_or_for_a_stranger():
    absent, stranger = UserFactory(staff=True), UserFactory(official=dossiers.RUYUAN)
    for deputy in (absent, stranger):
        with pytest.raises(RuleBroken, match="同一单位"):
            handover.stand_in(
                absent=absent,
                deputy=deputy,
                first_day=clock.today(),
                last_day=clock.today(),
                actor=Actor.of(absent),
            )
    assert not StandIn.objects.exists()
