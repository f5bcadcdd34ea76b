"""What a key may be for, what a webhook tells, and where its delivery stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key opens; reading and writing are of the kinds that machines deal with."""

    READ = "products:read", _("Read products")
    WRITE = "products:write", _("File and change products")
    FEED = "feed:read", _("Read the feed of what is published")
    REPORTS = "statements:read", _("Read platform reports and their sources")
    LAND = "statements:write", _("Land platform reports")
    WEBHOOKS = "webhooks:manage", _("Subscribe to webhooks")


class Event(models.TextChoices):
    """What a webhook tells of a published record."""

    CHANGED = "changed", _("Published or changed")
    DELETED = "deleted", _("No longer published")


class KeyState(models.TextChoices):
    """Whether a key opens anything."""

    VALID = "valid", _("Valid")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class DeliveryState(models.TextChoices):
    """Where one delivery stands."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Arrived")
    FAILED = "failed", _("Failed")
    SUPERSEDED = "superseded", _("Overtaken by a later change")
    CANCELLED = "cancelled", _("Subscription ended")
