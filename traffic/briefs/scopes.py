"""What a brief is about: the province, a city, a county or an action; and who may read which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Role
from portal.accounts.scope import counties_of
from portal.campaigns.models import Action
from portal.regions import queries as regions
from portal.regions.models import place_name

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


class Kind(TextChoices):
    """The level of a brief."""

    PROVINCE = "province", gettext_lazy("Province")
    ACTION = "action", gettext_lazy("Action")
    CITY = "city", gettext_lazy("City")
    COUNTY = "county", gettext_lazy("County")


@dataclass(frozen=True)
class Scope:
    """One subject of briefs; `key` is the action, or the code of the city or county."""

    kind: Kind
    key: str
    name: str

    @property
    def code(self) -> str:
        """How it stands in an address: `province`, `county:440232`."""
        return f"{self.kind}:{self.key}" if self.key else str(self.kind)

    @property
    def asked(self) -> dict[str, str]:
        """The filter of lists that shows its rows alone."""
        return {str(self.kind): self.key} if self.key else {}

    def address(self, name: str, day: date) -> str:
        """Where its brief of a day's week is read: as the page, or another form of that name."""
        return f"{reverse(name)}?{urlencode({'scope': self.code, 'day': day.isoformat()})}"

    def rows(self, *, campaign: str = "campaign", county: str = "county") -> dict[str, Any]:
        """The filter of rows that have a campaign and a county at these paths."""
        paths = {
            Kind.ACTION: f"{campaign}__action",
            Kind.CITY: f"{county}__city",
            Kind.COUNTY: county,
        }
        return {paths[self.kind]: self.key} if self.key else {}


def readable(actor: Actor) -> list[Scope]:
    """Everything this person may read a brief of, the widest first; two queries.

    The province and its actions are for who sees the province; a city for its officials; a county
    for its own officials and its city's.
    """
    whole = actor.sees_province
    hats = [hat for hat in actor.memberships if hat.role == Role.OFFICIAL]
    cities = {hat.city_id for hat in hats}
    found = []
    if whole:
        found.append(Scope(Kind.PROVINCE, "", _("Guangdong Province")))
        found += [Scope(Kind.ACTION, value, str(label)) for value, label in Action.choices]
    found += [
        Scope(Kind.CITY, city.code, city.name)
        for city in regions.cities()
        if whole or city.code in cities
    ]
    found += [
        Scope(Kind.COUNTY, county.code, place_name(county.city, county))
        for county in counties_of(actor.person)
    ]
    return found


def name_of(code: str) -> str:
    """What the scope of a code is called, also where it may not be read; the code when there is no
    such scope any more."""
    kind, _colon, key = code.partition(":")
    if kind == Kind.PROVINCE:
        return _("Guangdong Province")
    if kind == Kind.ACTION:
        return dict(Action.choices).get(key, code)
    if kind == Kind.CITY:
        return next((city.name for city in regions.cities() if city.code == key), code)
    found = (place_name(row.city, row) for row in regions.counties() if row.code == key)
    return next(found, code)
