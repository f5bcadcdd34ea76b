"""Who may close an account, and who may read a masked value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.personal import MaskedField


def is_oneself(*, user: User, actor: Actor) -> Verdict:
    """These rights are the person's own."""
    if actor.user is not None and actor.user.pk == user.pk:
        return YES
    return no(_("Only the person can do this."))


def may_show(*, field: MaskedField, row: Any, actor: Actor) -> Verdict:
    """Who is signed in, sees the row, and may by the field's own rule."""
    if actor.user is None:
        return no(_("Sign in first."))
    return field.may_show(row, actor)


def works_on_filings(row: Any, actor: Actor) -> Verdict:
    """Officials and programme staff, who call people about what they filed. Rows they may not
    see are not reached at all; auditors and administrators need nobody's number."""
    if actor.has(Role.STAFF, Role.OFFICIAL):
        return YES
    return no(_("Only those who deal with the filing may read this."))
