"""Reads of the regions; they are public facts, so no right limits them."""

from __future__ import annotations

from functools import cache

from django.db.models import QuerySet

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


@cache
def county_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every city with its counties as grouped choices: (city name, [(code, county name), …]).

    Two queries, once a process: every list with a filter by county asks for all 124. `load` of the
    domain forgets them.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    names = dict(City.objects.order_by("code").values_list("code", "name"))
    counties = County.objects.order_by("city", "code").values_list("city", "code", "name")
    for city, code, name in counties:
        found.setdefault(names[city], []).append((code, name))
    return list(found.items())
