"""Steps between a right password and a session."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.stages import PhoneVerificationStage
from allauth.core.ratelimit import RateLimited
from django.contrib import messages
from django.shortcuts import redirect


class PhoneStage(PhoneVerificationStage):
    """Asks for the code while a number is unconfirmed.

    allauth refuses people without any number when sign-up asks for one; here an invited person
    may have a user name only. And a code asked for twice in a moment is a message, not a crash.
    """

    def handle(self) -> tuple[Any, bool]:
        """Return (response, go on)."""
        adapter = get_adapter()
        if self.login.user and adapter.get_phone(self.login.user) is None:
            return None, True
        try:
            return super().handle()
        except RateLimited:
            text = adapter.error_messages["rate_limited"]
            messages.error(self.request, str(text))
            return redirect("account_login"), False
