"""Reads of the regions; they are public facts, so no right limits them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from portal.regions.models import City, County, Town


def cities() -> QuerySet[City]:
    """All cities by code."""
    return City.objects.order_by("code")


def counties() -> QuerySet[County]:
    """All county-level units by code, each with its city."""
    return County.objects.select_related("city").order_by("code")


def towns_of(county: County) -> QuerySet[Town]:
    """The towns of one county-level unit by code."""
    return Town.objects.filter(county=county).order_by("code")


def counties_by_city() -> list[tuple[City, list[County]]]:
    """Every city with its county-level units, for a grouped choice; two queries."""
    ordered = City.objects.order_by("code").prefetch_related(
        Prefetch("counties", County.objects.order_by("code"))
    )
    return [(city, list(city.counties.all())) for city in ordered]


def county_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The same as Django choices: (city name, [(county code, county name), …])."""
    return [
        (city.name, [(county.code, county.name) for county in counties])
        for city, counties in counties_by_city()
    ]
