"""Acts on people and their roles. Every one is recorded; nobody is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import events, queries, rules
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.accounts.phones import clean_phone, mask_name
from portal.audit.domain import digest, record
from portal.notices.domain import send_text
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from portal.regions.models import City, County


@dataclass(frozen=True)
class Invitation:
    """A new account and the link that opens it once."""

    user: User
    link: str
    expires_at: datetime


@transaction.atomic
def invite(
    *,
    role: Role,
    username: str,
    phone: str,
    full_name: str,
    actor: Actor,
    city: City | None = None,
    county: County | None = None,
    organisation: Any = None,
) -> Invitation:
    """Open an account with one role and send its owner a link to set a password.

    The number counts as confirmed: the inviting office vouches for it.
    Raises: RuleBroken when `actor` may not invite or the number has an account;
    ValidationError by field when a value is wrong or the role does not fit the region.
    """
    require(rules.is_administrator(actor))
    phone = _clean("phone", clean_phone, phone)
    if username.strip().isdigit():
        raise ValidationError(
            {"username": _("A user name needs a letter: digits alone look like a number.")}
        )
    holder = queries.person_by_phone(phone)
    if holder is not None:
        raise RuleBroken(
            gettext(
                "This number already has an account (%(name)s). "
                "Open that account under “People” and add the role there."
            )
            % {"name": mask_name(str(holder))},
            code="phone_taken",
        )
    user = User(
        username=username.strip(), phone=phone, phone_verified=True, full_name=full_name.strip()
    )
    user.set_unusable_password()
    user.full_clean()
    if queries.person_by_login(user.username) is not None:
        raise ValidationError({"username": _("This user name is taken: choose another.")})
    user.save()
    record(
        actor=actor, act="account.invite", subject=user, invited_as=str(role), phone=digest(phone)
    )
    add_membership(
        user=user, role=role, city=city, county=county, organisation=organisation, actor=actor
    )
    return _send_invitation(user=user)


@transaction.atomic
def invite_again(*, user: User, actor: Actor) -> Invitation:
    """Send a new link to somebody who has not signed in yet or is locked out.

    Raises: RuleBroken when `actor` is no administrator or the account is closed.
    """
    require(rules.may_manage_account(user=user, actor=actor))
    if not user.is_active:
        raise RuleBroken(_("This account is closed. Open it again first."))
    record(actor=actor, act="account.invite_again", subject=user)
    return _send_invitation(user=user)


def _send_invitation(*, user: User) -> Invitation:
    link = password_link(user=user)
    if user.phone:
        send_text(
            phone=user.phone,
            body=gettext(
                "%(name)s, an account was opened for you (user name %(username)s). "
                "Set your password within 7 days: %(link)s"
            )
            % {"name": user.full_name, "username": user.username, "link": link},
            event=events.INVITATION,
            recipient=user,
        )
    expires_at = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return Invitation(user=user, link=link, expires_at=expires_at)


def password_link(*, user: User) -> str:
    """A link that sets a password once; a new password or a sign-in makes it worthless."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def send_password_link(*, phone: str, actor: Actor) -> None:
    """Answer “Forgot password”: a link by text to a number with an open account, else nothing.

    Returns nothing either way, so that no page can tell who has an account.
    """
    user = queries.person_by_phone(phone)
    if user is None or not user.is_active:
        return
    with transaction.atomic():
        record(actor=actor, act="account.ask_new_password", subject=user)
        send_text(
            phone=phone,
            body=gettext(
                "Set a new password for %(username)s: %(link)s "
                "If you did not ask for it, leave this text unanswered."
            )
            % {"username": user.username, "link": password_link(user=user)},
            event=events.PASSWORD,
            recipient=user,
        )


def add_membership(
    *,
    user: User,
    role: Role,
    actor: Actor,
    city: City | None = None,
    county: County | None = None,
    organisation: Any = None,
) -> Membership:
    """Write a role and its entry; the calling act has asked its own rule.

    Raises: ValidationError when the role does not fit its region or is held already.
    """
    row = Membership(user=user, role=role, city=city, county=county, organisation=organisation)
    row.full_clean()
    row.save()
    if role == Role.ADMIN:
        _set_admin_flags(user=user, on=True)
    record(
        actor=actor,
        act="account.grant_role",
        subject=user,
        granted=str(role),
        city=city.pk if city else None,
        county=county.pk if county else None,
        organisation=organisation.pk if organisation else None,
    )
    return row


@transaction.atomic
def grant_membership(
    *,
    user: User,
    role: Role,
    actor: Actor,
    city: City | None = None,
    county: County | None = None,
    organisation: Any = None,
) -> Membership:
    """Give a person a role. Locks the person's row, so that one role is not given twice.

    Raises: RuleBroken when `actor` may not give it; ValidationError as `add_membership`.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    require(rules.may_grant(role=role, user=user, organisation=organisation, actor=actor))
    return add_membership(
        user=user, role=role, city=city, county=county, organisation=organisation, actor=actor
    )


@transaction.atomic
def end_membership(*, membership: Membership, actor: Actor) -> Membership:
    """End a role; the row stays and says until when. Locks the row.

    Raises: RuleBroken when `actor` may not end it, or it is the last administrator's.
    """
    _lock_administrators()
    row = Membership.objects.select_for_update().get(pk=membership.pk)
    require(rules.may_end(membership=row, actor=actor))
    _end(row, actor)
    return row


@transaction.atomic
def deactivate_user(*, user: User, actor: Actor) -> User:
    """Close an account: roles end, sessions end, everything done under it stays.

    Locks the person's row and the administrators' roles.
    Raises: RuleBroken when `actor` may not, or it is the last administrator's.
    """
    _lock_administrators()
    user = User.objects.select_for_update().get(pk=user.pk)
    require(rules.may_manage_account(user=user, actor=actor))
    for row in user.memberships.active().select_for_update():
        _end(row, actor)
    user.refresh_from_db()
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_sessions(user)
    record(actor=actor, act="account.close_account", subject=user)
    return user


@transaction.atomic
def leave(*, user: User, actor: Actor) -> None:
    """End every role and session of a person who closes the own account.

    The calling act holds the person's row, has asked its own rule and records what it does.
    """
    for row in user.memberships.active().select_for_update().order_by("pk"):
        _end(row, actor)
    _end_sessions(user)


@transaction.atomic
def reactivate_user(*, user: User, actor: Actor) -> User:
    """Open a closed account again, without any role. Locks the person's row.

    Raises: RuleBroken when `actor` may not, or the person's values are gone from it.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    require(rules.may_manage_account(user=user, actor=actor))
    if user.is_erased:
        raise RuleBroken(_("This account is closed for good: the person may sign up anew."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(actor=actor, act="account.open_account", subject=user)
    return user


@transaction.atomic
def reset_second_factor(*, user: User, actor: Actor) -> None:
    """Take away a lost second factor and end all sessions; the next sign-in sets up a new one."""
    require(rules.may_manage_account(user=user, actor=actor))
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    record(actor=actor, act="account.reset_second_factor", subject=user)


def _lock_administrators() -> None:
    """Two administrators cannot end each other at the same moment."""
    list(Membership.objects.active().filter(role=Role.ADMIN).select_for_update().order_by("pk"))


def _end(row: Membership, actor: Actor) -> None:
    if row.role == Role.ADMIN:
        others = Membership.objects.active().filter(role=Role.ADMIN, user__is_active=True)
        if not others.exclude(user=row.user_id).exists():
            raise RuleBroken(_("The last administrator stays: name another one first."))
        _set_admin_flags(user=row.user, on=False)
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    record(actor=actor, act="account.end_role", subject=row.user, ended=row.role, membership=row.pk)


def _set_admin_flags(*, user: User, on: bool) -> None:
    user.is_staff = user.is_superuser = on
    user.save(update_fields=["is_staff", "is_superuser"])


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _clean(name: str, cleaner: Any, value: str) -> str:
    try:
        return cleaner(value)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from None
