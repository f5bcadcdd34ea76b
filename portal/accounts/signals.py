"""What allauth tells and the record keeps."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts.actor import Actor
from portal.accounts.adapter import client_address
from portal.accounts.models import User
from portal.audit.domain import record


@receiver(user_logged_in)
def record_sign_in(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """One entry for every finished sign-in."""
    actor = Actor.of(user, address=client_address(request))
    record(actor=actor, act="account.sign_in", subject=user)


@receiver(authenticator_added)
@receiver(authenticator_removed)
def record_second_factor(
    *, signal: Any, request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any
) -> None:
    """One entry for every second factor set up or taken away by its owner."""
    act = "account.add_factor" if signal is authenticator_added else "account.remove_factor"
    actor = Actor.of(user, address=client_address(request))
    record(actor=actor, act=act, subject=user, kind=authenticator.type)
