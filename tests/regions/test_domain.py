"""The regions every database starts with."""

from collections import Counter

import pytest

from portal.regions.domain import load_regions
from portal.regions.models import City, County, Town

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def rows() -> list[list[tuple]]:
    return [list(model.objects.order_by("pk").values_list()) for model in (City, County, Town)]


def test_every_database_has_the_21_cities_124_counties_and_1610_towns():
    assert (City.objects.count(), County.objects.count(), Town.objects.count()) == (21, 124, 1610)
    assert Counter(County.objects.values_list("kind", flat=True)) == {
        "市辖区": 65,
        "县级市": 20,
        "县": 34,
        "自治县": 3,
        "地级市": 2,
    }


def test_loading_again_changes_nothing():
    before = rows()

    load_regions()

    assert rows() == before


def test_loading_again_mends_what_was_changed():
    before = rows()
    County.objects.filter(code="441825").update(name="连山", tile_x=90)
    Town.objects.filter(code="440103001").delete()

    load_regions()

    assert rows() == before


def test_loading_takes_a_fixed_number_of_queries(django_assert_num_queries):
    # savepoint, cities, counties, towns in six batches, release
    with django_assert_num_queries(10):
        load_regions()


def test_dongguan_and_zhongshan_are_city_and_county_at_once_and_hold_their_towns():
    for code, name, towns in (("441900", "东莞市", 32), ("442000", "中山市", 23)):
        county = County.objects.get(code=code)
        assert (county.name, county.city_id, county.kind) == (name, code, "地级市")
        assert county.towns.count() == towns


def test_codes_nest():
    assert all(county.city_id == county.code[:4] + "00" for county in County.objects.order_by("pk"))
    assert all(
        town.county_id in (town.code[:6], town.code[:4] + "00")
        for town in Town.objects.order_by("pk")
    )


def test_no_city_is_without_counties_and_no_county_without_towns():
    assert set(County.objects.values_list("city_id", flat=True)) == set(
        City.objects.values_list("code", flat=True)
    )
    assert set(Town.objects.values_list("county_id", flat=True)) == set(
        County.objects.values_list("code", flat=True)
    )
