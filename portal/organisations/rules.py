"""Who may put an organisation on file, see its numbers, and change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.rules import has_region, may_name_people
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.organisations.models import Organisation
    from portal.regions.models import County

OFFICE_ROLES = (Role.ADMIN, Role.STAFF)
# What the people of an organisation change themselves; the rest was checked by an office.
OWN_FIELDS = ("address", "legal_person", "contact_name", "contact_phone")
OFFICE_FIELDS = ("name", "kind", "county", *OWN_FIELDS)


def may_register(*, actor: Actor) -> Verdict:
    """Everybody signed in: an office for its region, a person for the own organisation."""
    if actor.user is None:
        return no(_("Sign in first."))
    if files_for_office(actor) or not actor.has(Role.AUDITOR, Role.PLATFORM):
        return YES
    return no(_("Auditors and platform clients read, and register nothing."))


def may_register_in(*, county: County, actor: Actor) -> Verdict:
    """An official files for the own region; the office and private persons for any county."""
    verdict = may_register(actor=actor)
    if not verdict or actor.has(*OFFICE_ROLES) or not actor.has(Role.OFFICIAL):
        return verdict
    if has_region(actor, county):
        return YES
    return no(_("You register organisations of your own region only."))


def files_for_office(actor: Actor) -> bool:
    """True when what the actor registers is not one's own organisation."""
    return actor.has(*OFFICE_ROLES, Role.OFFICIAL)


def may_edit(*, organisation: Organisation, actor: Actor) -> Verdict:
    """The office, officials of its region, and its own people."""
    if actor.represents(organisation.pk) or may_name_people(organisation=organisation, actor=actor):
        return YES
    return no(_("Only the organisation's own people and its county office can change this file."))


def editable_fields(*, organisation: Organisation, actor: Actor) -> tuple[str, ...]:
    """The fields `actor` may change; the credit code never changes: a new code is a new file."""
    if may_name_people(organisation=organisation, actor=actor):
        return OFFICE_FIELDS
    return OWN_FIELDS if actor.represents(organisation.pk) else ()
