"""Pages of calls and live sessions."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from portal import clock
from portal.accounts.actor import Actor
from portal.registry import calendar_of, tasks_of
from products.calls.models import Call, Entry, LiveSession
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.factories import UserFactory
from tests.products.calls import world

pytestmark = pytest.mark.django_db

POSTED = {
    "name": "头条精选",
    "asks": "应季、能发货。",
    "opens": "2023-10-16",
    "closes": "2023-10-31",
    "quota": "2",
}
SESSION = {
    "name": "粤北专场",
    "starts_at": "2023-11-06T20:00",
    "ends_at": "2023-11-06T22:00",
    "host": "山里阿姐",
    "channel": "广东好物",
}


@pytest.fixture
def owner():
    return dossiers.official()


@pytest.fixture
def office():
    return dossiers.staff()


def names(page: str) -> list[str]:
    """What the rows of a table are about."""
    heads = re.findall(r'<th scope="row">(.*?)</th>', page, re.S)
    return [re.sub(r"<span.*?</span>|<[^>]+>", "", head).strip() for head in heads]


def test_the_office_opens_a_call_and_the_form_keeps_what_was_wrong(office):
    client, campaign = signed_in(office.person), world.campaign()
    page = content(
        client.post(
            reverse("call-new"), {**POSTED, "campaign": campaign.pk, "closes": "2023-11-13"}
        )
    )
    assert "届时活动已结束。" in page
    assert 'value="头条精选"' in page
    assert not Call.objects.exists()
    answer = client.post(reverse("call-new"), {**POSTED, "campaign": campaign.pk})
    row = Call.objects.get()
    assert answer["Location"] == reverse("call-quotas", args=[row.pk])
    assert "进行中" in content(client.get(reverse("call", args=[row.pk])))


def test_the_table_of_counties_proposes_a_spread_and_keeps_it(office, owner):
    row = world.call(office, quota=3)
    for n in range(3):
        world.product(owner, name=f"茶{n}")
    world.product(dossiers.official(dossiers.XINFENG))
    client, url = signed_in(office.person), reverse("call-quotas", args=[row.pk])

    def fields(page: str) -> dict[str, str]:
        found = re.findall(r'<input type="number" name="(q[^"]*)" value="(\d+)"', page)
        return dict(found)

    assert fields(content(client.get(url))) == {"quota": "3"}
    proposed = fields(content(client.get(url, {"total": "8"})))
    assert proposed == {"quota": "0", f"q-{dossiers.RUYUAN}": "6", f"q-{dossiers.XINFENG}": "2"}
    page = content(client.post(f"{url}?seen=1", {**proposed, f"q-{dossiers.RUYUAN}": "1000"}))
    assert "确保该值小于或等于999" in page
    assert not row.quotas.exists()
    client.post(f"{url}?seen=1", proposed)
    assert list(row.quotas.order_by("county").values_list("county", "quota")) == [
        (dossiers.RUYUAN, 6),
        (dossiers.XINFENG, 2),
    ]


def test_a_county_sees_the_open_call_among_its_tasks_until_its_places_are_used(office, owner):
    row = world.call(office, quota=2)

    def lines():
        return [
            (str(task.label), task.count, task.hint, task.due)
            for task in tasks_of(owner)
            if "calls" in task.url
        ]

    assert lines() == [("推荐产品", 2, "头条精选", world.CLOSES)]
    first, second = (world.product(owner, name=f"茶{n}") for n in range(2))
    world.put(row, first, owner)
    assert lines() == [("推荐产品", 1, "头条精选", world.CLOSES)]
    with clock.telling(row.deadline):
        assert lines() == []
        office_tasks = [(str(task.label), task.count) for task in tasks_of(office)]
        assert ("从推荐的产品中遴选", 1) in office_tasks
    world.put(row, second, owner)
    assert lines() == []


def test_products_that_fit_stand_first_and_the_others_say_why_not(office, owner):
    row = world.call(office)
    world.product(owner, name="夏荔", season_start="5", season_end="7")
    world.product(owner, name="脐橙", season_days="11-01 ~ 12-31: 80")
    world.product(owner, name="空仓", stock="0")
    page = content(signed_in(owner.person).get(reverse("call-put-forward", args=[row.pk])))
    assert names(page) == ["脐橙", "夏荔", "空仓"]
    cells = [re.sub(r"<[^>]+>|\s+", "", cell) for cell in re.findall(r"<td .*?</td>", page, re.S)]
    assert [cell for cell in cells if "天中有" in cell] == [
        "24天中有12天",
        "24天中有0天",
        "24天中有24天",
    ]
    assert [cell for cell in cells if "合适" in cell] == [
        "合适",
        "不合适活动期间不在上市季。",
        "不合适产品已无库存。",
    ]


def test_an_official_puts_forward_by_ticking_and_reads_what_was_refused(office, owner):
    row = world.call(office, quota=1)
    products = [world.product(owner, name=f"茶{n}") for n in range(2)]
    client, url = signed_in(owner.person), reverse("call-put-forward", args=[row.pk])
    assert "请至少选择一个产品。" in content(client.post(url, {}))
    page = content(client.post(url, {"product": [p.pk for p in products]}))
    assert "最多可推荐 1 个产品，这样就有 2 个了。" in page
    assert page.count(" checked") == 2
    foreign = world.product(dossiers.official(dossiers.XINFENG))
    client.post(url, {"product": [foreign.pk]})
    assert not Entry.objects.exists()
    answer = client.post(url, {"product": [products[0].pk]}, follow=True)
    assert "已推荐 1 个产品。" in content(answer)
    with clock.telling(datetime(2023, 11, 1, tzinfo=clock.SHANGHAI)):
        page = content(client.post(url, {"product": [products[1].pk]}))
    assert "已于 2023年11月1日 00:00截止。" in page
    assert "推荐选中的产品" not in page
    assert [entry.product_id for entry in Entry.objects.all()] == [products[0].pk]


def test_the_office_selects_in_the_list_and_the_county_reads_the_reason(office, owner):
    row = world.call(office)
    entries = [world.put(row, world.product(owner, name=f"茶{n}"), owner) for n in range(2)]
    client, url = signed_in(office.person), reverse("call-entries", args=[row.pk])
    marks = [f"{entry.pk}-1" for entry in entries]
    page = content(client.post(url, {"row": marks, "move": "pass_over"}))
    assert "请填写理由，县区会看到。" in page
    assert page.count(" checked") == 2
    assert "请至少选择一个产品。" in content(client.post(url, {"row": "x-y", "move": "select"}))
    client.post(url, {"row": marks[:1], "move": "select"})
    answer = client.post(url, {"row": marks, "move": "pass_over", "note": "同类已满"}, follow=True)
    # The first was seen before it was selected.
    assert "“茶0”：您打开本页之后" in content(answer)
    county = signed_in(owner.person)
    page = content(county.get(url, {"state": "not_selected"}))
    assert (names(page), "同类已满" in page, 'name="move"' in page) == (["茶1"], True, False)
    assert "同类已满" in content(county.get(reverse("call-entries-export", args=[row.pk])))
    assert county.post(url, {"row": marks, "move": "select"}).status_code == 404


def test_a_county_takes_back_once_and_a_second_click_is_no_mistake(office, owner):
    entry = world.put(world.call(office), world.product(owner), owner)
    client = signed_in(owner.person)
    url = reverse("call-entry-move", args=[entry.pk, "take_out"])
    for _click in range(2):
        page = content(client.post(url, {"seen": "1"}, follow=True))
        assert ("请重新查看" in page, "县区撤回" in page) == (False, True)
    entry.refresh_from_db()
    assert (entry.state, entry.version) == ("withdrawn", 2)


@pytest.fixture
def session(office, owner):
    call = world.call(office)
    entries = [
        world.selected(call, world.product(owner, name=name), owner, office)
        for name in ("萝卜", "红薯")
    ]
    row = world.session(office)
    return world.write(row, office, (entries[0], 10, 0), (entries[1], 5, 0)), entries


def test_a_session_is_planned_and_its_products_are_chosen(office, owner):
    campaign, call = world.campaign(), world.call(office)
    entry = world.selected(call, world.product(owner), owner, office)
    client = signed_in(office.person)
    page = content(
        client.post(
            reverse("live-session-new"),
            {**SESSION, "campaign": campaign.pk, "ends_at": "2023-11-06T19:00"},
        )
    )
    assert "结束时间早于开始时间。" in page
    late = {"starts_at": "2023-12-06T20:00", "ends_at": "2023-12-06T21:00"}
    page = content(
        client.post(reverse("live-session-new"), {**SESSION, "campaign": campaign.pk, **late})
    )
    assert "活动时间为" in page
    answer = client.post(reverse("live-session-new"), {**SESSION, "campaign": campaign.pk})
    row = LiveSession.objects.get()
    assert row.starts_at == world.START
    add = reverse("running-order-add", args=[row.pk])
    assert answer["Location"] == add
    assert "请至少选择一个产品。" in content(client.post(f"{add}?seen=1", {}))
    client.post(f"{add}?seen=1", {"entry": entry.pk})
    assert [slot.entry_id for slot in row.slots.all()] == [entry.pk]
    assert names(content(client.get(add))) == []


def order_form(entries, **changes) -> dict[str, str]:
    values = {}
    for number, entry in enumerate(entries, start=1):
        values |= {
            f"order-{entry.pk}": str(number),
            f"minutes-{entry.pk}": "5",
            f"units-{entry.pk}": "0",
        }
    return values | changes


def test_the_order_is_written_by_numbers_and_a_wrong_cell_says_so(office, session):
    row, (first, second) = session
    client, url = signed_in(office.person), reverse("running-order", args=[row.pk])
    page = content(
        client.post(
            f"{url}?seen=2",
            order_form((first, second), **{f"units-{first.pk}": "81", f"minutes-{second.pk}": "0"}),
        )
    )
    assert "确保该值大于或等于1" in page
    page = content(
        client.post(f"{url}?seen=2", order_form((first, second), **{f"units-{first.pk}": "81"}))
    )
    assert "“萝卜”：要预留 81 件，当天可发 80 件，只剩 80 件。" in page
    assert 'value="81"' in page
    # The second goes to the top; gaps do not matter.
    moved = {f"order-{first.pk}": "90", f"units-{first.pk}": "80", f"price-{first.pk}": "29.9"}
    client.post(f"{url}?seen=2", order_form((first, second), **moved))
    slots = row.slots.order_by("position").values_list("entry", "units", "price")
    assert [(entry, units, str(price)) for entry, units, price in slots] == [
        (second.pk, 0, "None"),
        (first.pk, 80, "29.90"),
    ]
    assert "您打开本页之后内容有改动" in content(
        client.post(f"{url}?seen=2", order_form((first, second)))
    )
    client.post(f"{url}?seen=3", order_form((first, second), **{f"out-{second.pk}": "on"}))
    assert [slot.entry_id for slot in row.slots.all()] == [first.pk]


def test_a_county_reads_its_own_lines_and_no_warning(office, session):
    row, _entries = session
    there = dossiers.official(dossiers.XINFENG)
    foreign = world.selected(
        world.call(office, name="第二批"), world.product(there, name="新丰茶"), there, office
    )
    places = [(slot.entry, 5, 0) for slot in row.slots.order_by("position")]
    world.write(row, office, *places, (foreign, 200, 0))
    url = reverse("live-session", args=[row.pk])
    page = content(signed_in(office.person).get(url))
    assert names(page) == ["萝卜", "红薯", "新丰茶"]
    assert "直播顺序比场次时长多出 90 分钟。" in page
    page = content(signed_in(there.person).get(url))
    assert names(page) == ["新丰茶"]
    assert ("20:10 – 23:30" in page, "多出" in page, "预留" in page) == (True, False, True)


def test_a_session_is_changed_once_and_says_when_the_day_is_full(office, session):
    row, (first, _second) = session
    world.write(row, office, (first, 5, 80))
    day = timedelta(days=1)
    other = world.session(
        office, name="次日", starts_at=world.START + day, ends_at=row.ends_at + day
    )
    world.write(other, office, (first, 5, 1))
    client, url = signed_in(office.person), reverse("live-session-change", args=[row.pk])
    moved = {"starts_at": "2023-11-07T10:00", "ends_at": "2023-11-07T11:00"}
    page = content(client.post(url, {**SESSION, **moved, "seen": "3"}))
    assert "“萝卜”：要预留 80 件，当天可发 80 件，只剩 79 件。" in page
    client.post(url, {**SESSION, "host": "新主播", "seen": "3"})
    row.refresh_from_db()
    assert (row.host, row.starts_at, row.version) == ("新主播", world.START, 4)
    assert "您打开本页之后内容有改动" in content(
        client.post(url, {**SESSION, "host": "旧", "seen": "3"})
    )


def test_sessions_stand_in_the_calendar_of_who_takes_part(office, session):
    day = world.DAY
    labels = [entry.label for entry in calendar_of(office, day, day)]
    assert "粤北专场" in labels
    trainee = Actor.of(UserFactory(trainee=True))
    assert "粤北专场" not in [entry.label for entry in calendar_of(trainee, day, day)]


@pytest.mark.parametrize("name", ["calls", "live-sessions", "calls-export"])
def test_who_has_no_products_reads_no_calls(name):
    assert status(signed_in(UserFactory(trainee=True)).get(reverse(name))) == 404
    assert status(signed_in(UserFactory(auditor=True)).get(reverse(name))) == 200


def test_the_office_cancels_a_session_and_everyone_reads_why(office, owner, session):
    row, _entries = session
    client, url = signed_in(office.person), reverse("live-session-cancel", args=[row.pk])
    assert "这个字段是必填项" in content(client.post(f"{url}?seen=2", {}))
    page = content(client.post(f"{url}?seen=2", {"note": "停电"}, follow=True))
    assert ("本场直播已取消。理由：停电" in page, url in page) == (True, False)
    assert "停电" in content(signed_in(owner.person).get(row.get_absolute_url()))
    assert "已取消" in content(client.get(reverse("live-sessions")))
    day = world.DAY
    assert "粤北专场" not in [entry.label for entry in calendar_of(office, day, day)]
