"""Who keeps brands and standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.rules import has_region
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.regions.models import City, County
    from products.brands.models import RegionalBrand, Standard


def may_keep_some(actor: Actor) -> Verdict:
    """Programme staff, and officials for their region."""
    if actor.has(Role.STAFF, Role.OFFICIAL):
        return YES
    return no(_("Brands and standards are kept by counties, cities and the programme office."))


def may_keep(*, city: City | None, county: County | None, actor: Actor) -> Verdict:
    """What belongs to a county its officials keep and those of its city; what belongs to a city
    its own officials; everything the programme office."""
    own_city = city is not None and any(
        hat.role == Role.OFFICIAL and hat.city_id == city.pk for hat in actor.memberships
    )
    if actor.is_staff or own_city or (county is not None and has_region(actor, county)):
        return YES
    return no(_("Only the office of this region and the programme office change this."))


def may_edit(row: RegionalBrand | Standard, actor: Actor) -> Verdict:
    """Who keeps the region of a brand or a standard; one of the whole province is the office's."""
    return may_keep(city=row.city, county=row.county, actor=actor)
