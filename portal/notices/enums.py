"""Channels, what a person may choose, and where a message stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Values of `portal.accounts.enums.Role`, which lives in a room above this one.
# Who may have the digest instead of single messages: these come to the portal to work.
DIGEST_ONLY_ROLES = ("official", "staff")
# Who reads the whole message log.
OVERSEER_ROLES = ("admin", "staff", "auditor")


class Channel(models.TextChoices):
    """How a message leaves the portal; the notice inside it is there in any case."""

    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")


class Way(models.TextChoices):
    """How a person wants to hear of a kind of event that may be quieted."""

    APP = "app", _("In the portal only")
    EMAIL = "email", _("In the portal and by e-mail")
    SMS = "sms", _("In the portal and by text message")
    QUIET = "quiet", _("Quiet: listed, not counted as new")


class Digest(models.TextChoices):
    """Whether a person wants one message a day that says what waits."""

    OFF = "off", _("No digest")
    DAILY = "daily", _("A digest on working days at 8:30, and single messages")
    ONLY = "only", _("The digest instead of single messages; urgent ones still come at once")


class MessageState(models.TextChoices):
    """Where a message on its way out stands."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent out")
    FAILED = "failed", _("Failed")
