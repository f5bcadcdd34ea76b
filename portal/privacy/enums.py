"""Kinds of consent, and why a masked value is read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentKind(models.TextChoices):
    """What a person said to a version of the privacy text."""

    GIVEN = "given", _("Agreed")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")


class ShowReason(models.TextChoices):
    """Why somebody has to read a masked value."""

    CHECK = "check", _("To check what was filed")
    MEND = "mend", _("To help the applicant mend a filing")
    EVENT = "event", _("To arrange a session, a visit or a delivery")
    PAYMENT = "payment", _("To settle a payment")
    COMPLAINT = "complaint", _("To deal with a complaint")
    OTHER = "other", _("Another reason")
