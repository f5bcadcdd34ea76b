"""Choices of make-goods."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MakeGoodState(models.TextChoices):
    """Where a make-good stands."""

    PROPOSED = "proposed", _("Waits for a decision")
    APPROVED = "approved", _("Made good")
    REFUSED = "refused", _("Not made good")
    LAPSED = "lapsed", _("Lapsed")
    WITHDRAWN = "withdrawn", _("No longer short")
