"""What is short at the close is proposed to be made good, once, and decided by a second person."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.moves.domain import SeenTooOld, transition
from portal.moves.models import MoveLog
from portal.notices.models import Notice
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.traffic import shortfalls, world
from traffic import domain as impressions
from traffic.makegood import domain, queries
from traffic.makegood.enums import MakeGoodState
from traffic.makegood.models import MakeGood
from traffic.makegood.moves import MOVES
from traffic.models import Placement
from traffic.reconciling import reconcile

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def held(account: Account) -> int:
    return Account.objects.get(pk=account.pk).balance


def log_of(row: MakeGood) -> list[tuple[str, str, str]]:
    return list(MoveLog.objects.of(row).values_list("move", "to_state", "note"))


def approve(row: MakeGood, actor: Actor) -> MakeGood:
    return transition(row, "make_good", actor=actor, seen=row.version)


def adjust(row: MakeGood, actor: Actor, **changes: object) -> MakeGood:
    values = {
        "amount": row.amount,
        "target": row.target,
        "reserve": row.reserve,
        "due_on": row.due_on,
        "reason": "按实际需要",
        "seen": row.version,
        **changes,
    }
    return domain.adjust(make_good=row, actor=actor, **values)


@pytest.mark.sqlite
def test_the_close_proposes_what_is_short_out_of_the_county(office):
    row = shortfalls.proposed(office)
    other = Placement.objects.exclude(pk=row.placement_id).get()
    assert (row.state, row.promised, row.delivered, row.short, row.amount) == (
        "proposed",
        1_000,
        600,
        400,
        400,
    )
    assert (row.target, row.reserve) == (other, row.placement.account.parent)
    # Ten working days after Monday 2023-10-23.
    assert row.due_on == date(2023, 11, 6)
    assert (row.adjusted_by, row.decided_by, row.act) == (None, None, None)
    assert log_of(row) == [("propose", "proposed", "")]
    # Nothing moves before somebody approves.
    assert held(other.account) == 0


def test_nothing_is_proposed_before_the_last_day_is_told_and_closed(office):
    short = shortfalls.ended(office)
    world.land(office, [(world.DAY - timedelta(days=1), world.ID, 5)], days=(shortfalls.FIRST,) * 2)
    assert domain.sweep() == 0
    # The last day is closed, by another report; their own has not come.
    world.land(office, [(world.DAY, "elsewhere", 5)], of=world.source("另一份"))
    assert domain.sweep() == 0
    assert not MakeGood.objects.exists()
    with pytest.raises(RuleBroken, match="最后一天尚未日结"):
        domain.propose(placement=short)


def test_a_window_that_still_runs_is_not_judged(office):
    row = world.placement(office, last_day=clock.today())
    shortfalls.give(office, row.account, 1_000)
    world.land(office, [(clock.today(), world.ID, 1)], days=(clock.today(),) * 2)
    assert domain.sweep() == 0
    assert not MakeGood.objects.exists()


@pytest.mark.sqlite
def test_a_window_that_ended_after_its_last_figures_is_found_by_the_sweep(office):
    row = world.placement(office, last_day=clock.today())
    shortfalls.give(office, row.account, 1_000)
    world.land(office, [(clock.today(), world.ID, 1)], days=(clock.today(),) * 2)
    with clock.telling(clock.now() + timedelta(days=1)):
        assert domain.sweep() == 1
        assert domain.sweep() == 0
    assert MakeGood.objects.get().short == 999


def test_exactly_delivered_and_over_delivered_are_not_short(office):
    shortfalls.ended(office)
    shortfalls.report(office, 1_000)
    assert not MakeGood.objects.exists()
    shortfalls.report(office, 1_500)
    assert not MakeGood.objects.exists()
    short = Placement.objects.get()
    assert queries.shortfall(short).missing == -500
    with pytest.raises(RuleBroken, match="没有缺口"):
        domain.propose(placement=short)


@pytest.mark.sqlite
def test_one_shortfall_has_one_make_good(office):
    row = shortfalls.proposed(office)
    assert domain.judge_of_day(world.DAY) == 0
    assert domain.sweep() == 0
    with pytest.raises(RuleBroken, match="该缺口已有补量"):
        domain.propose(placement=row.placement)
    copy = MakeGood.objects.get()
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    assert MakeGood.objects.count() == 1


def test_where_the_county_holds_too_little_what_stands_above_gives(office):
    row = shortfalls.proposed(office, reserve=100)
    # Campaign and action hold nothing; the pool holds the rest of ten billion.
    assert row.reserve.level == "pool"


@pytest.mark.sqlite
def test_approving_moves_the_impressions_and_tells_the_county(office):
    row = shortfalls.proposed(office)
    official = UserFactory(official=dossiers.RUYUAN)
    stranger = UserFactory(official=dossiers.XINFENG)
    before = Transfer.objects.count()
    done = approve(row, office)
    assert (done.state, done.decided_by, done.target.account_id) == (
        "approved",
        office.user,
        row.target.account_id,
    )
    assert held(row.target.account) == 400
    assert held(row.reserve) == 4_600
    (transfer,) = queries.transfers(done)
    assert Transfer.objects.count() == before + 1
    assert (transfer.source, transfer.target, transfer.amount, transfer.user) == (
        row.reserve,
        row.target.account,
        400,
        office.user,
    )
    assert transfer.reason == f"第 {row.pk} 号补量：{row.placement.name}"
    notice = Notice.objects.get(event="make_good.decided", recipient=official)
    assert notice.text == f"“{row.placement.name}”投放有缺口，已向“{row.target.name}”补量 400 次。"
    assert not Notice.objects.filter(event="make_good.decided", recipient=stranger).exists()
    assert ledger.breaks() == []
    assert reconcile().differences == []
    with pytest.raises(SeenTooOld):
        approve(row, shortfalls.colleague())
    with pytest.raises(RuleBroken, match="当前状态"):
        approve(done, shortfalls.colleague())
    assert held(row.target.account) == 400


def test_who_adjusted_does_not_approve(office):
    row = adjust(shortfalls.proposed(office), office, amount=250)
    assert (row.amount, row.short, row.adjusted_by) == (250, 400, office.user)
    with pytest.raises(RuleBroken, match="须由另一位同事批准"):
        approve(row, office)
    assert held(row.target.account) == 0
    assert approve(row, shortfalls.colleague()).amount == 250
    assert held(row.target.account) == 250
    assert [entry[0] for entry in log_of(row)] == ["propose", "adjust", "make_good"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"amount": 0}, "1 至 400"),
        ({"amount": -5}, "1 至 400"),
        ({"amount": 401}, "1 至 400"),
        ({"reason": " "}, "理由"),
        ({"due_on": date(2023, 10, 22)}, "早于今天"),
    ],
)
def test_what_does_not_fit_is_not_set(office, changes, message):
    row = shortfalls.proposed(office)
    with pytest.raises(RuleBroken, match=message):
        adjust(row, office, **changes)
    row.refresh_from_db()
    assert (row.amount, row.adjusted_by, row.version) == (400, None, 1)


def test_a_make_good_stays_in_the_county_and_runs_still(office):
    row = shortfalls.proposed(office)
    foreign = shortfalls.running(office, number="9", county=dossiers.XINFENG)
    with pytest.raises(RuleBroken, match="须留在出现缺口的县"):
        adjust(row, office, target=foreign)
    with pytest.raises(RuleBroken, match="投放期已结束"):
        adjust(row, office, target=row.placement)
    with pytest.raises(RuleBroken, match="上级账户"):
        adjust(row, office, reserve=foreign.account.parent)


def test_a_make_good_without_a_placement_to_get_it_waits(office):
    shortfalls.ended(office)
    shortfalls.report(office, 1)
    row = MakeGood.objects.get()
    assert row.target is None
    with pytest.raises(RuleBroken, match="请先选择由哪个投放接收补量"):
        approve(row, office)


def test_a_correction_shrinks_a_proposal_then_withdraws_then_reopens_it(office):
    row = shortfalls.proposed(office)
    shortfalls.report(office, 900)
    row.refresh_from_db()
    assert (row.state, row.delivered, row.short, row.amount) == ("proposed", 900, 100, 100)
    shortfalls.report(office, 1_200)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("withdrawn", 100)
    shortfalls.report(office, 700)
    row.refresh_from_db()
    assert (row.state, row.short, row.amount) == ("proposed", 300, 300)
    assert [entry[0] for entry in log_of(row)] == [
        "propose",
        "refigure",
        "close_gap",
        "reopen_gap",
    ]


def test_what_a_person_set_stays_but_never_above_what_is_short(office):
    row = adjust(shortfalls.proposed(office), office, amount=250)
    shortfalls.report(office, 700)
    row.refresh_from_db()
    assert (row.short, row.amount, row.adjusted_by) == (300, 250, office.user)
    shortfalls.report(office, 900)
    row.refresh_from_db()
    assert (row.short, row.amount) == (100, 100)


def test_a_decision_stands_whatever_the_figures_say_later(office):
    row = approve(shortfalls.proposed(office), office)
    shortfalls.report(office, 1_300)
    row.refresh_from_db()
    assert (row.state, row.short, row.amount) == ("approved", 400, 400)
    # Over-delivery is shown, not clamped.
    assert queries.shortfall(row.placement).missing == -300
    assert held(row.target.account) == 400


def test_less_short_at_the_moment_of_approval_is_refused(office):
    row = shortfalls.proposed(office)
    impressions.move_between(
        source=row.placement.account,
        target=row.placement.account.parent,
        amount=300,
        actor=office,
        reason="收回",
    )
    with pytest.raises(RuleBroken, match="目前缺口只剩 100"):
        approve(row, shortfalls.colleague())
    row.refresh_from_db()
    assert row.state == "proposed"
    assert domain.sweep() == 1
    row.refresh_from_db()
    assert (row.promised, row.short, row.amount) == (700, 100, 100)


def test_a_make_good_of_a_make_good_is_refused_and_says_why(office):
    row = approve(shortfalls.proposed(office), office)
    target = row.target
    shortfalls.give(office, target.account, 50)
    target.last_day = world.DAY
    target.save()
    world.land(
        office,
        [(world.DAY, world.ID, 600), (world.DAY, "2", 20)],
        days=(date(2023, 10, 1), world.DAY),
    )
    # 450 promised, 20 delivered: of the 430 missing 400 were a make-good, 30 are its own.
    own = MakeGood.objects.get(placement=target)
    assert (own.short, own.amount) == (30, 30)
    world.land(
        office,
        [(world.DAY, world.ID, 600), (world.DAY, "2", 80)],
        days=(date(2023, 10, 1), world.DAY),
    )
    own.refresh_from_db()
    assert own.state == "withdrawn"
    with pytest.raises(RuleBroken, match="缺口 370 本身就是补量"):
        domain.propose(placement=target)


def test_undecided_after_its_day_it_lapses_and_moves_nothing(office):
    row = shortfalls.proposed(office)
    official = UserFactory(official=dossiers.RUYUAN)
    with clock.telling(clock.now() + timedelta(days=15)):
        with pytest.raises(RuleBroken, match="审批期限已过"):
            approve(row, office)
        assert domain.sweep() == 1
        assert domain.sweep() == 0
    row.refresh_from_db()
    assert row.state == "lapsed"
    assert held(row.target.account) == 0
    assert "已失效" in Notice.objects.get(recipient=official).text


def test_a_refusal_needs_its_reason_and_is_told(office):
    row = shortfalls.proposed(office)
    official = UserFactory(official=dossiers.RUYUAN)
    with pytest.raises(RuleBroken, match="请填写理由"):
        transition(row, "decline", actor=office, seen=row.version)
    done = transition(row, "decline", actor=office, seen=row.version, note="活动已结束")
    assert (done.state, done.decided_by, done.act) == ("refused", office.user, None)
    assert Notice.objects.get(recipient=official).text.endswith("不予补量：活动已结束")
    assert domain.sweep() == 0


def test_every_move_from_every_state_by_everybody(office):
    row = shortfalls.proposed(office)
    people = {
        "office": office,
        "official": dossiers.official(),
        "auditor": Actor.of(UserFactory(auditor=True)),
        "merchant": Actor.of(UserFactory()),
        "system": Actor.system(),
    }
    allowed = set()
    for state, (name, actor) in itertools.product(MakeGoodState, people.items()):
        row.state = state
        allowed |= {(state.value, move.name, name) for move in MOVES.open_to(row, actor)}
    assert allowed == {
        ("proposed", "make_good", "office"),
        ("proposed", "decline", "office"),
        ("proposed", "run_out", "system"),
        ("proposed", "close_gap", "system"),
        ("withdrawn", "reopen_gap", "system"),
    }
