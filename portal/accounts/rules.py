"""Who may give, take and hold a role, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import SELF_ROLES, Role
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.accounts.models import Membership, User

ADMINISTRATORS_ONLY = _("Only a system administrator can do this.")


def is_administrator(actor: Actor) -> Verdict:
    """The system itself (its commands) or a system administrator."""
    return YES if actor.is_system or actor.has(Role.ADMIN) else no(ADMINISTRATORS_ONLY)


def may_grant(*, role: str, user: User, organisation: Any, actor: Actor) -> Verdict:
    """Administrators give any role, but not to themselves; the region's office names merchants;
    creators and trainees name themselves."""
    if not user.is_active:
        return no(_("This account is closed. Open it again first."))
    if actor.user is not None and actor.user.pk == user.pk:
        if role in SELF_ROLES:
            return YES
        return no(_("Nobody gives a role to oneself: ask another administrator."))
    if role == Role.MERCHANT and organisation is not None:
        return may_name_people(organisation=organisation, actor=actor)
    return is_administrator(actor)


def may_name_people(*, organisation: Any, actor: Actor) -> Verdict:
    """Who says which people act for an organisation: administrators, the programme office, and
    officials of its county or city."""
    if is_administrator(actor) or actor.is_staff or has_region(actor, organisation.county):
        return YES
    return no(_("Only the county office can say who acts for this organisation."))


def has_region(actor: Actor, county: Any) -> bool:
    """True for an official of the county or of its city."""
    return any(
        hat.role == Role.OFFICIAL and (hat.county_id == county.pk or hat.city_id == county.city_id)
        for hat in actor.memberships
    )


def may_end(*, membership: Membership, actor: Actor) -> Verdict:
    """Who ends a role: who may give it; and everybody lays down what one took oneself."""
    if membership.ended_at is not None:
        return no(_("This role has ended already."))
    own = actor.user is not None and actor.user.pk == membership.user_id
    if own:
        if membership.role in SELF_ROLES:
            return YES
        return no(_("Ask another administrator or the county office to end your role."))
    if membership.role == Role.MERCHANT and membership.organisation is not None:
        return may_name_people(organisation=membership.organisation, actor=actor)
    return is_administrator(actor)


def may_manage_account(*, user: User, actor: Actor) -> Verdict:
    """Closing, opening and resetting an account: administrators, never their own."""
    if actor.user is not None and actor.user.pk == user.pk:
        return no(_("Ask another administrator: nobody does this to one's own account."))
    return is_administrator(actor)
