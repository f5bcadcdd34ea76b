"""Reads of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.accounts.enums import Role
from portal.organisations.models import Organisation, OrganisationQuerySet
from portal.organisations.rules import OFFICE_ROLES
from portal.regions import queries as regions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.regions.models import County


def organisations(
    user: User | AnonymousUser, *, text: str = "", county: str = "", kind: str = ""
) -> OrganisationQuerySet:
    """Those `user` may see that match, with county and city."""
    rows = Organisation.objects.visible_to(user).select_related("county__city")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(credit_code__istartswith=text))
    if county:
        rows = rows.filter(county_id=county)
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def by_code(credit_code: str) -> Organisation | None:
    """The organisation with this code, seen by anybody; say no more of it than name and county."""
    return Organisation.objects.select_related("county").filter(credit_code=credit_code).first()


def counties_for(actor: Actor) -> QuerySet[County]:
    """The counties in which `actor` may put an organisation on file."""
    rows = regions.counties()
    if actor.has(*OFFICE_ROLES) or not actor.has(Role.OFFICIAL):
        return rows
    scope = Q(pk__in=[])
    for hat in actor.memberships:
        if hat.role == Role.OFFICIAL:
            scope |= Q(pk=hat.county_id) if hat.county_id else Q(city_id=hat.city_id)
    return rows.filter(scope)
