"""Taking a person's own values out of an account, so that acts stay and nobody can be read."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from portal.accounts.models import User, UserQuerySet

# What stands in place of user name and full name, before the number of the account. The full name
# is text like any other person's name, so it is Chinese in either language of the pages.
USERNAME = "closed."
FULL_NAME = "已注销用户"


def never_erased() -> UserQuerySet:
    """The accounts that still hold a person's values."""
    return User.objects.exclude(username__startswith=USERNAME)


def erase(*, user: User) -> None:
    """Replace name, user name, number and e-mail, and take away every way to sign in.

    The caller holds the person's row and has ended roles and sessions.
    """
    user.username, user.full_name = f"{USERNAME}{user.pk}", f"{FULL_NAME}{user.pk}"
    user.phone, user.phone_verified, user.email = "", False, ""
    user.privacy_version, user.privacy_agreed_at = "", None
    user.is_active = False
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserSession.objects.filter(user=user).delete()
