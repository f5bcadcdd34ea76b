"""Taking a person's own values out of an account, so that acts stay and nobody can be read."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from portal.accounts.models import ERASED, User, UserQuerySet

# What stands in place of the name, before the number of the account: text like any other person's
# name, so Chinese in either language of the pages.
FULL_NAME = "已注销用户"


def never_erased() -> UserQuerySet:
    """The accounts that still hold a person's values."""
    return User.objects.exclude(username__startswith=ERASED)


def erase(*, user: User) -> None:
    """Replace name, user name, number and e-mail, and take away every way to sign in.

    The caller holds the person's row and has ended roles and sessions.
    """
    user.username, user.full_name = f"{ERASED}{user.pk}", f"{FULL_NAME}{user.pk}"
    user.phone, user.phone_verified, user.email = "", False, ""
    user.privacy_version, user.privacy_agreed_at = "", None
    user.is_active = False
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserSession.objects.filter(user=user).delete()
