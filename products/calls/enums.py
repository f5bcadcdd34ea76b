"""Where an entry of a call stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryState(models.TextChoices):
    """Where a product that a county put forward stands."""

    PUT = "put", _("Put forward")
    SELECTED = "selected", _("Selected")
    NOT_SELECTED = "not_selected", _("Not selected")
    WITHDRAWN = "withdrawn", _("Taken back by the county")


# What counts against a county's quota: only what the county took back does not.
COUNTED = (EntryState.PUT, EntryState.SELECTED, EntryState.NOT_SELECTED)
