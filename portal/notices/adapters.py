"""How a text reaches a phone and a mail a mailbox.

`NOTICES_SMS_ADAPTER` names the class for texts; mails go through Django's backend (`EMAIL_URL`).
"""

from __future__ import annotations

import smtplib
import sys
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from portal.notices.models import masked
from portal.verdict import RuleBroken

NO_GATEWAY = _(
    "No text was sent: this portal has no SMS gateway. "
    "Set NOTICES_SMS_ADAPTER to the adapter of your gateway, then try again here."
)
NO_MAIL_SERVER = _(
    "No mail was sent: this portal has no mail server. Set EMAIL_URL, then try again here."
)
REFUSED = _("The mail server refused this address for good. The owner can give another one.")


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


def send_mail(*, email: str, subject: str, body: str, reference: str) -> None:
    """Hand one mail to the server; return when it was accepted.

    A mail that is tried again has the same Message-ID, by which mailboxes know the second one.
    Raises: RuleBroken when there is no server or it refuses the address for good; any other
    error is tried again later.
    """
    if not settings.EMAIL_OFFERED:
        raise RuleBroken(NO_MAIL_SERVER)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<notice-{reference}@{host}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, body, to=[email], headers=headers).send()
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _words in error.recipients.values()):
            raise RuleBroken(REFUSED) from None
        raise
