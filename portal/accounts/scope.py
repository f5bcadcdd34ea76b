"""Who sees which rows, by the hats a person wears: written once, used by every `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.accounts.enums import PROVINCE_ROLES, Role
from portal.regions import queries as regions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from portal.accounts.models import User
    from portal.regions.models import County

NOTHING = Q(pk__in=[])
EVERYTHING = ~Q(pk__in=[])


def rows_of(
    user: User | AnonymousUser,
    *,
    county: str = "county",
    city: str = "county__city",
    organisation: str = "",
    own: str = "",
    personal: Q = NOTHING,
    province: Q = EVERYTHING,
) -> Q:
    """Return the rows `user` may see: `province` for province roles, those of the own county or
    city for officials, those of the own organisation and one's own where the paths are given.

    `county`, `city`, `organisation` and `own` are lookup paths from the row. `personal` are rows of
    who acts for oneself: asked of those alone who ever did, since beside it no index answers the
    rest.
    """
    if not user.is_authenticated:
        return NOTHING
    scope = Q(**{own: user}) if own else NOTHING
    if user.files_for_oneself:
        scope |= personal
    for hat in user.hats_worn():
        if hat.role in PROVINCE_ROLES:
            scope |= province
        elif hat.role == Role.OFFICIAL and hat.county_id:
            scope |= Q(**{county: hat.county_id})
        elif hat.role == Role.OFFICIAL:
            scope |= Q(**{city: hat.city_id})
        elif organisation and hat.organisation_id:
            scope |= Q(**{organisation: hat.organisation_id})
    return scope


def counties_of(user: User | AnonymousUser) -> QuerySet[County]:
    """The counties whose rows `user` sees as a role of the province or as an official, by code,
    each with its city."""
    return regions.counties().filter(rows_of(user, county="pk", city="city"))
