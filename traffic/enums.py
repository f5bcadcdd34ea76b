"""Choices of the traffic room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How the platform promotes a placement."""

    PRODUCT = "product", _("Product feed (产品导流)")
    LIVE = "live", _("Live session (专题直播)")
    CREATOR = "creator", _("Creator (达人推介)")


class Fate(models.TextChoices):
    """What became of the data rows of a day of a statement."""

    COUNTED = "counted", _("Counted")
    UNMATCHED = "unmatched", _("Unmatched")
    OUTSIDE = "outside", _("Outside the window")
    COMPARED = "compared", _("Compared only")
    SALES = "sales", _("Counted as sales")
    # Of reports of totals.
    BEFORE = "before", _("Reached before")
    FELL = "fell", _("Total fell, not counted")


class GapState(models.TextChoices):
    """Where the work on a gap between two reports stands."""

    OPEN = "open", _("Being looked into")
    SETTLED = "settled", _("Settled")


class Aside(models.TextChoices):
    """Why data rows of a report count for no day; derived, never stored."""

    REPLACED = "replaced", _("Replaced by a later version")
    HELD = "held", _("Waits for confirmation")
    SET_ASIDE = "set_aside", _("Set aside")
    HALF = "half", _("Waits for the other files of its version")
    OUTSIDE = "outside", _("Outside the period")
