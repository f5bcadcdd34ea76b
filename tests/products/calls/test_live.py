"""Live sessions: what they reserve, what is refused, what the office is warned of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portal import clock
from portal.moves.domain import SeenTooOld, transition
from portal.notices.models import Notice
from portal.verdict import RuleBroken
from products.calls import domain, live, order
from products.calls.models import LiveSession, Slot
from products.models import Product
from products.seasons.domain import write_windows
from tests import dossiers
from tests.products.calls import world

pytestmark = pytest.mark.django_db

OFFERS_80 = {"daily_capacity": "80", "season_start": "10", "season_end": "2"}


@pytest.fixture
def owner():
    return dossiers.official()


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def entries(owner, office):
    """Two selected products of 乳源 that send 80 a day from October to February."""
    call = world.call(office, quota=9)
    return [
        world.selected(call, world.product(owner, name=name, **OFFERS_80), owner, office)
        for name in ("萝卜", "红薯")
    ]


def units(row: LiveSession) -> list[tuple[str, int]]:
    slots = row.slots.order_by("position")
    return list(slots.values_list("entry__product__name", "units"))


def test_times_follow_from_the_minutes(office, entries):
    row = world.session(office)
    assert world.write(row, office, (entries[1], 7, 0), (entries[0], 15, 0)).version == 2
    lines = order.lines(row)
    assert [
        (line.slot.position, line.product.name, order.clock_text(line.starts_at), line.ends_at)
        for line in lines
    ] == [
        (1, "红薯", "20:00", world.START + timedelta(minutes=7)),
        (2, "萝卜", "20:07", world.START + timedelta(minutes=22)),
    ]
    assert order.minutes_left(row, lines) == 98


def test_units_are_refused_beyond_what_leaves_on_the_day_over_all_sessions(office, entries):
    first = world.session(office)
    world.write(first, office, (entries[0], 5, 60))
    later = world.session(
        office,
        name="晚场",
        starts_at=world.START + timedelta(hours=3),
        ends_at=world.START + timedelta(hours=3, minutes=59),
    )
    with pytest.raises(live.NotEnough) as refused:
        world.write(later, office, (entries[0], 5, 21), (entries[1], 5, 80))
    assert refused.value.products == {
        entries[0].product_id: "“萝卜”：要预留 21 件，当天可发 80 件，只剩 20 件。"
    }
    assert (units(later), LiveSession.objects.get(pk=later.pk).version) == ([], 1)
    world.write(later, office, (entries[0], 5, 20), (entries[1], 5, 80))
    # The next day is another day's capacity.
    morrow = world.session(
        office,
        starts_at=world.START + timedelta(days=1),
        ends_at=world.START + timedelta(days=1, hours=1),
    )
    world.write(morrow, office, (entries[0], 5, 80))
    # One's own units are no other session's: they may be written again, and changed.
    world.write(first, office, (entries[0], 5, 60))
    world.write(first, office, (entries[0], 5, 10))
    assert (units(first), units(later)) == ([("萝卜", 10)], [("萝卜", 20), ("红薯", 80)])


def test_a_session_after_midnight_in_utc_uses_the_capacity_of_its_day_in_shanghai(office, entries):
    """07:30 in Beijing is the day before in UTC."""
    early = datetime(2023, 11, 6, 7, 30, tzinfo=clock.SHANGHAI)
    row = world.session(office, starts_at=early, ends_at=early + timedelta(hours=1))
    world.write(row, office, (entries[0], 5, 80))
    assert row.day == date(2023, 11, 6)
    with pytest.raises(live.NotEnough, match="只剩 0 件"):
        world.write(world.session(office), office, (entries[0], 5, 1))


def test_the_window_of_the_day_says_how_much_leaves(office, entries):
    product = entries[0].product
    write_windows({product: [(1101, 1106, 30), (1107, 1230, 200)]})
    last_day, next_day = (
        world.session(
            office,
            starts_at=world.START + timedelta(days=days),
            ends_at=world.START + timedelta(days=days, hours=1),
        )
        for days in (0, 1)
    )
    with pytest.raises(live.NotEnough, match="当天可发 30 件"):
        world.write(last_day, office, (entries[0], 5, 31))
    world.write(last_day, office, (entries[0], 5, 30))
    world.write(next_day, office, (entries[0], 5, 200))


def test_moving_a_session_to_another_day_takes_that_days_capacity(office, entries):
    row = world.session(office)
    world.write(row, office, (entries[0], 5, 50))
    day = timedelta(days=1)
    other = world.session(
        office, name="次日", starts_at=world.START + day, ends_at=row.ends_at + day
    )
    world.write(other, office, (entries[0], 5, 40))
    move = {"starts_at": world.START + day, "ends_at": row.ends_at + day}
    with pytest.raises(live.NotEnough, match="只剩 40 件"):
        live.change_live_session(session=row, actor=office, seen=2, **move)
    row.refresh_from_db()
    assert (row.starts_at, row.version) == (world.START, 2)
    world.write(other, office, (entries[0], 5, 30))
    assert live.change_live_session(session=row, actor=office, seen=2, **move) == [
        "starts_at",
        "ends_at",
    ]


def test_only_selected_products_of_the_campaign_stand_in_the_order_and_each_once(
    owner, office, entries
):
    row = world.session(office)
    waiting = world.put(entries[0].call, world.product(owner, name="茶"), owner)
    other = world.call(office, campaign=world.campaign("new-year", name="年货节"))
    foreign = world.selected(other, world.product(owner, name="腊肉"), owner, office)
    for entry in (waiting, foreign):
        with pytest.raises(RuleBroken, match="只有本次活动入选的产品才能排入直播"):
            world.write(row, office, (entry, 5, 0))
    second = world.call(office, name="第二批")
    again = world.selected(second, entries[0].product.submission, owner, office)
    with pytest.raises(RuleBroken, match="同一产品在一场直播里只能排一次"):
        world.write(row, office, (entries[0], 5, 0), (again, 5, 0))
    with pytest.raises(RuleBroken, match="由项目办安排"):
        world.write(row, owner, (entries[0], 5, 0))
    assert not Slot.objects.exists()


def test_what_stands_in_an_order_is_neither_passed_over_nor_taken_back(owner, office, entries):
    row, entry = world.session(office), entries[0]
    world.write(row, office, (entry, 5, 0))
    done, failed = domain.decide_entries(
        call=entry.call,
        rows=[(entry.pk, entry.version)],
        move="pass_over",
        note="换",
        actor=office,
    )
    assert (done, failed[0][1]) == (0, "该产品已排入直播顺序：请先从直播顺序中移出。")
    with pytest.raises(RuleBroken, match="请先从直播顺序中移出"):
        transition(entry, "take_out", actor=owner, seen=entry.version)
    world.write(row, office)
    assert transition(entry, "take_out", actor=owner, seen=entry.version).state == "withdrawn"


def test_products_are_added_at_the_end_and_those_who_stand_there_stay(office, entries):
    row = world.session(office)
    row = world.write(row, office, (entries[1], 7, 3))
    live.add_to_order(session=row, entries=entries, actor=office, seen=2)
    slots = row.slots.order_by("position").values_list("entry", "minutes", "units")
    assert list(slots) == [(entries[1].pk, 7, 3), (entries[0].pk, 5, 0)]
    with pytest.raises(SeenTooOld):
        live.add_to_order(session=row, entries=entries, actor=office, seen=2)


def test_a_session_lies_within_its_campaign(office):
    with pytest.raises(ValidationError, match="活动时间为 2023-10-20 至 2023-11-12") as error:
        world.session(
            office,
            starts_at=world.START + timedelta(days=7),
            ends_at=world.START + timedelta(days=7, hours=1),
        )
    assert list(error.value.error_dict) == ["starts_at"]


def test_the_office_is_warned_of_everything_at_once(owner, office, entries):
    row = world.session(office)
    elsewhere = world.session(
        office,
        name="隔壁场",
        starts_at=world.START + timedelta(minutes=90),
        ends_at=world.START + timedelta(hours=3),
        host="山里 阿姐",
        channel="另一个",
    )
    world.write(row, office, (entries[0], 100, 50), (entries[1], 30, 10))
    world.write(elsewhere, office, (entries[0], 10, 20))
    Product.objects.filter(pk=entries[0].product_id).update(daily_capacity=60)
    dossiers.move(entries[1].product.submission, "suspend", office, note="下架")
    assert order.warnings(row, order.lines(row)) == [
        "直播顺序比场次时长多出 10 分钟。",
        "山里阿姐同一时间也在“隔壁场”（2023年11月6日 21:30）。",
        "“萝卜”同一时间也排在“隔壁场”。",
        "“红薯”：产品尚未发布。",
        "“萝卜”：已预留 70 件，当天只能发 60 件。",
    ]


def test_out_of_season_on_the_day_is_warned_of_and_nothing_can_be_reserved(office, entries):
    Product.objects.filter(pk=entries[0].product_id).update(season_start=12)
    row = world.session(office)
    world.write(row, office, (entries[0], 5, 0))
    assert order.warnings(row, order.lines(row)) == ["“萝卜”：产品不在上市季。"]
    with pytest.raises(live.NotEnough, match="当天可发 0 件"):
        world.write(row, office, (entries[0], 5, 1))


def test_sessions_that_touch_do_not_clash_and_a_whole_order_warns_of_nothing(office, entries):
    row = world.session(office)
    world.write(row, office, (entries[0], 60, 80), (entries[1], 60, 0))
    world.session(
        office, name="接着", starts_at=row.ends_at, ends_at=row.ends_at + timedelta(hours=1)
    )
    assert order.warnings(row, order.lines(row)) == []


def test_the_room_is_warned_of_too(office):
    row = world.session(office)
    world.session(office, name="同屋", host="另一人")
    assert order.warnings(row, []) == ["直播间广东好物同一时间有“同屋”（2023年11月6日 20:00）。"]


def test_the_price_of_the_session_stands_before_the_usual_one(office, entries):
    row = world.session(office)
    live.write_order(
        session=row,
        places=[
            live.Place(entries[0].pk, 5, 0, Decimal("29.90")),
            live.Place(entries[1].pk, 5, 0, None),
        ],
        actor=office,
        seen=1,
    )
    assert [line.price for line in order.lines(row)] == [Decimal("29.90"), Decimal("39.90")]
    with pytest.raises(ValidationError):
        live.write_order(
            session=row,
            places=[live.Place(entries[0].pk, 0, 0, None)],
            actor=office,
            seen=2,
        )
    assert row.slots.count() == 2


def test_a_cancelled_session_frees_what_it_reserved_and_its_counties_are_told(
    owner, office, entries
):
    row = world.session(office)
    world.write(row, office, (entries[0], 5, 80), (entries[1], 5, 1))
    other = world.session(office, name="补场")
    with pytest.raises(RuleBroken, match="请填写理由"):
        live.cancel_live_session(session=row, reason=" ", actor=office, seen=2)
    with pytest.raises(SeenTooOld):
        live.cancel_live_session(session=row, reason="停电", actor=office, seen=1)
    Notice.objects.all().delete()
    row = live.cancel_live_session(session=row, reason="停电", actor=office, seen=2)
    # Two of its products, one notice a person.
    notice = Notice.objects.get(recipient=owner.person)
    assert notice.text == "“粤北专场”（2023年11月6日 20:00）已取消。理由：停电"
    world.write(other, office, (entries[0], 5, 80))
    assert order.warnings(other, order.lines(other)) == []
    # It stands in no order that matters any more, and nothing of it is changed.
    for act in (
        lambda: world.write(row, office),
        lambda: live.change_live_session(session=row, actor=office, seen=3, host="别人"),
        lambda: live.cancel_live_session(session=row, reason="再", actor=office, seen=3),
    ):
        with pytest.raises(RuleBroken, match="该场直播已取消"):
            act()
    assert row.slots.count() == 2
    assert transition(entries[1], "take_out", actor=owner, seen=entries[1].version)
