"""The harvest calendar as everyone reads it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from portal import clock
from products.seasons.words import Run, runs
from tests import databases, dossiers
from tests.answers import content

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def calendar(django_db_setup, django_db_blocker):
    """Products of two counties; the tests' day is 23 October."""
    with databases.made_once(django_db_blocker):
        _file_products()
        yield


def _file_products():
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    for owner, name, words in (
        (here, "冬萝卜", {}),
        (here, "夏荔", {"season_start": "5", "season_end": "7"}),
        (there, "贡柑", {"season_days": "11-06 ~ 12-31: 80"}),
        (there, "迟橙", {"season_days": "11-07 ~ 01-31: 60"}),
        (there, "常年茶", {"season_start": "", "season_end": ""}),
    ):
        dossiers.product_in("published", owner=owner, name=name, **words)
    dossiers.product_in("endorsed", owner=here, name="未发")


def names(client, **query) -> list[str]:
    page = content(client.get(reverse("harvest"), query))
    return re.findall(r'<th scope="row"><a href="/products/SP\d+/">(.*?)</a>', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["冬萝卜", "常年茶"]),
        # The fourteenth day from today is 6 November.
        ({"when": "soon"}, ["贡柑"]),
        ({"when": "all"}, ["冬萝卜", "夏荔", "常年茶", "贡柑", "迟橙"]),
        ({"when": "6"}, ["夏荔", "常年茶"]),
        ({"when": "1"}, ["冬萝卜", "常年茶", "迟橙"]),
        ({"when": "12", "county": dossiers.XINFENG}, ["常年茶", "贡柑", "迟橙"]),
        ({"when": "nonsense"}, ["冬萝卜", "常年茶"]),
    ],
)
def test_the_calendar_shows_what_is_in_season_then(client, calendar, query, found):
    assert sorted(names(client, **query)) == sorted(found)


def test_the_calendar_asks_for_the_time_once(client, calendar):
    form = client.get(reverse("harvest")).context["filter"]
    assert [*form.fields] == ["q", "category", "county", "when"]
    # An address that says it in the catalogue's way narrows nothing more.
    assert names(client, season="soon", when="all") == names(client, when="all")


def test_soon_reaches_over_the_new_year(client, calendar):
    owner = dossiers.official()
    dossiers.product_in("published", owner=owner, name="正月菜", season_days="01-10 ~ 01-20: 5")
    with clock.telling(datetime(2023, 12, 27, 12, tzinfo=clock.SHANGHAI)):
        assert names(client, when="soon") == ["正月菜"]
    with clock.telling(datetime(2023, 12, 26, 12, tzinfo=clock.SHANGHAI)):
        assert names(client, when="soon") == []


def test_months_are_counted_under_the_other_filters_and_open_their_rows(client, calendar):
    page = content(client.get(reverse("harvest"), {"county": dossiers.XINFENG, "when": "soon"}))
    bars = re.findall(r'<a href="([^"]*when=\d+)">(\d+)月</a>.*?<data value="(\d+)">', page)
    assert [int(number) for _url, _month, number in bars] == [2, *[1] * 9, 3, 3]
    assert [int(month) for _url, month, _number in bars] == list(range(1, 13))
    county, when = {"county": dossiers.XINFENG}, {"when": "11"}
    assert bars[10][0].replace("&amp;", "&") == f"/products/harvest/?{urlencode(county | when)}"
    assert len(names(client, **county, **when)) == 3


def test_today_says_how_much_leaves_and_the_workbook_has_the_same_rows(client, calendar):
    page = content(client.get(reverse("harvest")))
    assert re.findall(r'<td class="number" data-label="今日可发">(.*?)</td>', page) == [
        "80 箱",
        "80 箱",
    ]
    book = content(client.get(reverse("harvest-export"), {"when": "soon"}))
    assert ("贡柑" in book, "11月6日 – 12月31日" in book, "冬萝卜" in book) == (True, True, False)


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ({"season_days": "01-01 ~ 01-31: 5"}, [Run(0, 31)]),
        ({"season_days": "12-31 ~ 01-01: 5"}, [Run(0, 1), Run(365, 1)]),
        ({"season_start": "2", "season_end": "2"}, [Run(31, 29)]),
        ({"season_start": "10", "season_end": "2"}, [Run(0, 60), Run(274, 92)]),
        ({"season_start": "", "season_end": ""}, [Run(0, 366)]),
    ],
)
def test_the_year_is_drawn_to_the_day(words, drawn):
    assert runs(dossiers.product_in("published", **words).product) == drawn
