"""The programme board: every number opens exactly its rows, in everybody's view."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from itertools import chain
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal import registry
from portal.accounts.actor import Actor
from portal.home import board
from tests import databases, dossiers
from tests.factories import SHAOGUAN, UserFactory
from tests.home import world
from tests.traffic.test_board import Page

pytestmark = pytest.mark.django_db
WHO = {
    "staff": {"staff": True},
    "auditor": {"auditor": True},
    "county": {"official": dossiers.RUYUAN},
    "city": {"official_of_city": SHAOGUAN},
    "neighbour": {"official": "440224"},
}


@pytest.fixture(scope="module", autouse=True)
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Actor]:
    """Who made the programme that all tests here look at."""
    with databases.made_once(django_db_blocker):
        office = dossiers.staff()
        world.programme(office)
        yield office


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
def test_every_number_opens_exactly_its_rows(who: str) -> None:
    client = client_of(UserFactory(**WHO[who]))
    wrong = {}
    followed = 0
    # Most numbers stand on the board whatever it measures: what is behind them is looked at once.
    behind = cache(partial(rows_behind, client))
    for measure in registry.measures():
        for url, number, fen in numbers(shown(client, f"?measure={measure.code}")):
            followed += 1
            if (rows := behind(url, fen=fen)) != number:
                wrong[url] = (number, rows)
    assert wrong == {}
    assert followed > 60


def outcomes(user: Any) -> dict[str, int]:
    found = board.outcomes(Actor.of(user))
    return {str(row.label): row.value for _group, rows in found for row in rows}


def test_the_outcomes_of_a_county_are_its_own() -> None:
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


def test_officials_read_of_their_own_places_alone() -> None:
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


def test_what_needs_attention_is_named_with_its_number(office: Actor) -> None:
    assert {str(row.label): row.count for row in registry.attention_of(office)} == {
        "审核超期的卷宗": 1,
        "停下待处理的后台工作": 1,
        "已发布线路上暂停开放的打卡地": 2,
        "报表中没有对应投放的 ID": 1,
        "数据待重新汇总的日期": 1,
        "七天内开始、尚无投放的活动": 1,
        "平台报表迟到的来源": 1,
        "预计完不成承诺的投放": 2,
    }
    county = Actor.of(UserFactory(official=dossiers.XINFENG))
    assert {str(row.label): row.count for row in registry.attention_of(county)} == {
        "已发布线路上暂停开放的打卡地": 1,
        "预计完不成承诺的投放": 1,
    }
