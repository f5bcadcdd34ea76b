"""How a text reaches a phone. `NOTICES_SMS_ADAPTER` names the class that is used."""

from __future__ import annotations

import sys
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from portal.notices.models import masked
from portal.verdict import RuleBroken

NO_GATEWAY = _(
    "No text was sent: this portal has no SMS gateway. "
    "Set NOTICES_SMS_ADAPTER to the adapter of your gateway, then try again here."
)


class Sms(Protocol):
    """What the portal asks of an SMS gateway."""

    def send(self, *, phone: str, body: str, reference: str) -> None:
        """Hand one text to the gateway; return when the gateway has accepted it.

        `reference` is the same when a text is tried again: a gateway that knows it sends once.
        Raises: RuleBroken with a sentence for the office when the gateway refuses this text for
        good; any other error is tried again later.
        """
        ...


class ConsoleSms:
    """Prints the text instead of sending it; for the demonstration and for development."""

    def send(self, *, phone: str, body: str, reference: str) -> None:
        """Print one line. Refuses in production, where people wait for a real text."""
        if not settings.DEMONSTRATION:
            raise RuleBroken(NO_GATEWAY)
        line = " ".join(body.split())
        sys.stdout.write(f"SMS {reference} {masked(phone)} {line}\n")
        sys.stdout.flush()


def sms_adapter() -> Sms:
    """The adapter the settings name."""
    adapter: Sms = import_string(settings.NOTICES_SMS_ADAPTER)()
    return adapter
