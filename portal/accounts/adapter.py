"""How allauth works here: phones instead of e-mail, a lock per account, secrets encrypted."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import events, queries
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.accounts.phones import MobileField, as_phone, clean_phone
from portal.audit.domain import record
from portal.notices.domain import send_text

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

WRONG_PAIR = _(
    "The name or number and the password do not fit together. "
    "After 5 wrong passwords the account is locked for 30 minutes."
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts known by user name or confirmed mobile number."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG_PAIR,
        "phone_password_mismatch": WRONG_PAIR,
        "incorrect_code": _("This code is not right. Compare it with the latest text message."),
        "phone_taken": _("Another account already uses this mobile number."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("A text was sent a moment ago. Wait half a minute, then ask again."),
    }

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse demonstration accounts in production: everybody knows their passwords.

        Every way to a session leads through here; the password has been right by now.
        """
        if settings.PRODUCTION and user.is_demonstration:
            clear_login(request)
            messages.error(
                request,
                gettext(
                    "This is an account of the demonstration; it cannot be used here. "
                    "Ask your administrator for an account of your own."
                ),
            )
            return redirect("account_login")
        return super().pre_login(request, user, **kwargs)

    # --- The lock: 5 failures lock an account for 30 minutes --------------------------------

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One key per account, whichever of its names is typed.

        allauth's own key knows no phones: all phone sign-ins would share one lock.
        """
        login = str(credentials.get("phone") or credentials.get("username") or "")
        user = queries.person_by_login(login)
        return f"account:{user.pk}" if user else f"login:{login.strip().lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a locked account before looking at the password."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._refuse_if_locked(key)
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Lock the account at the last allowed failure, and say so at once."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        if ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            return
        seconds = settings.LOGIN_LOCK_MINUTES * 60
        cache.set(_lock_name(key), time.time() + seconds, seconds)
        user = queries.person_by_login(
            str(credentials.get("phone") or credentials.get("username") or "")
        )
        if user:
            visitor = Actor.visitor(address=client_address(request))
            record(actor=visitor, act="account.sign_in_locked", subject=user)
        self._refuse_if_locked(key)

    def _refuse_if_locked(self, key: str) -> None:
        until = cache.get(_lock_name(key))
        if until is None or until <= time.time():
            return
        moment = localtime(datetime.fromtimestamp(until, UTC))
        raise ValidationError(
            gettext(
                "Too many wrong passwords: this account is locked until %(time)s. Then try again, "
                "or set a new password by text message (“Forgot password”)."
            )
            % {"time": moment.strftime("%H:%M")},
            code="account_locked",
        )

    def unlock(self, request: HttpRequest, user: User) -> None:
        """Lift the lock; a new password makes the old guesses worthless."""
        key = f"account:{user.pk}"
        cache.delete(_lock_name(key))
        ratelimit.clear(request, action="login_failed", key=key)

    def set_password(self, user: User, password: str) -> None:
        """Store the new password and lift the lock."""
        super().set_password(user, password)
        record(actor=self._actor(user), act="account.set_password", subject=user)
        if self.request is not None:
            self.unlock(self.request, user)

    def _actor(self, user: User) -> Actor:
        return Actor.of(user, address=client_address(self.request) if self.request else "")

    # --- Phones -----------------------------------------------------------------------------

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        """The field every page of allauth uses for a number."""
        kwargs.pop("label", None)
        return MobileField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        """The bare 11 digits."""
        return clean_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The number of `user` and whether it is confirmed."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Give `user` a number; unconfirmed it takes nothing from anybody."""
        user.phone, user.phone_verified = clean_phone(phone), verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """The code came back: the number is the user's."""
        with transaction.atomic():
            self.set_phone(user, phone, True)
            record(actor=self._actor(user), act="account.confirm_phone", subject=user)

    def get_user_by_phone(self, phone: str) -> User | None:
        """The account with this confirmed number."""
        return queries.person_by_phone(as_phone(phone) or "")

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """Send the code by text message."""
        send_text(
            phone=clean_phone(phone),
            body=gettext(
                "Your code is %(code)s, valid for 15 minutes. "
                "Nobody from the portal will ever ask you for it."
            )
            % {"code": code},
            event=events.CODE,
            recipient=user if user is not None and user.pk else None,
        )

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell the owner of the number; the page itself gives nothing away."""
        send_text(
            phone=clean_phone(phone),
            body=gettext(
                "Somebody signed up with your number, which already has an account here. "
                "If it was you, sign in, or set a new password with “Forgot password”."
            ),
            event=events.NUMBER_TAKEN,
            recipient=queries.person_by_phone(clean_phone(phone)),
        )

    # --- Sign-up ----------------------------------------------------------------------------

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """A name nobody has to remember: these people sign in by number."""
        user.username = user.username or f"u{secrets.token_hex(6)}"

    def save_user(
        self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True
    ) -> Any:
        """Write the person in one transaction with what the form adds."""
        with transaction.atomic():
            return super().save_user(request, user, form, commit)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Merchants go on to their organisation, all others home."""
        actor = Actor.of(request.user)  # type: ignore[arg-type]
        return reverse("home") if actor.memberships else reverse("organisation-new")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the profile."""
        return reverse("profile")

    def get_login_stages(self) -> list[str]:
        """allauth's stages, with the phone stage of our own."""
        ours = {
            "allauth.account.stages.PhoneVerificationStage": "portal.accounts.stages.PhoneStage"
        }
        return [ours.get(stage, stage) for stage in super().get_login_stages()]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the shared secrets of authenticator apps encrypted in the database."""

    def encrypt(self, text: str) -> str:
        """Encrypt under the present SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt under the present key or a former one (SECRET_KEY_FALLBACKS)."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def client_address(request: HttpRequest) -> str:
    """The visitor's address behind our own proxies, or nothing when it is unknown."""
    from allauth.core.internal.httpkit import get_client_ip

    return get_client_ip(request) or ""


def _lock_name(key: str) -> str:
    return f"sign-in-lock:{hashlib.sha256(key.encode()).hexdigest()}"


def _cipher() -> MultiFernet:
    in_use = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second-factor:" + force_bytes(key)).digest() for key in in_use]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
