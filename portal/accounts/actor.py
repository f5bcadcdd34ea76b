"""Who acts: a person with hats, possibly for somebody else, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import PROVINCE_ROLES, Role
from portal.accounts.models import Membership, User
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from portal.regions.models import County


@dataclass(frozen=True)
class Actor:
    """A person and the hats worn at this moment.

    `user` is None for the system and for a visitor who has not signed in. Only `Actor.system()`
    makes the system: whatever comes from a request without a person has no rights at all.
    `on_behalf_of` names the villager for whom a cadre files; it is kept with what was done.
    """

    user: User | None
    memberships: tuple[Membership, ...] = field(default=())
    on_behalf_of: str = ""
    address: str = ""
    # The name of the key with which a machine acts for the person; empty for the person.
    key: str = ""
    is_system: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if self.is_system and (self.user is not None or self.address):
            raise ValueError("The system is no person and comes from no address.")
        if self.memberships and self.user is None:
            raise ValueError("Hats need a person to wear them.")

    @classmethod
    def of(cls, user: User, *, on_behalf_of: str = "", address: str = "") -> Actor:
        """Build the actor of a signed-in person; one query."""
        return cls(user, user.hats_worn(), on_behalf_of, address)

    @classmethod
    def system(cls) -> Actor:
        """The portal itself: sweeps, closes, expiries. Never built from a request."""
        return cls(None, is_system=True)

    @classmethod
    def visitor(cls, *, address: str = "") -> Actor:
        """Somebody who has not signed in: no person, no hats, no rights."""
        return cls(None, address=address)

    def for_villager(self, name: str) -> Actor:
        """The same person, acting for the villager `name`; for nobody when it is empty."""
        return replace(self, on_behalf_of=name)

    @property
    def is_visitor(self) -> bool:
        """True for somebody who has not signed in."""
        return self.user is None and not self.is_system

    @property
    def person(self) -> User:
        """The person who acts. Raises: RuleBroken for a visitor and for the system."""
        if self.user is None:
            raise RuleBroken(_("Sign in first."))
        return self.user

    @property
    def label(self) -> str:
        """The name the record shows."""
        if self.user is not None:
            return str(self.user)
        return gettext("The portal itself") if self.is_system else gettext("Not signed in")

    def hat(self, *roles: Role) -> Membership | None:
        """The first membership in one of `roles`, or None."""
        return next((m for m in self.memberships if m.role in roles), None)

    def has(self, *roles: Role) -> bool:
        """True when one of `roles` is worn."""
        return self.hat(*roles) is not None

    @property
    def is_staff(self) -> bool:
        """True for programme office staff."""
        return self.has(Role.STAFF)

    @property
    def sees_province(self) -> bool:
        """True for roles that see every county."""
        return any(m.role in PROVINCE_ROLES for m in self.memberships)

    def is_official_of(self, county: County) -> bool:
        """True for an official of the county itself (not of its city)."""
        return any(m.role == Role.OFFICIAL and m.county_id == county.pk for m in self.memberships)

    def represents(self, organisation_id: int | None) -> bool:
        """True for a merchant of that organisation."""
        return organisation_id is not None and any(
            m.role == Role.MERCHANT and m.organisation_id == organisation_id
            for m in self.memberships
        )
