"""Calls and entries: the deadline, the quota, the choice, who is told."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from portal import clock
from portal.moves.domain import SeenTooOld, transition
from portal.moves.models import MoveLog
from portal.notices.models import Notice
from portal.regions.models import County
from portal.verdict import RuleBroken
from products.calls import domain, quotas
from products.calls.models import Call, Entry
from tests import dossiers
from tests.factories import UserFactory
from tests.products.calls import world

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2023, 11, 1, tzinfo=clock.SHANGHAI)


def county(code: str = dossiers.RUYUAN) -> County:
    return County.objects.get(pk=code)


def states(row: Call) -> list[str]:
    return list(row.entries.order_by("pk").values_list("state", flat=True))


def test_a_call_tells_every_county_once_and_a_second_click_makes_no_second_call():
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    city_official = UserFactory(official_of_city="440200")
    office, key = dossiers.staff(), uuid.uuid4()
    first = world.call(office, form_key=key)
    assert world.call(office, form_key=key).pk == first.pk
    assert Call.objects.count() == 1
    told = Notice.objects.filter(event="call.opened").values_list("recipient", flat=True)
    assert sorted(told) == sorted([here.person.pk, there.person.pk])
    assert city_official.pk not in told
    notice = Notice.objects.filter(recipient=here.person).get()
    assert notice.text == "“丰收节”的“头条精选”开始征集产品，2023年10月31日 24 时截止。"


def test_officials_open_no_call_and_a_name_is_taken_once_a_campaign():
    with pytest.raises(RuleBroken, match="征集和专场直播由项目办安排"):
        world.call(dossiers.official())
    world.call()
    with pytest.raises(ValidationError, match="该活动已有同名征集"):
        world.call()


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        (datetime(2023, 10, 15, 23, 59, 59, tzinfo=clock.SHANGHAI), False),
        (datetime(2023, 10, 16, tzinfo=clock.SHANGHAI), True),
        (MIDNIGHT - timedelta(microseconds=1), True),
        (MIDNIGHT, False),
    ],
)
def test_a_call_is_open_from_its_first_day_to_midnight_after_its_last_in_shanghai(moment, open_):
    owner = dossiers.official()
    row, product = world.call(), world.product(owner).record
    with clock.telling(moment):
        assert row.is_open is open_
        if open_:
            assert len(domain.put_forward(call=row, products=[product], actor=owner)) == 1
        else:
            with pytest.raises(RuleBroken):
                domain.put_forward(call=row, products=[product], actor=owner)
    assert Entry.objects.count() == int(open_)


def test_after_the_deadline_the_county_reads_when_it_passed():
    owner = dossiers.official()
    row, product = world.call(), world.product(owner).record
    with (
        clock.telling(MIDNIGHT),
        pytest.raises(RuleBroken, match=r"^已于 2023年11月1日 00:00截止。$"),
    ):
        domain.put_forward(call=row, products=[product], actor=owner)


def test_a_county_puts_forward_up_to_its_quota_and_the_same_again_changes_nothing():
    owner, row = dossiers.official(), world.call(quota=2)
    products = [world.product(owner, name=f"茶{n}").record for n in range(3)]
    made = domain.put_forward(call=row, products=products[:2], actor=owner)
    assert [entry.county_id for entry in made] == [dossiers.RUYUAN] * 2
    assert domain.put_forward(call=row, products=products[:2], actor=owner) == []
    with pytest.raises(RuleBroken, match="乳源瑶族自治县最多可推荐 2 个产品，这样就有 3 个了"):
        domain.put_forward(call=row, products=products, actor=owner)
    assert states(row) == ["put", "put"]
    log = MoveLog.objects.of(made[0]).get()
    assert (log.move, log.to_state, log.user, log.role) == (
        "create",
        "put",
        owner.user,
        "official",
    )


def test_what_is_over_the_quota_leaves_nothing_behind():
    owner, row = dossiers.official(), world.call(quota=1)
    products = [world.product(owner, name=f"茶{n}").record for n in range(2)]
    with pytest.raises(RuleBroken):
        domain.put_forward(call=row, products=products, actor=owner)
    assert not Entry.objects.exists()
    assert not MoveLog.objects.filter(subject_type="products.entry").exists()


def test_taking_back_frees_the_place():
    owner, row = dossiers.official(), world.call(quota=1)
    first, second = (world.product(owner, name=f"茶{n}") for n in range(2))
    entry = world.put(row, first, owner)
    with pytest.raises(RuleBroken):
        world.put(row, second, owner)
    transition(entry, "take_out", actor=owner, seen=1)
    world.put(row, second, owner)
    assert states(row) == ["withdrawn", "put"]


def test_a_county_puts_forward_what_is_its_own_and_published_alone():
    owner, neighbour, row = dossiers.official(), dossiers.official(dossiers.XINFENG), world.call()
    published, draft = world.product(owner), dossiers.product_in("draft", owner=owner)
    for product, actor, reason in (
        (published, neighbour, "只有该县区的工作人员可以推荐本县区的产品"),
        (draft, owner, "只能推荐已发布的产品"),
        (published, dossiers.staff(), "只有该县区的工作人员"),
    ):
        with pytest.raises(RuleBroken, match=reason):
            domain.put_forward(call=row, products=[product.record], actor=actor)
    assert not Entry.objects.exists()


def test_quotas_of_single_counties_count_and_none_falls_below_what_stands():
    owner, office, row = dossiers.official(), dossiers.staff(), world.call(quota=1)
    world.put(row, world.product(owner), owner)
    changed = domain.set_quotas(
        call=row, quota=1, own={county(): 2, county(dossiers.XINFENG): 1}, actor=office, seen=1
    )
    # The number that is everybody's is no own number.
    assert changed == ["乳源瑶族自治县"]
    assert list(row.quotas.values_list("county", "quota")) == [(dossiers.RUYUAN, 2)]
    world.put(row, world.product(owner, name="茶"), owner)
    with pytest.raises(SeenTooOld):
        domain.set_quotas(call=row, quota=5, own={}, actor=office, seen=1)
    with pytest.raises(RuleBroken, match="以下县区已推荐的产品超过这个名额：乳源瑶族自治县"):
        domain.set_quotas(call=row, quota=1, own={}, actor=office, seen=2)
    row.refresh_from_db()
    assert (row.quota, row.version, quotas.quota_of(row, county())) == (1, 2, 2)


def test_a_quota_of_none_closes_the_call_for_a_county():
    owner, row = dossiers.official(), world.call()
    domain.set_quotas(call=row, quota=2, own={county(): 0}, actor=dossiers.staff(), seen=1)
    with pytest.raises(RuleBroken, match="最多可推荐 0 个产品"):
        world.put(row, world.product(owner), owner)


def test_the_office_decides_at_once_and_each_county_is_told_once():
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    office, row = dossiers.staff(), world.call(quota=3)
    first, second = (world.put(row, world.product(here, name=f"茶{n}"), here) for n in range(2))
    third = world.put(row, world.product(there), there)
    Notice.objects.all().delete()
    rows = [(entry.pk, entry.version) for entry in (first, third)]
    assert domain.decide_entries(call=row, rows=rows, move="select", note="", actor=office) == (
        2,
        [],
    )
    done, failed = domain.decide_entries(
        call=row,
        rows=[(second.pk, 1), (third.pk, 1)],
        move="pass_over",
        note="同类已满",
        actor=office,
    )
    # Seen before it was selected: left as it is, and said.
    assert (done, [entry.pk for entry, _reason in failed]) == (1, [third.pk])
    assert states(row) == ["selected", "not_selected", "selected"]
    second.refresh_from_db()
    assert (second.reason, second.decided_at is not None) == ("同类已满", True)
    texts = {
        who: list(Notice.objects.filter(recipient=who.person).order_by("pk"))
        for who in (here, there)
    }
    assert [notice.text for notice in texts[here]] == [
        "“头条精选”：你县区入选 1 个产品，未入选 0 个，理由见页面。",
        "“头条精选”：你县区入选 0 个产品，未入选 1 个，理由见页面。",
    ]
    assert [notice.text for notice in texts[there]] == [
        "“头条精选”：你县区入选 1 个产品，未入选 0 个，理由见页面。"
    ]


def test_what_is_not_selected_needs_a_reason_and_only_the_office_decides():
    owner, office, row = dossiers.official(), dossiers.staff(), world.call()
    entry = world.put(row, world.product(owner), owner)
    rows = [(entry.pk, 1)]
    for note in ("", "  "):
        with pytest.raises(RuleBroken, match="请填写理由，县区会看到"):
            domain.decide_entries(call=row, rows=rows, move="pass_over", note=note, actor=office)
    with pytest.raises(RuleBroken, match="请至少选择一个产品"):
        domain.decide_entries(call=row, rows=[], move="select", note="", actor=office)
    with pytest.raises(RuleBroken, match="由项目办安排"):
        domain.decide_entries(call=row, rows=rows, move="select", note="", actor=owner)
    assert states(row) == ["put"]


def test_what_was_taken_offline_is_not_selected():
    owner, office, row = dossiers.official(), dossiers.staff(), world.call()
    dossier = world.product(owner)
    entry = world.put(row, dossier, owner)
    dossiers.move(dossier, "suspend", office, note="理由")
    done, failed = domain.decide_entries(
        call=row, rows=[(entry.pk, 1)], move="select", note="", actor=office
    )
    assert (done, [reason for _entry, reason in failed]) == (0, ["产品尚未发布。"])


def test_places_are_split_by_largest_remainder_and_add_up():
    assert quotas.split(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert quotas.split(7, {"a": 5, "b": 3, "c": 0}) == {"a": 4, "b": 3, "c": 0}
    assert quotas.split(5, {"a": 0, "b": 0}) == {"a": 0, "b": 0}
    for total in range(40):
        assert sum(quotas.split(total, {"a": 3, "b": 7, "c": 11}).values()) == total


def test_the_suggestion_follows_the_published_products():
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    for number in range(2):
        world.product(here, name=f"茶{number}")
    world.product(there)
    dossiers.product_in("submitted", owner=there)
    found = {code: n for code, n in quotas.suggestion(10).items() if n}
    assert found == {dossiers.RUYUAN: 7, dossiers.XINFENG: 3}
