"""The programme board: every number opens exactly its rows, in everybody's view."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock, registry
from portal.accounts.actor import Actor
from portal.home import board
from tests import dossiers
from tests.factories import SHAOGUAN, UserFactory
from tests.home import world
from tests.traffic import world as traffic
from tests.traffic.test_board import Page
from tests.training import test_domain as training

pytestmark = pytest.mark.django_db
WHO = {
    "staff": {"staff": True},
    "auditor": {"auditor": True},
    "county": {"official": dossiers.RUYUAN},
    "city": {"official_of_city": SHAOGUAN},
    "neighbour": {"official": "440224"},
}


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def programme(office: Actor) -> None:
    world.programme(office)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(reverse("programme") + query)
    assert answer.status_code == 200
    return answer.context


def rows_behind(client: Client, url: str, *, fen: bool = False) -> int:
    """What the rows at `url` count or add up to; the page's own sum is checked against them."""
    answer = client.get(f"{url}{'&' if '?' in url else '?'}size=100")
    assert answer.status_code == 200, url
    page = Page(answer.content.decode())
    if page.total is not None:
        assert sum(page.cells) == page.total, url
        return page.total
    found = answer.context["page_obj"]
    assert found.paginator.count == len(found)
    if fen:
        assert answer.context["support"].fen == sum(int(row.fen) for row in found)
        return answer.context["support"].fen
    return found.paginator.count


def numbers(context: dict[str, Any]) -> list[tuple[str, int, bool]]:
    """(address, number, whether it is money) of everything on the board that is a link."""
    figures = chain.from_iterable(rows for _group, rows in context["outcomes"])
    found = [(row.url, row.value, row.fen) for row in figures]
    for line in context["lines"]:
        found += [(cell.url, cell.value, False) for _label, cell in line.cells if cell]
    found += [(column.total.url, column.total.value, False) for column in context["columns"]]
    found += [(row.url, row.count, False) for row in context["attention"]]
    if context["map"]:
        tiles = [tile for tile in context["map"].tiles if tile["value"]]
        found += [(tile["url"], tile["value"], False) for tile in tiles]
    return found


@pytest.mark.parametrize("who", WHO)
def test_every_number_opens_exactly_its_rows(programme: None, who: str) -> None:
    client = client_of(UserFactory(**WHO[who]))
    wrong = {}
    followed = 0
    for measure in registry.measures():
        for url, number, fen in numbers(shown(client, f"?measure={measure.code}")):
            behind = rows_behind(client, url, fen=fen)
            followed += 1
            if behind != number:
                wrong[url] = (number, behind)
    assert wrong == {}
    assert followed > 60


def outcomes(user: Any) -> dict[str, int]:
    found = board.outcomes(Actor.of(user))
    return {str(row.label): row.value for _group, rows in found for row in rows}


def test_the_outcomes_of_a_county_are_its_own(programme: None) -> None:
    assert outcomes(UserFactory(official=dossiers.XINFENG)) == {
        "已投放": 30_001,
        "其中10月20日": 30_001,
        "今日进行中的投放": 1,
        "获补贴商家": 1,
        "批准补贴": 900_050,
        "已核实创作者": 1,
        "验收作品": 1,
        "已报名学员": 2,
        "完成培训学员": 1,
        # Of the placement, and of the list above: three published and one submitted.
        "申报商品": 5,
        "已发布商品": 4,
        "本月当季": 3,
        "已发布打卡地": 4,
        "已发布线路": 1,
        "暂停开放的打卡地": 2,
    }


def test_nobody_is_counted_twice(office: Actor) -> None:
    session, other = training.planned(seats=5), training.planned(seats=5)
    person = training.trainee()
    for row in (session, other):
        training.enrol(row, person)
    assert outcomes(office.user)["已报名学员"] == 1
    page = client_of(office.user).get(reverse("trainees")).content.decode()
    assert page.count(f'<th scope="row">{person.user}</th>') == 1


@pytest.mark.parametrize("who", ["merchant", "creator", "trainee"])
def test_who_is_not_of_the_office_gets_404(who: str) -> None:
    client = client_of(UserFactory(**{who: True}))
    assert client.get(reverse("programme")).status_code == 404
    assert "工程总览" not in client.get("/").content.decode()


def test_officials_read_of_their_own_places_alone(programme: None) -> None:
    county = shown(client_of(UserFactory(official=dossiers.RUYUAN)))
    assert county["places"] == ["乳源瑶族自治县"]
    assert county["map"] is None
    city = shown(client_of(UserFactory(official_of_city=SHAOGUAN)))
    assert {tile["title"].split()[0] for tile in city["map"].tiles} == {"韶关市"}
    assert {tile["code"]: tile["value"] for tile in city["map"].tiles if tile["value"]} == {
        dossiers.RUYUAN: 120_007,
        dossiers.XINFENG: 30_001,
    }
    assert len(shown(client_of(UserFactory(staff=True)))["map"].tiles) == 124


def test_what_needs_attention_is_named_with_its_number(programme: None, office: Actor) -> None:
    assert {str(row.label): row.count for row in registry.attention_of(office)} == {
        "审核超期的卷宗": 1,
        "停下待处理的后台工作": 1,
        "已发布线路上暂停开放的打卡地": 2,
        "报表中没有对应投放的 ID": 1,
        "数据待重新汇总的日期": 1,
        "七天内开始、尚无投放的活动": 1,
        "平台报表迟到的来源": 1,
    }
    county = Actor.of(UserFactory(official=dossiers.XINFENG))
    assert {str(row.label): row.count for row in registry.attention_of(county)} == {
        "已发布线路上暂停开放的打卡地": 1,
    }


def test_a_campaign_needs_placements_seven_days_before_it_begins(office: Actor) -> None:
    days = {"past": 22, "today": 23, "seventh": 30}
    for code, day in days.items():
        world.campaign(code, code, date(2023, 10, day), date(2023, 11, 30))
    world.campaign("later", "later", date(2023, 10, 31), date(2023, 11, 30))
    placed = world.campaign("placed", "placed", date(2023, 10, 25), date(2023, 11, 30))
    traffic.placement(
        office, campaign=placed, first_day=date(2023, 10, 25), last_day=date(2023, 11, 30)
    )
    answer = client_of(office.user).get(reverse("campaigns-unplaced"))
    assert [row.code for row in answer.context["page_obj"]] == ["today", "seventh"]


def test_a_source_is_late_when_its_next_report_has_not_come(office: Actor) -> None:
    spans = {
        "日报": (date(2023, 10, 21), date(2023, 10, 21)),
        "迟到日报": (date(2023, 10, 20), date(2023, 10, 20)),
        "周报": (date(2023, 10, 9), date(2023, 10, 15)),
        "迟到周报": (date(2023, 10, 7), date(2023, 10, 13)),
    }
    for name, days in spans.items():
        traffic.land(office, [(days[0], "9", 1)], days=days, of=traffic.source(name), name=name)
    traffic.source("从未来过")
    answer = client_of(office.user).get(f"{reverse('sources')}?late=1")
    assert {row.name for row in answer.context["page_obj"]} == {"迟到日报", "迟到周报"}


def test_the_calendar_holds_this_month_and_the_next_with_today_between(office: Actor) -> None:
    world.campaign("over", "已过", date(2023, 9, 1), date(2023, 10, 22))
    world.campaign("first", "最早", date(2023, 8, 1), date(2023, 10, 23))
    world.campaign("last", "最晚", date(2023, 11, 30), date(2024, 1, 5))
    world.campaign("outside", "太晚", date(2023, 12, 1), date(2023, 12, 5))
    world.campaign("before", "太早", date(2023, 9, 1), date(2023, 9, 30))
    training.planned()
    found = board.calendar(office)
    assert (found.first_day, found.last_day) == (date(2023, 10, 1), date(2023, 11, 30))
    assert [entry.label for entry in found.shown] == ["最早", "短视频入门", "最晚"]
    assert [entry.label for entry in found.folded] == ["已过"]
    page = client_of(office.user).get(reverse("programme")).content.decode()
    assert "今天 10月23日" in page
    for entry in found.shown:
        assert client_of(office.user).get(entry.url).status_code == 200


def test_what_does_not_fit_the_sheet_folds_away(office: Actor) -> None:
    for number in range(board.CALENDAR_SHOWN + 3):
        world.campaign(f"c{number}", f"第{number:02}场", date(2023, 11, 1), date(2023, 11, 2))
    found = board.calendar(office)
    assert [entry.label for entry in found.folded] == ["第14场", "第15场", "第16场"]


def test_an_unknown_measure_shows_the_first(office: Actor) -> None:
    assert shown(client_of(office.user), "?measure=odd")["map"].measure.code == "delivered"


def test_the_clock_says_as_of_when(office: Actor) -> None:
    page = client_of(office.user).get(reverse("programme")).content.decode()
    assert f"截至2023年10月23日 {clock.now():%H:}" in page
