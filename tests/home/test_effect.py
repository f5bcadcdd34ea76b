"""The effect on one line: every figure opens its rows, lines add up, and missing is not zero."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from creators.domain import take_task
from portal import registry
from portal.accounts.actor import Actor
from portal.home import effect
from portal.ledger.models import Account
from portal.stages import By, Stage, nothing
from portal.submissions.models import Submission
from tests import databases, dossiers
from tests.answers import signed_in
from tests.creators import world as creators
from tests.factories import SHAOGUAN, OrganisationFactory, UserFactory
from tests.home import effects
from tests.home.effects import (
    FIRST,
    LAST,
    OWN,
    REGIONS,
    RUYUAN,
    XINFENG,
    behind,
    lines,
    reader,
    table,
    told,
)
from tests.traffic import world
from traffic.models import Day, DaySum

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Actor]:
    """Who made the programme that all tests here look at."""
    with databases.made_once(django_db_blocker):
        office = dossiers.staff()
        effects.programme(office)
        yield office


def test_each_county_stands_on_one_line(office):
    found = table(office)
    assert len(found.lines) == 124
    assert lines(found) == {
        "韶关市 乳源瑶族自治县": {
            # 30 + 0 + 25 + 4 + 6 + 7 of 1,000 + 2,000 + 500 + 40 + 60 + 700.
            "delivered": (4_390, None),
            "visits": (72, Decimal("1.67")),
            "orders": (15, None),
        },
        # The report without clicks, and the cell that says none, are no zero.
        "韶关市 新丰县": {"delivered": (30_301, None), "orders": (5, None)},
    }
    assert told(found.total) == {
        "delivered": (34_691, None),
        "visits": (72, Decimal("1.67")),
        "orders": (20, None),
    }


def test_actions_and_campaigns_tell_what_each_of_them_can(office):
    assert lines(table(office, "action")) == {
        "乡村电商": {
            "delivered": (33_901, None),
            "visits": (65, Decimal("1.81")),
            "orders": (20, None),
        },
        "乡村文旅": {"delivered": (700, None), "visits": (7, Decimal("1.00"))},
        "乡村形象": {"delivered": (90, None)},
    }
    found = table(office, "campaign")
    assert lines(found) == {
        "丰收节": {"delivered": (33_901, None), "visits": (65, Decimal("1.81"))},
        "金秋": {"delivered": (700, None), "visits": (7, Decimal("1.00"))},
        "守护人": {"delivered": (90, None)},
    }
    why = {column.stage: str(column.note) for column in found.columns}
    assert why["orders"] == "销售报表只列商品和日期，不列活动和作品。"
    assert why["tickets"] == why["check_ins"] == "平台目前没有这项数据。"


def test_a_creator_has_the_placements_of_the_own_works_alone(office):
    assert lines(table(office, "creator")) == {
        # The work, and the own file, whose report has no clicks.
        "瑶山阿妹": {"delivered": (590, None), "visits": (25, Decimal("5.00"))}
    }
    # The other one's work stands beside somebody else's: known, and without a figure.
    assert [str(line.name) for line in table(office, "creator").lines] == ["瑶山阿妹", "新丰茶人"]


def test_clicks_of_zero_are_a_figure(office):
    found = lines(table(office, since=LAST, until=LAST, campaign="harvest-2023"))
    assert found["韶关市 乳源瑶族自治县"] == {
        "delivered": (2_600, None),
        "visits": (35, Decimal("1.35")),
    }
    DaySum.objects.filter(date=LAST, channel="creator").delete()
    found = lines(table(office, since=LAST, until=LAST, campaign="harvest-2023"))
    assert found["韶关市 乳源瑶族自治县"]["visits"] == (0, Decimal("0.00"))


@pytest.mark.parametrize("who", [*REGIONS, *OWN])
def test_every_figure_opens_exactly_its_rows(who):
    user = reader(who)
    wrong, followed, rows_behind = {}, 0, cache(partial(behind, signed_in(user)))
    cuts: list[dict[str, Any]] = [{}, {"since": LAST}, {"city": SHAOGUAN, "until": FIRST}]
    if who in REGIONS:
        cuts.append({"action": "products", "county": RUYUAN})
    for by, filters in itertools.product(effect.offered(Actor.of(user)), cuts):
        found = table(user, by, **filters)
        for line in (*found.lines, found.total):
            for _column, cell in line.cells:
                if cell is None:
                    continue
                followed += 1
                if (rows := rows_behind(cell.url)) != cell.value:
                    wrong[cell.url] = (cell.value, rows)
    assert wrong == {}
    assert (followed >= 10) == (who != "neighbour")


DAYS = [(None, None), (FIRST, FIRST), (LAST, LAST), (FIRST, LAST), (None, FIRST), (LAST, None)]


@pytest.mark.parametrize("who", REGIONS)
@pytest.mark.parametrize(("since", "until"), DAYS)
def test_lines_add_up_to_their_total_and_to_the_programme_board(who, since, until):
    actor = Actor.of(UserFactory(**REGIONS[who]))
    totals = set()
    for by in (By.COUNTY, By.ACTION, By.CAMPAIGN):
        found = table(actor, by, since=since, until=until)
        for number, (_column, cell) in enumerate(found.total.cells):
            values = [v for line in found.lines if (v := line.value(number)) is not None]
            assert (sum(values) if values else None) == (cell.value if cell else None)
        totals.add(found.total.value(0))
    board = {str(row.label): row.value for row in registry.figures_of(actor)}
    (total,) = totals
    if (since, until) in ((None, None), (FIRST, LAST)):
        assert (total or 0) == board["已投放"]
    if (since, until) == (LAST, LAST):
        assert total == board.get("其中10月20日")


def test_the_table_of_actions_is_the_boards_own(office):
    column = next(row for row in registry.columns_of(office) if str(row.label) == "已投放")
    found = {line.url: line.value(0) for line in table(office, "action").lines}
    by_action = {url.split("action=")[1]: value for url, value in found.items()}
    assert {key: value or 0 for key, value in by_action.items()} == {
        key: cell.value for key, cell in column.cells.items()
    }


def test_each_stage_says_as_of_which_day(office):
    found = table(office)
    as_of = {column.stage: column.as_of for column in found.columns}
    assert as_of == {
        "delivered": LAST,
        "visits": LAST,
        "orders": LAST,
        "tickets": None,
        "check_ins": None,
    }
    assert [column.as_of for column in table(office, until=FIRST).columns][:3] == [FIRST] * 3
    answer = signed_in(office.person).get(reverse("effect")).content.decode()
    # Of the other county's orders the last day is another.
    assert answer.count("截至10月19日") == 1
    assert "另有" not in answer
    Day.objects.filter(pk=FIRST).update(wanted=9)
    answer = signed_in(office.person).get(reverse("effect")).content.decode()
    assert answer.count("另有1天待重新汇总") == 2
    assert (
        "另有"
        not in signed_in(office.person).get(reverse("effect") + f"?since={LAST}").content.decode()
    )


def test_officials_read_of_their_own_places_alone():
    county = UserFactory(official=RUYUAN)
    found = table(county)
    assert [str(line.name) for line in found.lines] == ["韶关市 乳源瑶族自治县"]
    assert told(found.total)["delivered"] == (4_390, None)
    assert [str(line.name) for line in table(county, "creator").lines] == ["瑶山阿妹"]
    other = UserFactory(official=XINFENG)
    assert told(table(other, "action").total) == {
        "delivered": (30_301, None),
        "orders": (5, None),
    }
    # An address with the neighbour's county, or creator, opens nothing of the neighbour's.
    assert lines(table(other, county=RUYUAN)) == {}
    code = next(line.url for line in table(county, "creator").lines).split("/")[-2]
    url = f"{reverse('region-deliveries')}?creator={code}"
    assert behind(signed_in(county), url) == 590
    assert behind(signed_in(other), url) == 0
    assert behind(signed_in(other), f"{reverse('region-deliveries')}?creator=all") == 0


def test_an_organisation_reads_of_its_own_dossiers_alone():
    farm = reader("merchant")
    found = table(farm, "dossier")
    assert lines(found) == {effects.TEA: {"delivered": (30_301, None), "orders": (5, None)}}
    assert [column.as_of for column in found.columns] == [LAST, None, FIRST, None, None]
    assert lines(table(farm, "campaign")) == {"丰收节": {"delivered": (30_301, None)}}
    client = signed_in(farm)
    answer = client.get(reverse("effect") + "?by=county")
    # What it has no region for it is not offered, nor asked by.
    tabs = [value for value, _label in answer.context["tabs"]]
    assert (answer.context["by"], tabs) == (By.DOSSIER, ["dossier", "campaign"])
    assert set(answer.context["filter"].fields) == {"by", "campaign", "since", "until"}
    deliveries = reverse("region-deliveries")
    assert behind(client, f"{deliveries}?creator=all") == 0
    assert behind(client, f"{deliveries}?county={RUYUAN}") == 30_301
    other = signed_in(UserFactory(merchant=OrganisationFactory(county_id=XINFENG)))
    assert other.get(reverse("effect")).context["page_obj"].paginator.count == 0
    code = table(farm, "dossier").lines[0].url.split("/")[-2]
    assert behind(other, f"{deliveries}?dossier={code}") == 0


def test_a_creator_reads_of_the_own_file_and_works_alone():
    maker = reader("creator")
    assert lines(table(maker, "creator")) == {
        "瑶山阿妹": {"delivered": (590, None), "visits": (25, Decimal("5.00"))}
    }
    client = signed_in(maker)
    page = client.get(reverse("effect"))
    assert (page.context["by"], len(page.context["tabs"])) == (By.CREATOR, 1)
    deliveries = reverse("region-deliveries")
    answer = client.get(f"{deliveries}?creator=all")
    rows = {row.count: row.placement for row in answer.context["page_obj"]}
    # The work is counted by a placement of the county's product: its page is not the creator's.
    assert rows.keys() == {500, 90}
    assert answer.context["closed"] == {rows[500].pk}
    text = answer.content.decode()
    assert rows[500].get_absolute_url() not in text
    assert rows[90].get_absolute_url() in text
    assert client.get(rows[500].get_absolute_url()).status_code == 404
    assert client.get(rows[90].get_absolute_url()).status_code == 200
    assert behind(signed_in(UserFactory(creator=True)), f"{deliveries}?creator=all") == 0


def test_who_has_nothing_promoted_gets_no_page():
    client = signed_in(UserFactory(trainee=True))
    for name in ("effect", "effect-export", "region-deliveries", "region-deliveries-export"):
        assert client.get(reverse(name)).status_code == 404


def exported(client: Client, query: str) -> list[list[Any]]:
    answer = client.get(reverse("effect-export") + query)
    data = b"".join(answer.streaming_content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_index(0).to_python()


def test_the_workbook_has_the_lines_as_they_are_filtered_and_sorted(office):
    heading, *rows = exported(signed_in(office.person), "?by=action&sort=name")
    assert heading == [
        "行动", "已投放曝光", "已投放曝光：截至", "访问（点击）", "点击率 %", "访问（点击）：截至",
        "支付订单数", "支付订单数：截至", "购票", "打卡",
    ]  # fmt: skip
    assert rows == [
        ["乡村电商", 33_901, LAST, 65, 1.81, LAST, 20, LAST, "", ""],
        ["乡村文旅", 700, FIRST, 7, 1.0, FIRST, "", "", "", ""],
        ["商家发展", *[""] * 9],
        ["乡村形象", 90, FIRST, *[""] * 7],
        ["乡村人才", *[""] * 9],
        ["合计", 34_691, LAST, 72, 1.67, LAST, 20, LAST, "", ""],
    ]
    filtered = exported(signed_in(office.person), f"?by=campaign&county={XINFENG}&sort=visits")
    assert [row[:2] for row in filtered[1:]] == [
        ["丰收节", 30_301],
        ["金秋", ""],
        ["守护人", ""],
        ["合计", 30_301],
    ]


def test_lines_are_sorted_and_paged_and_those_without_a_figure_come_last(office):
    client = signed_in(office.person)
    answer = client.get(reverse("effect") + "?size=50&sort=orders")
    found = [str(line.name) for line in answer.context["page_obj"]]
    assert (len(found), answer.context["page_obj"].paginator.num_pages) == (50, 3)
    assert found[:2] == ["韶关市 乳源瑶族自治县", "韶关市 新丰县"]
    most = client.get(reverse("effect")).context["page_obj"]
    assert [str(line.name) for line in most][:2] == ["韶关市 新丰县", "韶关市 乳源瑶族自治县"]
    # The total is of all lines, not of those on the page.
    last = client.get(reverse("effect") + "?size=50&page=3").context
    assert told(last["table"].total)["delivered"] == (34_691, None)
    assert {line.value(0) for line in last["page_obj"]} == {None}


def test_days_that_run_backwards_are_said_beside_their_field(office):
    answer = signed_in(office.person).get(reverse("effect") + f"?since={LAST}&until={FIRST}&by=x")
    assert answer.status_code == 200
    assert answer.context["filter"].errors["until"] == ["结束日期早于开始日期。"]


def asked(client: Client, query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("effect") + query).status_code == 200
    return len(queries)


QUERIES = {"county": 11, "action": 11, "campaign": 10, "creator": 12}
ASKED = {(who, by): number for who in ("staff", "county") for by, number in QUERIES.items()}
ASKED |= {("merchant", "dossier"): 10, ("merchant", "campaign"): 8, ("creator", "creator"): 11}


def test_as_many_queries_whatever_there_is(office):
    clients = {who: signed_in(reader(who)) for who, _by in ASKED}

    def counted() -> dict[tuple[str, str], int]:
        return {(who, by): asked(clients[who], f"?by={by}") for who, by in ASKED}

    counted()
    before = counted()
    maker = creators.person()
    creators.verified(maker, "又一位", RUYUAN)
    take = take_task(task=creators.task(office), actor=maker)
    dossiers.move(creators.handed_in(take, maker, work_id="900"), "accept", office)
    world.placement(office, ids=("900",), channel="creator")
    tea = Submission.objects.get(title=effects.TEA)
    world.placement(office, ids=("901",), submission=tea)
    rows = [(LAST, "900", 900), (LAST, "901", 90)]
    world.land(office, rows, of=world.source(), name="又一份.csv")
    assert (counted(), before) == (ASKED, ASKED)


def test_the_boards_lead_here(office):
    client = signed_in(office.person)
    assert f'href="{reverse("effect")}"' in client.get(reverse("programme")).content.decode()
    account = Account.objects.get(parent__key="harvest-2023", key=RUYUAN)
    for query in (
        f"?by=campaign&amp;county={RUYUAN}",
        "?by=county&amp;campaign=harvest-2023",
        "?by=campaign&amp;action=products",
        "?by=action",
    ):
        text = client.get(reverse("account", args=[account.pk])).content.decode()
        assert f'href="{reverse("effect")}{query}"' in text, account
        account = account.parent


def test_a_stage_is_told_by_one_room_alone(office):
    def again(actor, cut):
        return {Stage.ORDERS: nothing("")}

    registry.register_stages(again)
    try:
        with pytest.raises(ValueError, match="ORDERS"):
            table(office)
    finally:
        registry._stage_sources.remove(again)
