"""Boards and lists tell what is needed and how placements stand; every number opens its rows."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from portal.ledger.models import Account, Level
from portal.submissions.models import Submission
from tests import databases, dossiers
from tests.answers import content, shown, signed_in
from tests.factories import UserFactory
from tests.qualifications.world import at
from tests.traffic import shortfalls, world
from tests.traffic.pacing.test_standing import FIRST, needs_of, placed
from tests.traffic.test_lists import rows_of_workbook
from traffic.models import Placement
from traffic.pacing import queries, told
from traffic.pacing.enums import Status
from traffic.tasks import renew_pacing

pytestmark = pytest.mark.django_db
MIDDLE = date(2023, 10, 11)
SHARED = {
    "BOARD_SECONDS": 60,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
}
# Of a million by the twentieth: so many a day for ten days.
DAILY = {"miss": 20_000, "behind": 47_000, "good": 52_500, "other": 51_000, "paused": 52_500}
EXPECTED = {
    "miss": Status.WILL_MISS,
    "behind": Status.BEHIND,
    "good": Status.ON_TIME,
    "other": Status.ON_TIME,
    "paused": Status.PAUSED,
}


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    """The office, and the placements of `rows` as its acts made them."""
    with databases.made_once(django_db_blocker):
        office, more = dossiers.staff(), {"other": {"county": dossiers.XINFENG}}
        found = {name: placed(office, ids=(name,), **more.get(name, {})) for name in DAILY}
        with at(MIDDLE):
            days = [FIRST + timedelta(days=n) for n in range(10)]
            report = [(str(day), name, count) for day in days for name, count in DAILY.items()]
            world.land(office, report, days=(days[0], days[-1]))
        Submission.objects.filter(pk=found["paused"].submission_id).update(state="suspended")
        yield office, {name: row.pk for name, row in found.items()}


@pytest.fixture
def office(half_way):
    return half_way[0]


@pytest.fixture
def rows(half_way):
    """Four placements of one county, one of them paused, and one of another; half their time."""
    return {name: Placement.objects.get(pk=pk) for name, pk in half_way[1].items()}


def pacing_links(page):
    """(number, where it leads) of every number of pacing on a page."""
    found = re.findall(r'<a href="(/pacing/[^"]*)">(?:<data value="(\d+)"[^>]*>|(\d+))', page)
    return [(int(wan or plain), href.replace("&amp;", "&")) for href, wan, plain in found]


def opened(client, href):
    """How many rows a list of standings has, and what they need together."""
    answer = client.get(href)
    (total,) = re.findall(r'id="needed"><data value="(\d+)"', content(answer)) or [0]
    return answer.context["page_obj"].paginator.count, int(total)


@pytest.mark.parametrize("level", [Level.POOL, Level.ACTION, Level.CAMPAIGN, Level.COUNTY])
def test_every_number_of_pacing_on_a_board_opens_its_rows(office, rows, level):
    account = rows["miss"].account
    while account.level != level:
        account = account.parent
    with at(MIDDLE):
        client = signed_in(office.user)
        page = client.get(reverse("account", args=[account.pk]))
        links = pacing_links(content(page))
        for number, href in links:
            many, total = opened(client, href)
            assert number == (total if "sort=need" in href else many), href
        own, lines = page.context["needed"], page.context["lines"]
        exported = rows_of_workbook(client.get(reverse("account-export", args=[account.pk])))
    assert own.need == sum(line.needed.need for line in lines)
    assert own.by_status == {
        status: sum(line.needed.by_status.get(status, 0) for line in lines)
        for status in own.by_status
    }
    # Four numbers of its own; three of each account below but placements, which are no sums.
    below = 0 if level == Level.COUNTY else 3 * len(lines)
    assert len(links) == 4 + below
    assert sorted(row[5] for row in exported) == sorted(line.needed.need for line in lines)


@pytest.mark.sqlite
def test_levels_add_up_to_what_the_placements_need_in_whole_impressions(office, rows):
    with at(MIDDLE):
        found = queries.everything()
        each = queries.lines(found, [row.pk for row in rows.values()])
        (pool,) = needs_of(Account.objects.filter(level=Level.POOL), found)
        counties = needs_of(Account.objects.filter(level=Level.COUNTY), found)
    assert {name: each[row.pk].status for name, row in rows.items()} == EXPECTED
    assert pool.need == sum(line.need for line in each.values())
    assert (pool.running, pool.missing, pool.behind, pool.paused) == (4, 1, 1, 1)
    own = {need.account.key: need.need for need in counties}
    assert own[dossiers.XINFENG] == each[rows["other"].pk].need
    assert sum(own.values()) == pool.need


def test_a_countys_placements_and_the_list_show_their_status(office, rows):
    with at(MIDDLE):
        client = signed_in(office.user)
        county = rows["miss"].account.parent
        board = client.get(reverse("account", args=[county.pk]))
        listed = client.get(reverse("placements"))
        exported = rows_of_workbook(client.get(reverse("placements-export")))
    keys = {row.account_id: name for name, row in rows.items()}
    stand = {keys[line.figures.account.pk]: line.status for line in board.context["lines"]}
    assert stand == {name: status for name, status in EXPECTED.items() if name != "other"}
    tags = [str(stands.label) for _row, _ready, stands in listed.context["lines"]]
    assert all(f">{tag}<" in shown(content(listed)) for tag in tags)
    assert sorted(tags) == sorted(str(status.label) for status in EXPECTED.values())
    # A workbook is read by itself: what stands in it is the shared reading.
    assert sorted(row[-1] for row in exported) == sorted(tags)


def test_what_is_long_over_has_no_status_and_who_may_not_run_is_paused_at_once(office, rows):
    with at(MIDDLE), override_settings(**SHARED):
        cache.clear()
        client = signed_in(office.user)
        reading = told.told()
        Submission.objects.filter(pk=rows["good"].submission_id).update(state="suspended")
        page = client.get(reverse("placements"))
        status = {row.pk: stands for row, _ready, stands in page.context["lines"]}
        assert reading.places.status_of(rows["good"].pk) == Status.ON_TIME
        assert status[rows["good"].pk] == Status.PAUSED
    with at(date(2023, 12, 11)):
        page = signed_in(office.user).get(reverse("placements"))
        assert {stands for _row, _ready, stands in page.context["lines"]} == {None}
        assert shown(content(page)).count(">已结束<") == 2 * len(rows)


@pytest.mark.sqlite
def test_all_share_one_reading_until_it_is_made_anew(office, rows):
    county = rows["miss"].account.parent
    official = signed_in(UserFactory(official=dossiers.RUYUAN))

    def missing(client):
        return client.get(reverse("account", args=[county.pk])).context["needed"].missing

    with at(MIDDLE), override_settings(**SHARED):
        cache.clear()
        client = signed_in(office.user)
        assert missing(client) == 1
        with CaptureQueriesContext(connection) as taken:
            assert missing(official) == 1
        assert not any("traffic_plan" in row["sql"] for row in taken)
        world.land(office, [(str(FIRST), "miss", 900_000)], days=(FIRST, FIRST))
        assert missing(client) == 1
        assert renew_pacing() == len(rows)
        assert (missing(client), missing(official)) == (0, 0)
        cache.clear()


def test_a_board_is_drawn_once_and_shows_every_change_at_once(office, rows):
    county = rows["miss"].account.parent
    url = reverse("account", args=[county.parent_id])

    def drawn(page):
        return {"traffic/rows.html", "components/tile_map.html"} & {
            each.name for each in page.templates
        }

    with at(MIDDLE), override_settings(**SHARED):
        cache.clear()
        client = signed_in(office.user)
        first, again = client.get(url), client.get(url)
        assert (len(drawn(first)), drawn(again)) == (2, set())
        assert re.findall(r"<data[^>]*>", content(again)) == re.findall(
            r"<data[^>]*>", content(first)
        )
        client.cookies["django_language"] = "en"
        english = client.get(url)
        assert len(drawn(english)) == 2
        assert 'data-label="Needed today"' in content(english)
        shortfalls.give(office, county, 1_234_567)
        promised = client.get(url)
        assert drawn(promised) == {"traffic/rows.html"}
        (line,) = [each for each in promised.context["lines"] if each.figures.account == county]
        assert f'value="{line.figures.promised}"' in content(promised)
        assert f'value="{line.figures.promised}"' not in content(english)
        world.land(office, [(str(FIRST), "miss", 20_001)], days=(FIRST, FIRST))
        assert len(drawn(client.get(url))) == 2
        cache.clear()


def test_an_official_reads_the_own_county_alone(rows):
    client = signed_in(UserFactory(official=dossiers.XINFENG))
    with at(MIDDLE):
        page = client.get(reverse("board"))
        (line,) = page.context["lines"]
        assert line.needed.by_status == {Status.ON_TIME: 1}
        for number, href in pacing_links(content(page)):
            many, total = opened(client, href)
            assert number == (total if "sort=need" in href else many), href
