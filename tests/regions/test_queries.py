"""Reads for grouped choices."""

import pytest

from portal.regions import queries
from portal.regions.models import County, place_name

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_counties_stand_under_their_city_in_order_of_code(django_assert_num_queries):
    queries.county_choices.cache_clear()
    with django_assert_num_queries(2):
        groups = queries.county_choices()
    with django_assert_num_queries(0):
        assert queries.county_choices() == groups
    cities = [city.name for city in queries.cities()]
    assert [name for name, _own in groups] == cities
    assert len(groups) == 21
    codes = [code for _name, own in groups for code, _county in own]
    assert codes == sorted(codes)
    assert len(codes) == 124
    assert [name for _code, name in dict(groups)["潮州市"]] == ["湘桥区", "潮安区", "饶平县"]


def test_choices_carry_codes_and_names():
    choices = dict(queries.county_choices())
    assert choices["珠海市"] == [("440402", "香洲区"), ("440403", "斗门区"), ("440404", "金湾区")]
    assert choices["东莞市"] == [("441900", "东莞市")]


def test_towns_of_a_county_in_order_of_code():
    towns = [t.name for t in queries.towns_of(County.objects.get(code="440523"))]
    assert len(towns) == 3
    assert towns == ["后宅镇", "云澳镇", "深澳镇"]


def test_counties_come_with_their_city_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        names = [(county.city.name, county.name) for county in queries.counties()]
    assert names[0] == ("广州市", "荔湾区")
    assert len(names) == 124


@pytest.mark.parametrize(
    ("code", "name"),
    [("440232", "韶关市 乳源瑶族自治县"), ("441900", "东莞市"), ("442000", "中山市")],
)
def test_what_is_city_and_county_at_once_is_said_once(code, name):
    county = County.objects.get(pk=code)
    assert place_name(county.city, county) == name
    assert place_name(county.city, None) == county.city.name
    assert place_name(None, None) == ""
