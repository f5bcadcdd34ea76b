"""Who may hold a key, how far it may reach, and who looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.rules import is_administrator
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import Membership, User
    from portal.api.models import Key
    from portal.regions.models import City, County

# Whom a machine may act for: the platform, or an office.
KEY_ROLES = (Role.PLATFORM, Role.STAFF, Role.OFFICIAL)
MOST_DAYS = 366


def reaches(hat: Membership, *, city: City | None, county: County | None) -> bool:
    """Whether a role holds in the whole region; province without either."""
    if hat.role != Role.OFFICIAL:
        return hat.role in KEY_ROLES
    if county is not None:
        return hat.county_id == county.pk or hat.city_id == county.city_id
    return city is not None and hat.city_id == city.pk


def may_hold(*, owner: User, city: City | None, county: County | None) -> Verdict:
    """The platform and the programme office anywhere; an official where the office is."""
    if not owner.is_active:
        return no(_("This account is closed. Open it again first."))
    hats = owner.hats_worn()
    if not any(hat.role in KEY_ROLES for hat in hats):
        return no(_("A key acts for the platform, the programme office or an official."))
    if any(reaches(hat, city=city, county=county) for hat in hats):
        return YES
    return no(_("The key would reach further than its owner's office: choose that region."))


def hats_of(key: Key) -> tuple[Membership, ...]:
    """The roles of its owner that a key leaves: those that hold in its whole region now."""
    return tuple(
        hat
        for hat in key.owner.hats_worn()
        if hat.role in KEY_ROLES and reaches(hat, city=key.city, county=key.county)
    )


def may_revoke(key: Key, actor: Actor) -> Verdict:
    """Administrators, and whom it acts for; once."""
    if key.revoked_at is not None:
        return no(_("This key was revoked before."))
    own = actor.user is not None and actor.user.pk == key.owner_id
    return YES if own and not actor.key else is_administrator(actor)
