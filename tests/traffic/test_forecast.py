"""What the board would show if files landed, before they do."""

from __future__ import annotations

from datetime import date

import pytest

from portal.campaigns.models import Action, Campaign
from portal.jobs.domain import run_due
from portal.statements import forecast as landing
from tests import dossiers
from tests.statements.pages import land, show, take, upload, words
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic import forecast
from traffic.models import Day, DayFate, DaySum

pytestmark = pytest.mark.django_db
NEXT = date(2023, 10, 21)
OTHER, STRANGER = "7390000000000000018", "7390000000000000999"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client


def told(answer, name="forecasts"):
    """(where…, before, after) of each table, in the order shown."""
    board, fates = getattr(answer.context["run"], name)
    return tuple(
        [(*map(str, row.where), row.before, row.after) for row in each.rows]
        for each in (board, fates)
    )


def board():
    rows = DaySum.objects.values_list("campaign__name", "county__name", "channel", "date", "count")
    return set(rows)


def test_the_board_and_the_fates_are_told_before_landing(page, office):
    world.placement(office)
    world.placement(office, ids=(OTHER,), first_day=NEXT, last_day=NEXT)
    shown = show(page, upload([(DAY, ID, 100), (DAY, OTHER, 7), (DAY, STRANGER, 5)]))
    sums, fates = told(shown)
    assert sums == [("丰收节", "乳源瑶族自治县", "产品导流", 0, 100)]
    assert fates == [
        ("已计入", "行数", 0, 1),
        ("已计入", "曝光次数", 0, 100),
        ("未匹配", "行数", 0, 1),
        ("未匹配", "曝光次数", 0, 5),
        ("投放期之外", "行数", 0, 1),
        ("投放期之外", "曝光次数", 0, 7),
    ]
    assert "丰收节 乳源瑶族自治县 产品导流 0 100 100" in words(shown)
    assert not DaySum.objects.exists()
    take(page, shown)
    run_due()
    assert board() == {("丰收节", "乳源瑶族自治县", "product", DAY, 100)}
    assert set(DayFate.objects.values_list("fate", "rows", "impressions")) == {
        ("counted", 1, 100),
        ("unmatched", 1, 5),
        ("outside", 1, 7),
    }


def test_a_report_whose_rows_belong_to_nobody_is_asked_whether_the_source_is_right(page, office):
    world.placement(office)
    warned = "请先确认报表来源是否选对"
    rows = [(DAY, ID, 100), (DAY, OTHER, 7), (DAY, STRANGER, 5)]
    text = words(show(page, upload(rows, name="多半.csv")))
    assert f"共 3 行，其中 2 行没有对应的投放。{warned}" in text
    assert warned not in words(show(page, upload([rows[0], rows[0], rows[1]], name="少数.csv")))


def test_beside_other_sources_the_board_moves_by_what_this_one_changes(page, office):
    world.placement(office)
    world.placement(office, ids=(OTHER,), source=world.source("另一来源"))
    world.land(office, [(DAY, OTHER, 1000)], of=world.source("另一来源"))
    world.land(office, [(DAY, ID, 100), (NEXT, ID, 11)], days=(DAY, NEXT))
    # One day of two is replaced.
    shown = show(page, upload([(DAY, ID, 60)]))
    sums, fates = told(shown)
    assert sums == [("丰收节", "乳源瑶族自治县", "产品导流", 1100, 1060)]
    assert fates[1] == ("已计入", "曝光次数", 100, 60)
    take(page, shown, "replace")
    run_due()
    assert {row[-2:] for row in board()} == {(DAY, 1060), (NEXT, 11)}


def test_an_addition_is_told_beside_a_replacement(page, office):
    world.placement(office)
    land(page, upload([(DAY, ID, 100)]))
    shown = show(page, upload([(DAY, ID, 11)]))
    assert told(shown)[0] == [("丰收节", "乳源瑶族自治县", "产品导流", 100, 11)]
    assert told(shown, "forecasts_added")[0] == [("丰收节", "乳源瑶族自治县", "产品导流", 100, 111)]
    take(page, shown, "add")
    run_due()
    assert {row[-1] for row in board()} == {111}


def test_the_same_figures_again_change_nothing_there(page, office):
    world.placement(office)
    land(page, upload([(DAY, ID, 100)]))
    shown = show(page, upload([(DAY, ID, 90), (DAY, ID, 10)]))
    assert told(shown)[0] == []
    assert "那里没有变化" in words(shown)


def test_campaigns_counties_and_channels_stand_apart_the_largest_change_first(page, office):
    spring = Campaign.objects.create(
        code="spring",
        name="年货节",
        action=Action.PRODUCTS,
        first_day=date(2023, 10, 1),
        last_day=date(2023, 12, 1),
    )
    world.placement(office)
    world.placement(office, ids=(OTHER,), county=dossiers.XINFENG, campaign=spring, channel="live")
    sums, _fates = told(show(page, upload([(DAY, ID, 3), (DAY, OTHER, 900)])))
    assert sums == [
        ("年货节", "新丰县", "专题直播", 0, 900),
        ("丰收节", "乳源瑶族自治县", "产品导流", 0, 3),
    ]


def test_plays_count_where_a_placement_is_counted_by_plays(page, office):
    world.placement(office, metric="plays")
    data = f"日期,素材ID,展示数,播放量\n{DAY},{ID},100,40\n".encode()
    assert told(show(page, upload(data)))[0][0][-2:] == (0, 40)


def test_a_report_without_a_day_is_told_for_its_one_day(page, office):
    world.placement(office)
    data = f"素材ID,展示数\n{ID},100\n".encode()
    assert told(show(page, upload(data)))[0][0][-2:] == (0, 100)


def test_days_that_are_being_added_up_are_named(page, office):
    world.placement(office)
    land(page, upload([(DAY, ID, 100)]))
    Day.objects.filter(date=DAY).update(wanted=99)
    assert "这些日期中有的正在汇总" in words(show(page, upload([(DAY, ID, 90)])))


def test_too_much_to_add_up_at_once_says_so(page, office, monkeypatch):
    monkeypatch.setattr(forecast, "MOST_ROWS", 3)
    world.placement(office)
    answer = show(page, upload([(DAY, ID, 100), (DAY, OTHER, 7)]))
    assert "数据量太大" in words(answer)
    (only,) = answer.context["run"].forecasts
    assert only.rows == []


def test_sums_beyond_64_bits_are_said_and_no_error(page, office):
    most = 2**63 - 1
    files = [upload([(DAY, ID, most)], "一.csv"), upload([(DAY, ID, most)], "二.csv")]
    answer = show(page, *files)
    assert answer.status_code == 200
    assert "数值太大，无法汇总" in words(answer)


def test_what_is_not_read_yet_tells_nothing(page, office, settings):
    settings.STATEMENT_SHOWN_BYTES = 10
    answer = show(page, upload([(DAY, ID, 100)]))
    assert answer.context["run"].forecasts == []
    assert "入库后读取" in words(answer)


def test_the_queries_of_a_forecast_do_not_grow_with_ids_and_days(office, django_assert_num_queries):
    from portal.statements.reading import read

    def paper(days, ids):
        lines = [f"{day},{one},5" for day in days for one in ids]
        data = "\n".join(["日期,素材ID,展示数", *lines]).encode()
        table = read(data, name="x.csv").partial.table
        return landing.OnPaper(source=world.source(), days=days, now=[], tables=[table])

    world.placement(office)
    for days, ids in (([DAY], [ID]), ([DAY, NEXT], [ID, OTHER, STRANGER])):
        found = paper(days, ids)
        with django_assert_num_queries(5):
            assert len(list(forecast.tell(found))) == 2
